"""Which ticks came lately, by content: a duplicate is the same ticker, time and price.

Adding ticks costs next to nothing, as their contents are looked at only when it is asked for one.
Pure: no sockets, no clock.
"""

from collections import deque
from datetime import datetime
from decimal import Decimal

from tick import FIRST_INSTANT, Tick

MAX_RECENT = 10_000  # ticks; of older ones nothing is known

Content = tuple[str, datetime, Decimal]


class Recent:
    """The contents of the latest ticks, MAX_RECENT or a little more: those of a batch are forgotten together.

    Of a tick that is not newer than `floor` nobody can say that it did not come.
    """

    def __init__(self, floor: datetime = FIRST_INSTANT) -> None:
        self.floor = floor
        self._batches: deque[tuple[list[Tick], datetime]] = deque()  # not looked at yet; none is newer than that
        self._waiting = 0  # ticks in them
        self._known: dict[Content, datetime] = {}  # and the newest tick's time when it came

    def add(self, ticks: list[Tick], newest: datetime) -> None:
        """Ticks came, none of which is newer than `newest`; the list belongs to us from here on."""
        self._batches.append((ticks, newest))
        self._waiting += len(ticks)
        while self._waiting > MAX_RECENT and len(self._batches) > 1:
            ticks, newest = self._batches.popleft()
            self._waiting -= len(ticks)
            self._raise(newest)

    def has(self, tick: Tick) -> bool | None:
        """Whether such a tick came; None if nobody can say."""
        self._look()
        if _content(tick) in self._known:
            return True
        return None if tick.timestamp <= self.floor else False

    def _look(self) -> None:
        known = self._known
        for ticks, newest in self._batches:
            for content in map(_content, ticks):
                known.pop(content, None)  # its place is now the last
                known[content] = newest
        self._batches.clear()
        self._waiting = 0
        while len(known) > MAX_RECENT:
            self._raise(known.pop(next(iter(known))))

    def _raise(self, instant: datetime) -> None:
        self.floor = max(self.floor, instant)


def _content(tick: Tick) -> Content:
    return tick.ticker, tick.timestamp, tick.price
