"""Which ticks came lately, by content: a duplicate is the same ticker, time and price.

Adding ticks costs next to nothing, as their contents are looked at only when it is asked for one.
Pure: no sockets, no clock.
"""

from collections import deque
from datetime import datetime
from decimal import Decimal

from tick import FIRST_INSTANT, Tick

MAX_RECENT = 1000  # ticks; of older ones nothing is known. More would not stay in a processor's cache
TOGETHER = 100  # ticks that are forgotten together, or a little more

Content = tuple[str, datetime, Decimal]


class Recent:
    """The contents of at least the latest MAX_RECENT - TOGETHER ticks, unless more came at once.

    Of a tick that is not newer than `floor` nobody can say that it did not come.
    """

    def __init__(self, floor: datetime = FIRST_INSTANT) -> None:
        self.floor = self._newest = floor
        self._batch: list[Tick] = []  # the latest
        self._batches: deque[tuple[list[Tick], datetime]] = deque()  # those before it; none is newer than that
        self._waiting = 0  # ticks in these
        self._known: dict[Content, datetime] = {}  # those before them, and the newest tick's time when they came

    def add(self, ticks: list[Tick], newest: datetime) -> None:
        """Ticks came, and the newest so far is of that time."""
        self._batch += ticks
        self._newest = newest
        if len(self._batch) >= TOGETHER:
            self._batches.append((self._batch, newest))
            self._waiting += len(self._batch)
            self._batch = []
            while self._waiting > MAX_RECENT and len(self._batches) > 1:
                forgotten, newest = self._batches.popleft()
                self._waiting -= len(forgotten)
                self._raise(newest)

    def has(self, tick: Tick) -> bool | None:
        """Whether such a tick came; None if nobody can say."""
        self._look()
        if _content(tick) in self._known:
            return True
        return None if tick.timestamp <= self.floor else False

    def _look(self) -> None:
        known = self._known
        for ticks, newest in (*self._batches, (self._batch, self._newest)):
            for content in map(_content, ticks):
                known.pop(content, None)  # its place is now the last
                known[content] = newest
        self._batches.clear()
        self._batch, self._waiting = [], 0
        while len(known) > MAX_RECENT:
            self._raise(known.pop(next(iter(known))))

    def _raise(self, instant: datetime) -> None:
        self.floor = max(self.floor, instant)


def _content(tick: Tick) -> Content:
    return tick.ticker, tick.timestamp, tick.price
