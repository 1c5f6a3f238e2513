"""What all detectors do alike: which ticks count, in which order, and what waits.

A tick of a ticker that the rule does not take, or outside its hours, does not count. One that is newer than the
clock allows is quarantined, one that is more than LATENESS older than its ticker's newest is late, and one that
came before the connection was lost is a duplicate: counted, and without effect. A tick outside the regular hours of
its exchange does not count where the rule has hours.

A tick that is withdrawn is taken out again. What it had hidden is not known, so for the time of a window alerts of its
ticker are in doubt: the move is true, but may have been larger.

The feed's time is that of the newest tick of any ticker. What waits for a second tick has until a time of the feed;
a tick of that time or later lets it be up, before it is looked at itself.

Pure: no sockets, no clock.
"""

import hashlib
import heapq
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.alert import Alert
from watch.exact import EXACT, later
from watch.rule import Rule

AHEAD = timedelta(seconds=5)  # how far a tick may be ahead of the clock; one beyond would empty the window
LATENESS = timedelta(seconds=2)  # how much older than its ticker's newest tick one may be
MAX_TICKERS = 50_000
MAX_OUTLIERS = 5  # the latest, which are listed

IsOpen = Callable[[datetime], bool]


class TickerState(Protocol):
    """What a detector remembers of one ticker.

    A newer tick whose price is above `calm_low`, and up to `calm_high`, becomes the newest, and nothing else follows.
    """

    newest: Tick
    waiting: Tick | None  # nothing has confirmed it
    doubt: datetime  # the time of the latest tick that was withdrawn, and had hidden others
    until: datetime  # the feed's time at which the time of what waits is up; FIRST_INSTANT once it is
    calm_low: Decimal
    calm_high: Decimal

    def prices_at_newest(self) -> set[Decimal]:
        """The prices of all ticks at the newest one's instant, or most of them."""


State = TypeVar("State", bound=TickerState)


