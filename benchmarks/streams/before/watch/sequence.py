"""Which of the feed's numbers have come: duplicates are dropped, and holes are gaps until they are filled.

Numbers rise by one from tick to tick, through all tickers; a feed that was restarted may begin anew. A feed
that numbers nothing passes unchanged. Pure: no sockets, no clock.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from ..tick import FIRST_INSTANT, Tick

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
        self.duplicates = 0
        self.newest = FIRST_INSTANT  # the newest tick's time
        self._start = self._next = 0  # what has come is in [start, next), without the holes
        self._holes: list[Hole] = []
        self._before: set[int] = set()  # numbers from before the start that came nevertheless
        self._breaks = 0  # gaps of which no hole is left, or of which nobody knows how large they are
        self._broken: deque[Span] = deque(maxlen=MAX_HOLES)  # where those were
        self._is_interrupted = self._is_reconnected = False

    @property
    def last(self) -> int | None:
        """The highest number that has come."""
        return self._next - 1 if self._next else None

    @property
    def gaps(self) -> int:
        """How often ticks were lost, as far as is known: a hole that is filled is no gap."""
        return self._breaks + (0 if self.partial else len(self._holes))

    def lost_between(self, begin: datetime, end: datetime) -> bool:
        """Whether ticks of this time were lost, as far as is known."""
        spans = [*self._broken, *(() if self.partial else (hole.span for hole in self._holes))]
        return any(after <= end and until >= begin for after, until in spans)

    def fresh(self, ticks: list[Tick], latest: datetime) -> list[Tick]:
        """Return the ticks that have not come before; one newer than `latest` is passed, and not counted."""
        expected, newest = self._next, self.newest
        if not self._is_interrupted and not self._is_reconnected:
            for tick in ticks:
                if tick.seq != expected:
                    break
                expected += 1
                if tick.timestamp > newest:
                    newest = tick.timestamp
            else:
                if newest <= latest:
                    self._next, self.newest = expected, newest
                    return ticks
        return [tick for tick in ticks if self._is_fresh(tick, latest)]

    def reconnect(self) -> None:
        """What comes next comes by another connection, perhaps from a feed that was restarted."""
        self._is_reconnected = True
        if self.last is None:  # nobody can tell what was missed
            self.interrupt()

    def interrupt(self) -> None:
        """Note that ticks were lost before the next one."""
        self._is_interrupted = self.newest is not FIRST_INSTANT

    def _is_fresh(self, tick: Tick, latest: datetime) -> bool:
        if tick.timestamp > latest:
            return True
        if self._is_interrupted:
            self._break(tick)
        is_fresh = tick.seq is None or self._take(tick.seq, tick)
        self.duplicates += not is_fresh
        self.newest = max(self.newest, tick.timestamp)
        self._is_reconnected = self._is_reconnected and not is_fresh
        return is_fresh

    def _take(self, seq: int, tick: Tick) -> bool:
        """Return whether the number is new."""
        if not self._next:
            self._begin(seq)
        elif seq >= self._next:
            if seq > self._next:
                self._holes.append(Hole(self._next, seq - 1, self._span_to(tick)))
            self._next = seq + 1
        elif not self._fill(seq):
            if not self._is_reconnected or tick.timestamp <= self.newest:
                return self._came_before_the_start(seq)
            self._break(tick)  # the feed was restarted, and counts anew
            self._begin(seq)
        self._forget_holes_but(MAX_HOLES)
        return True

    def _came_before_the_start(self, seq: int) -> bool:
        """Whether it is a number from before we listened, for the first time."""
        if seq >= self._start or seq in self._before:
            return False
        if len(self._before) < MAX_HOLES:
            self._before.add(seq)
        return True

    def _begin(self, seq: int) -> None:
        self._start, self._next = seq, seq + 1
        self._before.clear()
        self._forget_holes_but(0)

    def _forget_holes_but(self, count: int) -> None:
        """Keep the latest `count` holes; the others stay gaps."""
        while len(self._holes) > count:
            hole = self._holes.pop(0)
            if not self.partial:
                self._lose(hole.span)

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
        """Note that something was lost before this tick, and nobody knows how much."""
        self._is_interrupted = False
        self._lose(self._span_to(tick))

    def _lose(self, span: Span) -> None:
        self._breaks += 1
        self._broken.append(span)

    def _span_to(self, tick: Tick) -> Span:
        """Between the newest tick so far and this one, which may be the older of both."""
        known = self.newest if self.newest is not FIRST_INSTANT else tick.timestamp
        return min(known, tick.timestamp), max(known, tick.timestamp)
