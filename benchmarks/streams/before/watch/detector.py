"""Ticks in, alerts out.

The rise at a tick is measured from the lowest price of its ticker in the window that ends with it, both
ends included: any rise within a minute counts, also one that began after an older, higher price. It is a
spike when it is strictly above the threshold, decided in exact arithmetic, by the ticks' own time.

A ticker is armed, fires once, escalates when the price exceeds the last alerted one by a further threshold,
and is armed again once the rise is at most half the threshold. A fall is a rise of the negated price.

What `Window` holds in each state:

    |           | armed                             | fired                                              |
    | quiet     | low + threshold; above it, fires  | that or `escalates`, if higher; above it, escalates |
    | escalates | None                              | the price last alerted + threshold                 |
    | arms      | without meaning                   | low + half the threshold; up to it, armed again    |
    | expires   | the instant after which the low has left the window, in both states                    |

A late tick is placed where its time belongs, up to LATENESS; an older one is counted, and has no effect.

Pure: no sockets, no clock.
"""

import hashlib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from ..tick import FIRST_INSTANT, LAST_INSTANT, Tick
from .window import EXACT, ROUNDED, Rule, Window

AHEAD = timedelta(seconds=5)  # how far a tick may be ahead of the clock; one beyond would empty the window
LATENESS = timedelta(seconds=2)  # how much older than its ticker's newest tick one may be
MAX_TICKERS = 50_000


@dataclass(frozen=True, slots=True)
class Alert:
    """`tick` is `percent` (rounded to 28 digits; negative for a fall) above `base`, the low or high of the window.

    `after_gap` says that ticks of the window were lost: the move is true, but it may have been larger. `received`
    is when the tick came, by the client's clock. The detector knows neither.
    """

    id: str
    tick: Tick
    base: Tick
    percent: Decimal
    rule: Rule
    after_gap: bool = False
    received: datetime | None = None

    @property
    def is_fall(self) -> bool:
        return self.percent < 0

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Begin and end of the window in which the move was seen; the tick is its end."""
        end = self.tick.timestamp
        return end - min(self.rule.window, end - FIRST_INSTANT), end


class SpikeDetector:
    """Finds rises, or falls, in any number of tickers; `rules` are those of tickers that have their own."""

    def __init__(
        self,
        rule: Rule,
        rules: Mapping[str, Rule] | None = None,
        *,
        falls: bool = False,
        max_tickers: int = MAX_TICKERS,
    ) -> None:
        self.rule, self.rules, self.falls, self.max_tickers = rule, rules or {}, falls, max_tickers
        self.late = self.quarantined = self.duplicates = self.forgotten = 0
        self.windows: dict[str, Window] = {}
        self._idle: list[tuple[datetime, str]] = []  # a heap: for each ticker an instant, not after its newest tick's
        # The newest prices of each ticker when a connection was lost.
        self._delivered: dict[str, tuple[datetime, frozenset[Decimal]]] = {}

    def feed(self, ticks: Iterable[Tick], latest: datetime = LAST_INSTANT) -> list[Alert]:  # noqa: C901  # for speed
        """Take the next ticks and return the alerts that they raise; `latest` is as new as a tick can be."""
        alerts, window_of = [], self.windows.get
        for tick in map(_negated, ticks) if self.falls else ticks:
            timestamp = tick.timestamp
            if timestamp > latest:
                self.quarantined += 1
                continue
            window = window_of(tick.ticker)
            if window is None:
                self._watch(tick)
                continue
            if timestamp > window.newest.timestamp:  # written out, as nearly all ticks pass here
                window.newest, price, lows = tick, tick.price, window.lows
                if price <= window.low:
                    lows.clear()
                else:
                    while lows[-1].price >= price:
                        lows.pop()
                lows.append(tick)
                if lows[0] is tick or timestamp > window.expires:
                    window.slide()
            elif self._place(window, tick):
                price = window.newest.price
            else:
                continue
            if price > window.quiet:
                alerts.append(self._alert(window))
            elif window.escalates is not None and price <= window.arms:
                window.arm()
        return alerts

    def reconnected(self) -> None:
        """From here on a tick may be one that came before the connection was lost."""
        self._delivered = {
            ticker: (window.newest.timestamp, frozenset(window.prices_at_newest()))
            for ticker, window in self.windows.items()
        }

    def _watch(self, tick: Tick) -> None:
        if len(self.windows) >= self.max_tickers:
            self._forget_the_longest_idle()
        self.windows[tick.ticker] = Window(self.rules.get(tick.ticker, self.rule), -1 if self.falls else 1, tick)
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

    def _place(self, window: Window, tick: Tick) -> bool:
        """Take a tick that is not newer than its ticker's newest; return whether to look at the newest price again."""
        newest = window.newest.timestamp
        if newest - tick.timestamp > LATENESS:
            self.late += 1
            return False
        if tick.timestamp == newest:
            instant, prices = self._delivered.get(tick.ticker, (None, ()))
            if instant == newest and tick.price in prices:  # it came before the connection was lost
                self.duplicates += 1
                return False
            window.follow_at_once(tick)
        window.insert(tick)
        return True

    def _alert(self, window: Window) -> Alert:
        """The alert that the newest tick raises."""
        tick, low, rule = window.newest, window.lows[0], window.rule
        percent = ROUNDED.divide(EXACT.multiply(EXACT.subtract(tick.price, low.price), 100), low.price)
        identity = _id(rule, low, window.fire())
        if self.falls:
            tick, low = _negated(tick), _negated(low)
        return Alert(identity, tick, low, percent, rule)


def _negated(tick: Tick) -> Tick:
    return replace(tick, price=EXACT.minus(tick.price))


def _id(rule: Rule, low: Tick, number: int) -> str:
    """Name the rule, the low and which alert from that low it is, so that a repeated run repeats the ids."""
    threshold, price = rule.threshold.normalize(EXACT), low.price.normalize(EXACT)
    parts = (threshold, rule.window, low.ticker, low.timestamp, price, number)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
