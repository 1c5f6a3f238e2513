"""Which of the feed's numbers have come: duplicates are dropped, and holes are gaps until they are filled.

Numbers rise by one from tick to tick, through all tickers; a feed that was restarted may begin anew. A feed
that numbers nothing passes unchanged. Pure: no sockets, no clock.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tick import Tick

MAX_HOLES = 1000  # the oldest are forgotten first: what still comes of theirs counts as a duplicate

Span = tuple[datetime, datetime]  # between which instants ticks were lost


@dataclass(slots=True)
class Hole:
    """Numbers `first` to `last` have not come."""

    first: int
    last: int
    span: Span


class Sequence:
    """The numbers of one feed, over all connections to it. If it is `partial`, holes are what nobody asked for."""

    def __init__(self, *, partial: bool = False) -> None:
        self.partial = partial
        self.duplicates = self.breaks = 0  # a break is a gap of unknown size, or of one that is forgotten
        self.newest: datetime | None = None
        self._start = self._next = 0  # what has come is in [start, next), without the holes
        self._holes: list[Hole] = []
        self._broken: Span | None = None
        self._break_ends_with_next_tick = self._is_reconnected = self._is_unsettled = False  # the third is one of both
        self._tail: Tick | None = None  # the last tick that came in order; it is not yet in `newest`

    @property
    def last(self) -> int | None:
        """The highest number that has come."""
        return self._next - 1 if self._next else None

    @property
    def gaps(self) -> int:
        return self.breaks + (0 if self.partial else len(self._holes))

    @property
    def lost(self) -> Span | None:
        """Where the latest gap is."""
        spans = [self._broken] if self._broken else []
        if self._holes and not self.partial:
            spans.append(self._holes[-1].span)
        return max(spans, key=lambda span: span[1], default=None)

    def fresh(self, ticks: list[Tick], latest: Callable[[], datetime]) -> list[Tick]:
        """Return the ticks that have not come before; `latest` tells how new a tick can be."""
        expected = self._next
        if not self._is_unsettled:
            for tick in ticks:
                if tick.seq != expected:
                    break
                expected += 1
            else:
                if ticks:
                    self._next, self._tail = expected, ticks[-1]
                return ticks
        return self._sift(ticks, latest())

    def reconnect(self) -> None:
        """What comes next comes by another connection, perhaps from a feed that was restarted."""
        self._is_reconnected = self._is_unsettled = True
        if self.last is None:  # nobody can tell what was missed
            self.interrupt()

    def interrupt(self) -> None:
        """Note that ticks were lost before the next one."""
        if self.newest or self._tail:
            self._break_ends_with_next_tick = self._is_unsettled = True

    def _sift(self, ticks: list[Tick], latest: datetime) -> list[Tick]:
        if self._tail:
            self._grow_newer(self._tail.timestamp, latest)
            self._tail = None
        fresh = [tick for tick in ticks if self._is_fresh(tick, latest)]
        self._is_unsettled = self._break_ends_with_next_tick or self._is_reconnected
        return fresh

    def _is_fresh(self, tick: Tick, latest: datetime) -> bool:
        if tick.timestamp > latest:  # its time says nothing about what is newer
            return True
        if self._break_ends_with_next_tick:
            self._break(tick)
        fresh = tick.seq is None or self._take(tick.seq, tick)
        if not fresh:
            self.duplicates += 1
        self._grow_newer(tick.timestamp, latest)
        return fresh

    def _take(self, seq: int, tick: Tick) -> bool:
        """Return whether the number is new."""
        is_fresh = True
        if not self._next:
            self._begin(seq)
        elif seq >= self._next:
            if seq > self._next:
                self._holes.append(Hole(self._next, seq - 1, self._span_to(tick)))
            self._next = seq + 1
        elif seq >= self._start and not self._fill(seq):
            is_fresh = self._is_reconnected and self.newest is not None and tick.timestamp > self.newest
            if is_fresh:  # the feed was restarted, and counts anew
                self._break(tick)
                self._begin(seq)
        while len(self._holes) > MAX_HOLES:
            self._forget(self._holes.pop(0))
        self._is_reconnected = self._is_reconnected and not is_fresh
        return is_fresh

    def _begin(self, seq: int) -> None:
        self._start, self._next = seq, seq + 1
        while self._holes:
            self._forget(self._holes.pop())

    def _forget(self, hole: Hole) -> None:
        if not self.partial:
            self.breaks, self._broken = self.breaks + 1, hole.span

    def _fill(self, seq: int) -> bool:
        """Take a number out of the hole in which it is; return False if it is in none."""
        index = bisect_right(self._holes, seq, key=lambda hole: hole.first) - 1
        if index < 0 or self._holes[index].last < seq:
            return False
        hole = self._holes[index]
        parts = [Hole(hole.first, seq - 1, hole.span), Hole(seq + 1, hole.last, hole.span)]
        self._holes[index : index + 1] = [part for part in parts if part.first <= part.last]
        return True

    def _break(self, tick: Tick) -> None:
        self._break_ends_with_next_tick = False
        self.breaks, self._broken = self.breaks + 1, self._span_to(tick)

    def _span_to(self, tick: Tick) -> Span:
        return self.newest or tick.timestamp, tick.timestamp

    def _grow_newer(self, timestamp: datetime, latest: datetime) -> None:
        if timestamp <= latest and (self.newest is None or timestamp > self.newest):
            self.newest = timestamp
