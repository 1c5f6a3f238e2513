"""Where more is traded than usual, the slow and obvious way: all windows are added up again for each tick."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from tick import Tick
from watch.rule import Rule
from watch.tickers import LATENESS

Burst = tuple[Tick, Fraction, Fraction]  # the tick that makes it one, the quantity of its window, and the mean
Seen = tuple[int, Fraction]  # instant and quantity


def instant_of(tick: Tick) -> int:
    """Half microseconds from 1970 on; one earlier where it was rounded up."""
    return _halves(tick.timestamp - datetime(1970, 1, 1, tzinfo=UTC)) - tick.finer


def _halves(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1) * 2


def volume_between(seen: list[Seen], begin: int, end: int) -> Fraction:
    return sum((quantity for instant, quantity in seen if begin <= instant < end), Fraction(0))


def expected_bursts(stream: Iterable[Tick], rule: Rule) -> list[Burst]:
    """Each tick that makes its window one to tell of."""
    length = _halves(rule.window)
    found: list[Burst] = []
    tickers: dict[str, list[Tick]] = {}
    for tick in stream:
        ticks = tickers.setdefault(tick.ticker, [])
        if not rule.takes(tick.ticker):
            continue
        if ticks and max(before.timestamp for before in ticks) - tick.timestamp > LATENESS:
            continue
        ticks.append(tick)
        seen = [(instant_of(one), Fraction(one.quantity or 0)) for one in ticks]
        begin = max(instant for instant, _ in seen) // length * length
        first = -(-(instant_of(ticks[0]) + ticks[0].finer) // length) * length
        if instant_of(tick) < begin or not tick.quantity or begin - rule.windows * length < first:
            continue
        volume = volume_between(seen, begin, begin + length)
        mean = volume_between(seen, begin - rule.windows * length, begin) / rule.windows
        earlier = [one for one, _, _ in found if one.ticker == tick.ticker]
        is_silent = any(instant_of(one) >= begin or tick.timestamp - one.timestamp < rule.cooldown for one in earlier)
        if mean and volume > Fraction(rule.threshold) * mean and not is_silent:
            found.append((tick, volume, mean))
    return found
