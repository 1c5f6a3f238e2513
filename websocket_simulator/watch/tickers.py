"""What the detectors of levels and volumes do alike: which ticks count, in which order, and what waits.

A tick of a ticker that the rule does not take, or outside its hours, does not count. One that is newer than the
clock allows is quarantined, one that is more than LATENESS older than its ticker's newest is late, and one that
came before the connection was lost is a duplicate: counted, and without effect.

The feed's time is that of the newest tick of any ticker. What waits for a second tick has until a time of the feed;
a tick of that time or later lets it be up, before it is looked at itself.

Pure: no sockets, no clock.
"""

import hashlib
import heapq
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Generic, TypeVar

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.alert import Alert
from watch.detector import LATENESS, MAX_TICKERS
from watch.rule import Rule
from watch.window import EXACT, MAX_AT_AN_INSTANT

INFINITE = Decimal("Infinity")

IsOpen = Callable[[datetime], bool]


class Newest:
    """The newest tick of one ticker that is believed, and the prices of all at its instant, MAX_AT_AN_INSTANT at most.

    A newer tick whose price is above `calm_low`, and up to `calm_high`, is the newest, and nothing else follows.
    """

    __slots__ = ("calm_high", "calm_low", "instant", "newest", "prices", "until", "waiting")

    def __init__(self, tick: Tick) -> None:
        self.newest = tick
        self.instant, self.prices = tick.timestamp, {tick.price}  # of the last instant that had several ticks
        self.waiting: Tick | None = None  # nothing has confirmed it
        self.until = LAST_INSTANT  # the feed's time that confirms what waits
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


