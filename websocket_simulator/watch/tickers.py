"""What all detectors share: a state for each ticker of a rule, as many as there is room for, and what is counted.

Pure: no sockets, no clock.
"""

import heapq
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.alert import Alert
from watch.rule import Rule

AHEAD = timedelta(seconds=5)  # how far a tick may be ahead of the clock; one beyond would empty the window
LATENESS = timedelta(seconds=2)  # how much older than its ticker's newest tick one may be
MAX_TICKERS = 50_000
MAX_OUTLIERS = 5  # the latest, which are listed


class TickerState(Protocol):
    """What a detector remembers of one ticker."""

    newest: Tick

    def prices_at_newest(self) -> set[Decimal]:
        """The prices of all ticks at the newest one's instant, or most of them."""


State = TypeVar("State", bound=TickerState)


class Detector(ABC, Generic[State]):
    """Finds what one rule asks for; `rules` are those of the same kind of tickers that have their own.

    `Kept` is the type of what `kept` returns. Where there are hours, `is_open` says whether an instant is within them:
    other ticks do not count.
    """

    Kept: type[Any]

    def __init__(
        self,
        rule: Rule,
        rules: Mapping[str, Rule] | None = None,
        *,
        max_tickers: int = MAX_TICKERS,
        is_open: Callable[[datetime], bool] | None = None,
    ) -> None:
        self.is_open = is_open
        self.rule, self.rules, self.max_tickers = rule, rules or {}, max_tickers
        self.late = self.quarantined = self.duplicates = self.forgotten = self.outliers = 0
        self.latest_outliers: deque[Tick] = deque(maxlen=MAX_OUTLIERS)
        self.feed_time = FIRST_INSTANT  # that of the newest tick of any ticker
        self.since: datetime | None = None  # since when it has seen the feed; None: from its beginning, or nothing yet
        self.windows: dict[str, State] = {}
        self._idle: list[tuple[datetime, str]] = []  # a heap: for each ticker an instant, not after its newest tick's
        self._foreign: set[str] = set()  # tickers that the rule does not take
        # The newest prices of each ticker when a connection was lost.
        self._delivered: dict[str, tuple[datetime, frozenset[Decimal]]] = {}

    @property
    def deadline(self) -> datetime:
        """The feed's time from which on `expire` has something to tell; LAST_INSTANT if it has not."""
        return LAST_INSTANT

    @abstractmethod
    def feed(self, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> list[Alert]:
        """Take the next ticks and return the alerts that they raise; `latest` is as new as a tick can be."""

    def expire(self, feed_time: datetime) -> list[Alert]:
        """Return what is due when the feed's time is this, even though no tick says so."""
        return []

    def reconnected(self) -> None:
        """From here on a tick may be one that came before the connection was lost."""
        self._delivered = {
            ticker: (window.newest.timestamp, frozenset(window.prices_at_newest()))
            for ticker, window in self.windows.items()
        }

    @abstractmethod
    def _begin(self, tick: Tick) -> State:
        """The state of a ticker of which this is the first tick."""

    @abstractmethod
    def kept(self, ticker: str) -> Any:
        """What a snapshot keeps of a ticker."""

    @abstractmethod
    def restore(self, kept: Any) -> None:
        """Go on with a ticker from what was kept of it."""

    def forget(self) -> None:
        """Know nothing of any ticker, as in the beginning; counts stay."""
        self.windows.clear()
        self._idle.clear()
        self._delivered.clear()
        self.feed_time, self.since = FIRST_INSTANT, None

    def _that_count(self, ticks: Iterable[Tick], latest: datetime) -> Iterable[Tick]:
        """Those within the hours, and those that will be quarantined."""
        is_open = self.is_open
        return (
            ticks if is_open is None else [each for each in ticks if each.timestamp > latest or is_open(each.timestamp)]
        )

    def _rule_of(self, ticker: str) -> Rule:
        return self.rules.get(ticker, self.rule)

    def _watch(self, tick: Tick) -> None:
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
            newest = self.windows[ticker].newest.timestamp
            if newest == instant:
                break
            heapq.heappush(self._idle, (newest, ticker))
        del self.windows[ticker]
        self.forgotten += 1

    def _came_before(self, tick: Tick) -> bool:
        """Whether it came before the connection was lost."""
        instant, prices = self._delivered.get(tick.ticker, (None, frozenset()))
        return instant == tick.timestamp and tick.price in prices
