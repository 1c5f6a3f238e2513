"""Where more is traded than usual, the slow and obvious way: all windows are added up again for each tick."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from tick import Tick
from watch.rule import Rule
from watch.tickers import LATENESS

MICROSECOND = timedelta(microseconds=1)

Burst = tuple[Tick, Fraction, Fraction]  # the tick that makes it one, the quantity of its window, and the mean


def instant_of(tick: Tick) -> Fraction:
    """Seconds from 1970 on; half a microsecond earlier where it was rounded up."""
    since = Fraction((tick.timestamp - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND)
    return (since - Fraction(tick.finer, 2)) / 1_000_000


def volume_between(ticks: list[Tick], begin: Fraction, end: Fraction) -> Fraction:
    return sum((Fraction(tick.quantity or 0) for tick in ticks if begin <= instant_of(tick) < end), Fraction(0))


def expected_bursts(stream: Iterable[Tick], rule: Rule) -> list[Burst]:
    """Each tick that makes its window one to tell of."""
    length = Fraction(rule.window // MICROSECOND, 1_000_000)
    found: list[Burst] = []
    seen: dict[str, list[Tick]] = {}
    told: dict[str, list[Tick]] = {}
    for tick in stream:
        ticks = seen.setdefault(tick.ticker, [])
        if not rule.takes(tick.ticker):
            continue
        if ticks and max(before.timestamp for before in ticks) - tick.timestamp > LATENESS:
            continue
        ticks.append(tick)
        begin = max(instant_of(one) // length for one in ticks) * length
        first = -(-((ticks[0].timestamp - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND) // (length * 1_000_000))
        if instant_of(tick) < begin or not tick.quantity or begin - rule.windows * length < first * length:
            continue
        volume = volume_between(ticks, begin, begin + length)
        mean = volume_between(ticks, begin - rule.windows * length, begin) / rule.windows
        earlier = told.setdefault(tick.ticker, [])
        is_silent = any(instant_of(one) >= begin or tick.timestamp - one.timestamp < rule.cooldown for one in earlier)
        if mean and volume > Fraction(rule.threshold) * mean and not is_silent:
            earlier.append(tick)
            found.append((tick, volume, mean))
    return found