class Tickers(ABC, Generic[State]):
    """The tickers of one rule: `windows` has the state of each, which `_begin` makes of its first tick.

    `_judge` is asked about each tick that counts and is not calm, and `_confirm` what to do with one whose time is up.
    """

    def __init__(self, rule: Rule, *, max_tickers: int = MAX_TICKERS, is_open: IsOpen | None = None) -> None:
        self.rule, self.max_tickers, self.is_open = rule, max_tickers, is_open
        self.late = self.quarantined = self.duplicates = self.forgotten = self.outliers = 0
        self.now = FIRST_INSTANT  # the feed's time
        self.windows: dict[str, State] = {}
        self._others: set[str] = set()  # tickers that the rule does not take
        self._idle: list[tuple[datetime, str]] = []  # a heap: for each ticker an instant, not after its newest tick's
        self._waits: list[tuple[datetime, int, Tick]] = []  # a heap of what waits, or waited, and until when
        self._waited = count()
        # The newest prices of each ticker when a connection was lost.
        self._delivered: dict[str, tuple[datetime, frozenset[Decimal]]] = {}

    def feed(self, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> list[Alert]:
        """Take the next ticks and return the alerts that they raise; `latest` is as new as a tick can be."""
        alerts: list[Alert] = []
        window_of, others, is_open = self.windows.get, self._others, self.is_open
        now, horizon = self.now, self._horizon(latest)
        for tick in ticks:
            timestamp = tick.timestamp
            if timestamp > now:
                if timestamp > horizon:
                    if timestamp > latest:
                        self.quarantined += 1
                        continue
                    alerts += self.expire(timestamp)
                    horizon = self._horizon(latest)
                now = timestamp
            window = window_of(tick.ticker)
            if window is None and tick.ticker in others:
                continue
            if is_open is not None and not is_open(timestamp):
                continue
            if window is None:
                self._watch(tick)
            elif window.calm_low < tick.price <= window.calm_high and timestamp > window.newest.timestamp:
                window.newest = tick  # nearly all ticks pass here
            else:
                self.now = now
                self._look_at(window, tick, alerts)
                if self._waits:
                    horizon = self._horizon(latest)
        self.now = now
        return alerts

    @property
    def deadline(self) -> datetime:
        """The feed's time from which on something that waits is confirmed; LAST_INSTANT if nothing waits."""
        return self._waits[0][0] if self._waits else LAST_INSTANT

    def expire(self, now: datetime) -> list[Alert]:
        """Return the unconfirmed alerts of what waits and whose time is up when the feed's time is `now`."""
        alerts: list[Alert] = []
        while self._waits and self._waits[0][0] <= now:
            tick = heapq.heappop(self._waits)[2]
            window = self.windows.get(tick.ticker)
            if window is not None and window.waiting is tick:
                self._confirm(window, tick, alerts)
        return alerts

    def reconnected(self) -> None:
        """From here on a tick may be one that came before the connection was lost."""
        self._delivered = {
            ticker: (window.newest.timestamp, frozenset(window.prices_at_newest()))
            for ticker, window in self.windows.items()
        }

    def pass_over(self, now: datetime, newest: Iterable[Tick] = ()) -> None:
        """Take for fed what was not: calm ticks up to the feed's time `now`, with the newest of their tickers.

        For a caller that knows which ticks are calm (`Newest`), and lets what waits expire at `deadline`.
        """
        self.now = max(self.now, now)
        for tick in newest:
            self.windows[tick.ticker].newest = tick

    def restore(self, windows: dict[str, State], now: datetime) -> None:
        """Go on from the states of an earlier life, at the feed's time `now`."""
        self.windows, self.now = windows, now
        self._idle = [(window.newest.timestamp, ticker) for ticker, window in windows.items()]
        self._waits = [
            (window.until, next(self._waited), window.waiting) for window in windows.values() if window.waiting
        ]
        heapq.heapify(self._idle)
        heapq.heapify(self._waits)

    @abstractmethod
    def _begin(self, tick: Tick) -> State:
        """The state of a ticker after its first tick."""

    @abstractmethod
    def _judge(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that counts; add the alert that it raises."""

    @abstractmethod
    def _confirm(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take what waits, as its time is up; add the alert that it raises."""

    def _wait(self, window: State, tick: Tick) -> None:
        """Let a tick wait for the next of its ticker, or for the rule's time."""
        try:
            until = self.now + self.rule.confirm
        except OverflowError:
            until = LAST_INSTANT
        window.waiting, window.until = tick, until
        heapq.heappush(self._waits, (until, next(self._waited), tick))

    def _horizon(self, latest: datetime) -> datetime:
        """The instant after which a tick is ahead of the clock, or lets the time of another be up."""
        return min(latest, self._waits[0][0] - timedelta.resolution) if self._waits else latest

    def _watch(self, tick: Tick) -> None:
        if not self.rule.takes(tick.ticker):
            if len(self._others) >= self.max_tickers:
                self._others.clear()
            self._others.add(tick.ticker)
            return
        if len(self.windows) >= self.max_tickers:
            self._forget_the_longest_idle()
        self.windows[tick.ticker] = self._begin(tick)
        heapq.heappush(self._idle, (tick.timestamp, tick.ticker))

    def _forget_the_longest_idle(self) -> None:
        while True:
            instant, ticker = heapq.heappop(self._idle)
            newest = self.windows[ticker].newest.timestamp
            if newest == instant:
                break
            heapq.heappush(self._idle, (newest, ticker))
        del self.windows[ticker]
        self.forgotten += 1

    def _look_at(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that is not calm, or drop it."""
        if window.newest.timestamp - tick.timestamp > LATENESS:
            self.late += 1
        elif self._came_before(tick):
            self.duplicates += 1
        else:
            self._judge(window, tick, alerts)

    def _came_before(self, tick: Tick) -> bool:
        """Whether it came before the connection was lost, as far as is known."""
        instant, prices = self._delivered.get(tick.ticker, (None, frozenset()))
        return instant == tick.timestamp and tick.price in prices


def id_of(rule: Rule, ticker: str, *event: object) -> str:
    """Name the rule, the ticker and the event, so that a repeated run repeats the id: 16 hexadecimal digits."""
    parts = (rule.name, rule.kind, rule.threshold.normalize(EXACT), rule.window, ticker, *event)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
