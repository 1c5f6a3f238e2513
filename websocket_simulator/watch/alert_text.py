"""An alert in words, for people. Pure: no sockets, no clock.

A number has as many decimals as show that it is above the threshold: it is rounded, and never to the threshold or
below it.
"""

from datetime import timedelta
from decimal import Decimal

from watch.alert import Alert
from watch.exact import EXACT, ROUNDED
from watch.rule import Kind

HEADS: dict[Kind, str] = {
    "rise": "📈 Price Spike Alert",
    "fall": "📉 Price Drop Alert",
    "above": "📈 Price Level Alert",
    "below": "📉 Price Level Alert",
    "volume": "📈 Volume Alert",
}
DID: dict[Kind, str] = {  # what several tickers did; in the order in which kinds are told
    "rise": "rose",
    "fall": "fell",
    "above": "rose above a level",
    "below": "fell below a level",
    "volume": "traded more than usual",
}
NOT_CONFIRMED = " (not confirmed by a second tick)"


OUTSIDE_HOURS = " (outside regular hours)"


def text_line(alert: Alert) -> str:
    """The line for people; in English, whatever the locale."""
    ends = ("" if alert.confirmed else NOT_CONFIRMED) + (OUTSIDE_HOURS if alert.tick.extended else "")
    return f"{HEADS[alert.rule.kind]}: {words_of(alert)}!{ends}"


def words_of(alert: Alert) -> str:
    """What its ticker did."""
    rule, ticker = alert.rule, alert.tick.ticker
    match rule.kind:
        case "rise" | "fall":
            move = "increased" if rule.kind == "rise" else "decreased"
            did = f"{move} by {shown_extent(alert)}% in {duration(rule.window)}"
        case "above" | "below":
            way = "rose above" if rule.kind == "above" else "fell below"
            did = f"{way} {rule.threshold:f}, to {alert.tick.price:f}"
        case _:
            did = f"traded {shown_extent(alert)} times its usual volume in {duration(rule.window)}"
    return f"{ticker} {did}"


def extent(alert: Alert) -> Decimal:
    """How far it went, among alerts of its kind: percent moved, times the mean volume, or the share from the level."""
    match alert.rule.kind:
        case "rise" | "fall":
            assert alert.percent is not None
            return abs(alert.percent)
        case "above" | "below":
            return abs(ROUNDED.divide(alert.tick.price, alert.rule.threshold) - 1)
        case _:
            assert alert.volume is not None
            assert alert.mean is not None
            return ROUNDED.divide(alert.volume, alert.mean)


def shown_extent(alert: Alert) -> str:
    """The percentage of a move, or the times of the mean volume, with as many decimals as it needs."""
    return above(extent(alert), alert.rule.threshold)


def above(number: Decimal, threshold: Decimal) -> str:
    """The number with as many decimals as show that it is above the threshold, and by how much about: one at least."""
    excess = EXACT.subtract(number, threshold)
    for decimals in range(1, ROUNDED.prec):
        words = f"{number:.{decimals}f}"
        if abs(EXACT.subtract(Decimal(words), number)) < excess:
            return words
    return f"{threshold.next_plus(ROUNDED):f}"  # so close that the number itself was rounded


def duration(window: timedelta) -> str:
    """In whole minutes where it is, else in seconds."""
    minutes, rest = divmod(window, timedelta(minutes=1))
    amount, unit = (minutes, "minute") if not rest else (f"{window.total_seconds():g}", "second")
    return f"{amount} {unit}" if str(amount) == "1" else f"{amount} {unit}s"
