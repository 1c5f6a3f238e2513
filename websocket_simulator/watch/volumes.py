"""Ticks in, alerts out: more is traded than usual.

Windows follow each other from 1970 on, each of the rule's length. The quantity of the current window is compared
with the mean of the `windows` before it; a window without ticks counts as 0, and so does a tick without a quantity.
A window is judged once that many complete ones are behind since the ticker's first tick, and tells once that it has
strictly more than `threshold` times the mean, unless that is 0. All is decided in exact arithmetic.

A late tick counts where its time belongs: in the current window, or in one of those of the mean. Without sequence
numbers, one that comes after a reconnection and is older than the newest before it is taken for a duplicate: it
would count twice.

Pure: no sockets, no clock.
"""

from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tick import Tick
from watch.alert import Alert
from watch.tickers import Newest, Tickers, id_of
from watch.window import EXACT, ROUNDED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NONE = Decimal(0)


class Volume(Newest):
    """One ticker: the quantity of the current window, and those of the windows before it that have any."""

    __slots__ = ("before", "first", "index", "is_told", "told", "total", "volume")

    def __init__(self, tick: Tick, index: int, first: int) -> None:
        super().__init__(tick)
        self.index, self.volume = index, tick.quantity or NONE  # the index of the current window, from 1970 on
        self.first = first  # the index of the first complete window
        self.before: deque[tuple[int, Decimal]] = deque()  # index and quantity, oldest first
        self.total = NONE  # of those
        self.is_told = False  # whether the current window has raised an alert
        self.told: datetime | None = None  # the time of the tick that raised the last one

    def move_to(self, index: int, windows: int) -> None:
        """Let a later window be the current one, of which the mean has as many `windows` as before."""
        if self.volume:
            self.before.append((self.index, self.volume))
            self.total = EXACT.add(self.total, self.volume)
        while self.before and self.before[0][0] < index - windows:
            self.total = EXACT.subtract(self.total, self.before.popleft()[1])
        self.index, self.volume, self.is_told = index, NONE, False

    def add_before(self, index: int, quantity: Decimal) -> None:
        """Add a late tick's quantity to the window where it belongs."""
        place = len(self.before)
        while place and self.before[place - 1][0] > index:
            place -= 1
        if place and self.before[place - 1][0] == index:
            self.before[place - 1] = (index, EXACT.add(self.before[place - 1][1], quantity))
        else:
            self.before.insert(place, (index, quantity))
        self.total = EXACT.add(self.total, quantity)


class VolumeDetector(Tickers[Volume]):
    """Finds the windows of one rule with more than the usual quantity, in any number of tickers."""

    def _begin(self, tick: Tick) -> Volume:
        first = -((EPOCH - tick.timestamp) // self.rule.window)  # rounded up: the first tick may be within its window
        return Volume(tick, self._index_of(tick), first)

    def _judge(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        if tick.timestamp >= window.newest.timestamp:
            window.follow(tick)
        index = self._index_of(tick)
        if index > window.index:
            window.move_to(index, self.rule.windows)
        if not tick.quantity:
            return
        if index == window.index:
            window.volume = EXACT.add(window.volume, tick.quantity)
            if not window.is_told and self._is_due(window, tick.timestamp):
                window.is_told, window.told = True, tick.timestamp
                alerts.append(self._alert(window, tick))
        elif index >= window.index - self.rule.windows:
            window.add_before(index, tick.quantity)

    def _confirm(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        """Nothing waits: a quantity is what was traded, however unusual."""

    def _is_due(self, window: Volume, instant: datetime) -> bool:
        rule = self.rule
        if window.index - window.first < rule.windows or not window.total:
            return False
        if window.told is not None and instant - window.told < rule.cooldown:
            return False
        return EXACT.multiply(window.volume, rule.windows) > EXACT.multiply(window.total, rule.threshold)

    def _alert(self, window: Volume, tick: Tick) -> Alert:
        identity = id_of(self.rule, tick.ticker, window.index * self.rule.window)
        mean = ROUNDED.divide(window.total, self.rule.windows)
        return Alert(identity, tick, self.rule, volume=window.volume, mean=mean)

    def _index_of(self, tick: Tick) -> int:
        """The index of its window; a time that was rounded up may have been before the window's begin."""
        return (tick.timestamp - EPOCH - timedelta.resolution * tick.finer) // self.rule.window

    def _came_before(self, tick: Tick) -> bool:
        instant, _ = self._delivered.get(tick.ticker, (None, None))
        is_older = instant is not None and tick.seq is None and tick.timestamp < instant
        return is_older or super()._came_before(tick)
