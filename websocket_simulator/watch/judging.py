"""What the detectors of levels and volumes do alike with the ticks of a rule: those that are not calm are judged.

One that is newer than the clock allows is quarantined, one that is more than LATENESS older than its ticker's newest is
late, and one that came before the connection was lost is a duplicate: counted, and without effect.

What waits for a second tick has until a time of the feed; a tick of that time or later lets it be up, before it is
looked at itself.

Pure: no sockets, no clock.
"""

import hashlib
import heapq
from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TypeVar

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.alert import Alert
from watch.rule import Rule
from watch.tickers import LATENESS, MAX_TICKERS, Detector
from watch.window import EXACT, INFINITE, MAX_AT_AN_INSTANT, later


class Newest:
    """The newest tick of one ticker that is believed, and the prices of all at its instant, MAX_AT_AN_INSTANT at most.

    A newer tick whose price is above `calm_low`, and up to `calm_high`, is the newest, and nothing else follows.
    """

    __slots__ = ("calm_high", "calm_low", "instant", "newest", "prices", "until", "waiting")

    def __init__(self, tick: Tick) -> None:
        self.newest = tick
        self.instant, self.prices = tick.timestamp, {tick.price}  # of the last instant that had several ticks
        self.waiting: Tick | None = None  # nothing has confirmed it
        self.until = FIRST_INSTANT  # the feed's time that confirms what waits
        self.calm_low = self.calm_high = INFINITE

    def follow(self, tick: Tick) -> None:
        """Make `tick`, which is not older, the newest."""
        if tick.timestamp == self.newest.timestamp:
            prices = self.prices_at_newest()
            if len(prices) < MAX_AT_AN_INSTANT:
                prices.add(tick.price)
        self.newest = tick

    def prices_at_newest(self) -> set[Decimal]:
        """The prices of the ticks at the newest one's instant."""
        if self.instant != self.newest.timestamp:
            self.instant, self.prices = self.newest.timestamp, {self.newest.price}
        return self.prices


State = TypeVar("State", bound=Newest)


class JudgingDetector(Detector[State]):
    """`_judge` is asked about each tick that is not calm, and `_confirm` what to do with one whose time is up."""

    def __init__(
        self,
        rule: Rule,
        *,
        max_tickers: int = MAX_TICKERS,
        is_open: Callable[[datetime], bool] | None = None,
    ) -> None:
        super().__init__(rule, max_tickers=max_tickers, is_open=is_open)
        self._waits: list[tuple[datetime, int, Tick]] = []  # a heap of what waits, or waited, and until when
        self._waited = count()

    def feed(self, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> list[Alert]:
        """Take the next ticks and return the alerts that they raise; `latest` is as new as a tick can be."""
        alerts: list[Alert] = []
        window_of, feed_time, horizon = self.windows.get, self.feed_time, self._horizon(latest)
        for tick in self._that_count(ticks, latest):
            timestamp = tick.timestamp
            if timestamp > feed_time:
                if timestamp > horizon:
                    if timestamp > latest:
                        self.quarantined += 1
                        continue
                    alerts += self.expire(timestamp)
                    horizon = self._horizon(latest)
                feed_time = timestamp
            window = window_of(tick.ticker)
            if window is None:
                self._watch(tick)
            elif window.calm_low < tick.price <= window.calm_high and timestamp > window.newest.timestamp:
                window.newest = tick  # nearly all ticks pass here
            else:
                self.feed_time = feed_time
                self._look_at(window, tick, alerts)
                if self._waits:
                    horizon = self._horizon(latest)
        self.feed_time = feed_time
        return alerts

    @property
    def deadline(self) -> datetime:
        """The feed's time from which on something that waits is confirmed; LAST_INSTANT if nothing waits."""
        return self._waits[0][0] if self._waits else LAST_INSTANT

    def expire(self, feed_time: datetime) -> list[Alert]:
        """Return the unconfirmed alerts of what waits and whose time is up."""
        alerts: list[Alert] = []
        while self._waits and self._waits[0][0] <= feed_time:
            tick = heapq.heappop(self._waits)[2]
            window = self.windows.get(tick.ticker)
            if window is not None and window.waiting is tick:
                self._confirm(window, tick, alerts)
        return alerts

    def pass_over(self, feed_time: datetime, newest: Iterable[Tick] = ()) -> None:
        """Take for fed what was not: calm ticks up to the feed's time, with the newest of their tickers.

        For a caller that knows which ticks are calm (`Newest`), and lets what waits expire at `deadline`.
        """
        self.feed_time = max(self.feed_time, feed_time)
        for tick in newest:
            self.windows[tick.ticker].newest = tick

    def forget(self) -> None:
        super().forget()
        self._waits.clear()

    def _remember(self, ticker: str, window: State) -> None:
        super()._remember(ticker, window)
        if window.waiting is not None:  # as one that was restored
            heapq.heappush(self._waits, (window.until, next(self._waited), window.waiting))

    @abstractmethod
    def _judge(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that counts; add the alert that it raises."""

    @abstractmethod
    def _confirm(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take what waits, as its time is up; add the alert that it raises."""

    def _wait(self, window: State, tick: Tick) -> None:
        """Let a tick wait for the next of its ticker, or for the rule's time."""
        window.waiting, window.until = tick, later(self.feed_time, self.rule.confirm)
        heapq.heappush(self._waits, (window.until, next(self._waited), tick))

    def _horizon(self, latest: datetime) -> datetime:
        """The instant after which a tick is ahead of the clock, or lets the time of another be up."""
        return min(latest, self._waits[0][0] - timedelta.resolution) if self._waits else latest

    def _look_at(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that is not calm, or drop it."""
        if window.newest.timestamp - tick.timestamp > LATENESS:
            self.late += 1
        elif self._came_before(tick):
            self.duplicates += 1
        else:
            self._judge(window, tick, alerts)


def id_of(rule: Rule, ticker: str, *event: object) -> str:
    """Name the rule, the ticker and the event, so that a repeated run repeats the id: 16 hexadecimal digits."""
    parts = (rule.name, rule.kind, rule.threshold.normalize(EXACT), rule.window, ticker, *event)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
