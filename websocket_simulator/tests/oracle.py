"""What the watch has to find, the slow and obvious way: by looking at everything again for each tick."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tick import Tick, decode
from watch.alert import Alert
from watch.detector import LATENESS
from watch.rule import Rule


@dataclass
class Seen:
    """The ticks of one ticker, in the order in which they came, and the price that was alerted last while fired."""

    ticks: list[Tick]
    alerted: Fraction | None = None


def expected(stream: Iterable[Tick], rule: Rule) -> list[tuple[Tick, Fraction]]:
    """Each tick that raises an alert, and the low (or high) from which it moved."""
    extreme, sign, threshold = (
        (max, -1, Fraction(rule.threshold) / 100) if rule.kind == "fall" else (min, 1, Fraction(rule.threshold) / 100)
    )
    found, all_seen = [], {}
    for tick in stream:
        seen = all_seen.setdefault(tick.ticker, Seen([]))
        newest = max((before.timestamp for before in seen.ticks), default=tick.timestamp)
        if newest - tick.timestamp > LATENESS:
            continue
        seen.ticks.append(tick)
        last = max(reversed(seen.ticks), key=lambda before: before.timestamp)  # of equal ones the latest to come
        begin = last.timestamp - rule.window
        low = Fraction(extreme(before.price for before in seen.ticks if before.timestamp >= begin))
        price = Fraction(last.price)
        rise = sign * (price - low) / low
        if rise <= threshold / 2:
            seen.alerted = None
        if rise > threshold and (seen.alerted is None or sign * (price - seen.alerted) / seen.alerted > threshold):
            found.append((last, low))
            seen.alerted = price
    return found


def delivered(frames: Iterable[tuple[str | bytes, datetime]]) -> list[Tick]:
    """The valid ticks that these frames carry, each number once; with each frame its latest possible time."""
    numbers: set[int] = set()
    ticks = []
    for frame, latest in frames:
        for tick in decode(frame)[0]:
            if tick.timestamp <= latest:
                if tick.seq is None or tick.seq not in numbers:
                    ticks.append(tick)
                if tick.seq is not None:
                    numbers.add(tick.seq)
    return ticks


def reported(alerts: Iterable[Alert]) -> list[tuple[Tick, Fraction]]:
    """Alerts in the form of the expected ones."""
    return [(alert.tick, Fraction(alert.base.price)) for alert in alerts]
