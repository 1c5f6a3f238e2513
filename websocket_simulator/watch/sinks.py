"""Where alerts go: lines for people, or one JSON object a line for programs.

A number for people has as many decimals as show that it is above the threshold: it is rounded, and never to the
threshold or below it.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tick import Tick, render
from watch.alert import Alert
from watch.exact import EXACT, ROUNDED

NOT_CONFIRMED = " (not confirmed by a second tick)"
Fields = dict[str, object]


def text_line(alert: Alert) -> str:
    """The line for people; in English, whatever the locale."""
    return TEXTS[alert.rule.kind](alert) + ("" if alert.confirmed else NOT_CONFIRMED)


def json_line(alert: Alert) -> str:
    """Numbers are exact decimal strings; percentages of moves and means are rounded to 28 digits; instants are UTC."""
    return json.dumps(
        {
            "id": alert.id,
            "kind": alert.rule.kind,
            "rule": alert.rule.name,
            "severity": alert.rule.severity,
            "ticker": alert.tick.ticker,
            **_seen(alert.tick, "price", ""),
            **FIELDS[alert.rule.kind](alert),
            "gap": alert.after_gap,
            "confirmed": alert.confirmed,
            "received": render(alert.received) if alert.received else None,
        }
    )


def duration(window: timedelta) -> str:
    """In whole minutes where it is, else in seconds."""
    minutes, rest = divmod(window, timedelta(minutes=1))
    amount, unit = (minutes, "minute") if not rest else (f"{window.total_seconds():g}", "second")
    return f"{amount} {unit}" if str(amount) == "1" else f"{amount} {unit}s"


def above(number: Decimal, threshold: Decimal) -> str:
    """The number with as many decimals as show that it is above the threshold, and by how much about: one at least."""
    excess = EXACT.subtract(number, threshold)
    for decimals in range(1, ROUNDED.prec):
        words = f"{number:.{decimals}f}"
        if abs(EXACT.subtract(Decimal(words), number)) < excess:
            return words
    return f"{threshold.next_plus(ROUNDED):f}"  # so close that the number itself was rounded


def _moved(alert: Alert) -> str:
    assert alert.percent is not None
    percent = above(abs(alert.percent), alert.rule.threshold)
    move = f"by {percent}% in {duration(alert.rule.window)}!"
    if alert.rule.kind == "fall":
        return f"📉 Price Drop Alert: {alert.tick.ticker} decreased {move}"
    return f"📈 Price Spike Alert: {alert.tick.ticker} increased {move}"


def _crossed(alert: Alert) -> str:
    sign, way = ("📈", "rose above") if alert.rule.kind == "above" else ("📉", "fell below")
    return f"{sign} Price Level Alert: {alert.tick.ticker} {way} {alert.rule.threshold:f}, to {alert.tick.price:f}!"


def _traded(alert: Alert) -> str:
    assert alert.volume is not None
    assert alert.mean is not None
    times = above(ROUNDED.divide(alert.volume, alert.mean), alert.rule.threshold)
    usual = f"{times} times its usual volume in {duration(alert.rule.window)}!"
    return f"📈 Volume Alert: {alert.tick.ticker} traded {usual}"


def _move(alert: Alert) -> Fields:
    assert alert.base is not None
    assert alert.percent is not None
    base, move = ("high", "fall") if alert.rule.kind == "fall" else ("low", "rise")
    return {
        **_seen(alert.base, base, f"{base}_"),
        f"{move}_percent": f"{abs(alert.percent):f}",
        "threshold_percent": f"{alert.rule.threshold:f}",
        "window_seconds": alert.rule.window.total_seconds(),
    }


def _level(alert: Alert) -> Fields:
    assert alert.base is not None
    return {"level": f"{alert.rule.threshold:f}", **_seen(alert.base, "previous_price", "previous_")}


def _volume(alert: Alert) -> Fields:
    return {
        "volume": f"{alert.volume:f}",
        "mean_volume": f"{alert.mean:f}",
        "threshold_times": f"{alert.rule.threshold:f}",
        "window_seconds": alert.rule.window.total_seconds(),
        "windows": alert.rule.windows,
    }


def _seen(tick: Tick, price: str, prefix: str) -> Fields:
    """Price, time and number of a tick: the price under a name of its own."""
    return {price: f"{tick.price:f}", f"{prefix}timestamp": render(tick.timestamp), f"{prefix}seq": tick.seq}


TEXTS: dict[str, Callable[[Alert], str]] = {
    "rise": _moved,
    "fall": _moved,
    "above": _crossed,
    "below": _crossed,
    "volume": _traded,
}
FIELDS: dict[str, Callable[[Alert], Fields]] = {
    "rise": _move,
    "fall": _move,
    "above": _level,
    "below": _level,
    "volume": _volume,
}
