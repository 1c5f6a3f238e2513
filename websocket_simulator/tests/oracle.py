"""What the watch has to find, the slow and obvious way: by looking at everything again for each tick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tick import LAST_INSTANT, Tick, decode
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.tickers import LATENESS

Expected = tuple[Tick, Fraction, bool]


@dataclass
class Wait:
    """A tick whose price is far, and until when of the feed's time it waits."""

    tick: Tick
    price: Fraction
    until: datetime
    number: int
    is_due: bool = True
    is_told: bool = False


@dataclass
class Seen:
    """The believed ticks of one ticker with their prices, in the order in which they came, and what was told of it."""

    ticks: list[tuple[Tick, Fraction]]
    wait: Wait | None = None
    alerted: tuple[datetime, Fraction] | None = None  # while fired: when, and the price
    rests_since: datetime | None = None
    has_rested: bool = False
    contradicted_at: datetime | None = None

    @property
    def newest(self) -> tuple[Tick, Fraction]:
        """Of ticks at one instant, the latest to come."""
        return max(reversed(self.ticks), key=lambda seen: seen[0].timestamp)


def expected(stream: Iterable[Tick], rule: Rule) -> list[Expected]:
    """Each tick that raises an alert, the low (or high) from which it moved, and whether it was confirmed."""
    oracle = Oracle(rule)
    for tick in stream:
        oracle.hear(tick)
    return oracle.found


def judged(stream: Iterable[Tick], rule: Rule) -> "Oracle":
    """An oracle that has heard all of a stream, after which nothing comes."""
    oracle = Oracle(rule)
    for tick in stream:
        oracle.hear(tick)
    oracle.let_times_be_up(LAST_INSTANT)
    return oracle


def fed(detector: SpikeDetector, stream: Sequence[Tick], together: int) -> list[Alert]:
    """The alerts of a stream that comes so many ticks at a time, and after which nothing comes."""
    alerts: list[Alert] = []
    for start in range(0, len(stream), together):
        alerts += detector.feed(stream[start : start + together])
    return alerts + detector.expire(LAST_INSTANT)


class Oracle:
    """Prices are negated for falls, so that a high is a low. `found` is what was found."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.share = rule, Fraction(rule.threshold) / 100
        self.sign = -1 if rule.kind == "fall" else 1
        self.tickers: dict[str, Seen] = {}
        self.now: datetime | None = None
        self.found: list[Expected] = []
        self.outliers: list[Tick] = []
        self.waits = 0

    def hear(self, tick: Tick) -> None:
        """Take the next tick of the feed."""
        self.now = max(self.now or tick.timestamp, tick.timestamp)
        self.let_times_be_up(self.now)
        price = self.sign * Fraction(tick.price)
        seen = self.tickers.get(tick.ticker)
        if seen is None:
            self.tickers[tick.ticker] = Seen([(tick, price)])
        elif seen.newest[0].timestamp - tick.timestamp <= LATENESS:
            self.judge(seen, tick, price)

    def let_times_be_up(self, now: datetime) -> None:
        """Tell unconfirmed what has waited for long enough, the longest first."""
        waiting = [(seen.wait.until, seen.wait.number, seen) for seen in self.tickers.values() if seen.wait]
        for until, _, seen in sorted(waiting, key=lambda wait: wait[:2]):
            if until <= now:
                self.tell_unconfirmed(seen, seen.wait)  # type: ignore[arg-type]

    def judge(self, seen: Seen, tick: Tick, price: Fraction) -> None:
        if wait := seen.wait:
            known = seen.newest[1]
            claimed, made = wait.price - known, price - known
            agrees = made * (1 if claimed > 0 else -1) >= abs(claimed) / 2
            if tick.timestamp < wait.tick.timestamp:
                if agrees:
                    self.confirm(seen, wait)
                    self.believe(seen, tick, price)
                elif self.is_far(seen, price):
                    self.outliers.append(tick)
                else:
                    self.believe(seen, tick, price)
                return
            if (tick.timestamp, price) == (wait.tick.timestamp, wait.price):
                return
            if agrees:
                self.confirm(seen, wait)
            else:
                self.contradict(seen, wait, tick)
        if self.is_far(seen, price):
            assert self.now is not None
            self.waits += 1
            seen.wait = Wait(tick, price, self.now + self.rule.confirm, self.waits)
        else:
            self.believe(seen, tick, price)

    def is_far(self, seen: Seen, price: Fraction) -> bool:
        known = seen.newest[1]
        return bool(self.rule.confirm) and abs(price - known) > self.share * abs(known)

    def confirm(self, seen: Seen, wait: Wait) -> None:
        seen.wait = None
        self.believe(seen, wait.tick, wait.price, is_told=wait.is_told)

    def contradict(self, seen: Seen, wait: Wait, tick: Tick) -> None:
        seen.wait = None
        self.outliers.append(wait.tick)
        if wait.is_told or seen.contradicted_at:
            seen.contradicted_at = tick.timestamp

    def believe(self, seen: Seen, tick: Tick, price: Fraction, *, is_told: bool = False) -> None:
        seen.ticks.append((tick, price))
        newest, price = seen.newest
        low = self.low_at(seen, newest.timestamp)
        assert low is not None
        self.settle(seen, newest.timestamp)
        if price - low > self.share * abs(low) and self.escalates(seen, price):
            if not is_told:
                self.found.append((newest, self.sign * low, True))
            seen.alerted, seen.rests_since, seen.has_rested = (newest.timestamp, price), None, False
        elif seen.alerted:
            if price - low > self.share * abs(low) / 2:
                seen.rests_since = None
            elif seen.rests_since is None:
                seen.rests_since = newest.timestamp

    def tell_unconfirmed(self, seen: Seen, wait: Wait) -> None:
        is_due, wait.is_due, instant = wait.is_due, False, wait.tick.timestamp
        if not is_due or instant < seen.newest[0].timestamp:
            return
        if seen.contradicted_at and instant - seen.contradicted_at < self.rule.rearm:
            return
        self.settle(seen, instant)
        low = self.low_at(seen, instant)
        if low is not None and wait.price - low > self.share * abs(low) and self.escalates(seen, wait.price):
            self.found.append((wait.tick, self.sign * low, False))
            wait.is_told = True

    def low_at(self, seen: Seen, end: datetime) -> Fraction | None:
        """The lowest of the window that ends then."""
        prices = (price for tick, price in seen.ticks if end - tick.timestamp <= self.rule.window)
        return min(prices, default=None)

    def escalates(self, seen: Seen, price: Fraction) -> bool:
        """Whether it is a further threshold above what was alerted last; true while armed."""
        return not seen.alerted or price - seen.alerted[1] > self.share * abs(seen.alerted[1])

    def settle(self, seen: Seen, instant: datetime) -> None:
        """Arm it again if, up to this instant, it rested for long enough, and the cooldown has passed."""
        if seen.alerted is None:
            return
        since = seen.rests_since
        if since and instant > since and instant - since >= self.rule.rearm:
            seen.has_rested = True
        if seen.has_rested and instant - seen.alerted[0] >= self.rule.cooldown:
            seen.alerted, seen.rests_since, seen.has_rested = None, None, False


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


def reported(alerts: Iterable[Alert]) -> list[Expected]:
    """Alerts in the form of the expected ones."""
    return [(alert.tick, Fraction(alert.base.price), alert.confirmed) for alert in alerts if alert.base]