class Detector(ABC, Generic[State]):
    """Finds what one rule asks for; `rules` are those of the same kind of tickers that have their own.

    `windows` has the state of each ticker, which `_begin` makes of its first tick. `_judge` is asked about each tick
    that counts and is not calm, and `_confirm` what to do with one whose time is up. `Kept` is the type of what `kept`
    returns. A rule with hours comes with `is_open`.
    """

    Kept: type[Any]

    def __init__(
        self,
        rule: Rule,
        rules: Mapping[str, Rule] | None = None,
        *,
        max_tickers: int = MAX_TICKERS,
        is_open: IsOpen | None = None,
    ) -> None:
        self.rule, self.rules, self.max_tickers, self.is_open = rule, rules or {}, max_tickers, is_open
        self.late = self.quarantined = self.duplicates = self.forgotten = self.outliers = 0
        self.latest_outliers: deque[Tick] = deque(maxlen=MAX_OUTLIERS)
        self.feed_time = FIRST_INSTANT
        self.since: datetime | None = None  # since when it has seen the feed; None: from its beginning, or nothing yet
        self.windows: dict[str, State] = {}
        self._foreign: set[str] = set()  # tickers that the rule does not take
        self._idle: list[tuple[datetime, str]] = []  # a heap: for each ticker an instant, not after its newest tick's
        self._waits: list[tuple[datetime, int, Tick]] = []  # a heap of what waits, or waited, and until when
        self._waited = count()
        # The newest prices of each ticker when a connection was lost.
        self.delivered: dict[str, tuple[datetime, frozenset[Decimal]]] = {}

    @property
    def deadline(self) -> datetime:
        """The feed's time from which on `expire` has something to look at; LAST_INSTANT if it has not."""
        return self._waits[0][0] if self._waits else LAST_INSTANT

    def feed(self, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> list[Alert]:
        """Take the next ticks and return the alerts that they raise; `latest` is as new as a tick can be."""
        if self.is_open is not None:
            is_open = self.is_open
            ticks = (
                tick for tick in ticks if tick.timestamp > latest or (not tick.extended and is_open(tick.timestamp))
            )
        return self._feed(ticks, latest)

    def expire(self, feed_time: datetime) -> list[Alert]:
        """Return the alerts of what waits and whose time is up when the feed's time is this."""
        alerts: list[Alert] = []
        while self._waits and self._waits[0][0] <= feed_time:
            tick = heapq.heappop(self._waits)[2]
            window = self.windows.get(tick.ticker)
            if window is not None and window.waiting is tick:
                window.until = FIRST_INSTANT
                self._confirm(window, tick, alerts)
        return alerts

    def take(self, tick: Tick, latest: datetime, alerts: list[Alert]) -> None:
        """Take one tick, calm or not; add the alerts that it raises."""
        if tick.timestamp > self.feed_time:
            if tick.timestamp > latest:
                self.quarantined += 1
                return
            alerts += self.expire(tick.timestamp)
            self.feed_time = tick.timestamp
        window = self.windows.get(tick.ticker)
        if window is None:
            self.begin_with(tick)
        else:
            self.look_at(window, tick, alerts)

    def withdraw(self, tick: Tick) -> list[Alert]:
        """Take out a tick that the venue took back, if it is known; return the alerts that are due without it."""
        alerts: list[Alert] = []
        window = self.windows.get(tick.ticker)
        if window is not None:
            self._withdraw(window, tick, alerts)
        return alerts

    def is_in_doubt(self, ticker: str, begin: datetime) -> bool:
        """Whether not all is known of a ticker from this instant on, as a tick was withdrawn."""
        window = self.windows.get(ticker)
        return window is not None and begin <= window.doubt

    def catch_up(self) -> None:
        """Follow what was not shown to it, in all tickers; see `watch.together`."""

    def reconnected(self) -> None:
        """From here on a tick may be one that came before the connection was lost."""
        self.catch_up()
        self.delivered = {
            ticker: (window.newest.timestamp, frozenset(window.prices_at_newest()))
            for ticker, window in self.windows.items()
        }

    def forget(self) -> None:
        """Know nothing of any ticker, as in the beginning; counts stay."""
        for known in (self.windows, self._idle, self._waits, self.delivered):
            known.clear()
        self.feed_time, self.since = FIRST_INSTANT, None

    @abstractmethod
    def kept(self, ticker: str) -> Any:
        """What a snapshot keeps of a ticker."""

    def restore(self, kept: Any) -> None:
        """Go on with a ticker from what was kept of it."""
        window = self._restored(kept)
        self._remember(kept.ticker, window)
        if window.waiting and window.until > FIRST_INSTANT:
            heapq.heappush(self._waits, (window.until, next(self._waited), window.waiting))

    @abstractmethod
    def _begin(self, tick: Tick) -> State:
        """The state of a ticker after its first tick."""

    @abstractmethod
    def _restored(self, kept: Any) -> State:
        """The state of which this was kept."""

    @abstractmethod
    def _judge(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that counts; add the alerts that it raises."""

    @abstractmethod
    def _confirm(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Do what follows for what waits, as its time is up; add the alert that it raises."""

    @abstractmethod
    def _withdraw(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick out that was withdrawn, if it is there; add the alerts that are due without it."""

    def _feed(self, ticks: Iterable[Tick], latest: datetime) -> list[Alert]:
        alerts: list[Alert] = []
        window_of, feed_time, horizon = self.windows.get, self.feed_time, self.horizon(latest)
        for tick in ticks:
            timestamp = tick.timestamp
            if timestamp > feed_time:
                if timestamp > horizon:
                    if timestamp > latest:
                        self.quarantined += 1
                        continue
                    alerts += self.expire(timestamp)
                    horizon = self.horizon(latest)
                feed_time = timestamp
            window = window_of(tick.ticker)
            if window is None:
                self.begin_with(tick)
            elif window.calm_low < tick.price <= window.calm_high and timestamp > window.newest.timestamp:
                window.newest = tick  # nearly all ticks pass here
            else:
                self.feed_time = feed_time
                self.look_at(window, tick, alerts)
                if self._waits:
                    horizon = self.horizon(latest)
        self.feed_time = feed_time
        return alerts

    def look_at(self, window: State, tick: Tick, alerts: list[Alert]) -> None:
        """Take a tick that is not calm, or drop it."""
        if window.newest.timestamp - tick.timestamp > LATENESS:
            self.late += 1
        elif self.came_before(tick):
            self.duplicates += 1
        else:
            self._judge(window, tick, alerts)

    def came_before(self, tick: Tick) -> bool:
        """Whether it came before the connection was lost, as far as is known."""
        instant, prices = self.delivered.get(tick.ticker, (None, frozenset()))
        return instant == tick.timestamp and tick.price in prices

    def horizon(self, latest: datetime) -> datetime:
        """The instant after which a tick is ahead of the clock, or lets the time of another be up."""
        return min(latest, self._waits[0][0] - timedelta.resolution) if self._waits else latest

    def let_wait(self, window: State, tick: Tick) -> None:
        """Let a tick wait for the next of its ticker, or for the rule's time."""
        window.waiting, window.until = tick, later(self.feed_time, self.rule_of(tick.ticker).confirm)
        heapq.heappush(self._waits, (window.until, next(self._waited), tick))

    def rule_of(self, ticker: str) -> Rule:
        return self.rules.get(ticker, self.rule)

    def begin_with(self, tick: Tick) -> None:
        """Begin with a ticker that has no state, if the rule takes it."""
        ticker = tick.ticker
        if ticker in self._foreign:
            return
        if not self.rule.takes(ticker):
            if len(self._foreign) >= self.max_tickers:
                self._foreign.clear()
            self._foreign.add(ticker)
            return
        if len(self.windows) >= self.max_tickers:
            self._forget_the_longest_idle()
        self._remember(ticker, self._begin(tick))

    def _remember(self, ticker: str, window: State) -> None:
        self.windows[ticker] = window
        heapq.heappush(self._idle, (window.newest.timestamp, ticker))

    def _forget_the_longest_idle(self) -> None:
        while True:
            instant, ticker = heapq.heappop(self._idle)
            if ticker not in self.windows:  # its only tick was withdrawn
                continue
            newest = self.windows[ticker].newest.timestamp
            if newest <= instant:  # it is older where the newest was withdrawn
                break
            heapq.heappush(self._idle, (newest, ticker))
        del self.windows[ticker]
        self.forgotten += 1


def id_of(rule: Rule, ticker: str, *event: object) -> str:
    """Name the rule, the ticker and the event, so that a repeated run repeats the id: 16 hexadecimal digits."""
    parts = (rule.name, rule.kind, rule.threshold.normalize(EXACT), rule.window, ticker, *event)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
