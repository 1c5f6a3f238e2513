"""Where ticks were lost, as far as is known: holes in a feed's numbers, and losses that no number tells of.

A hole that is filled is no gap. Pure: no sockets, no clock.
"""

from bisect import bisect_right
from collections import deque
from datetime import datetime

import msgspec

from tick import FIRST_INSTANT

MAX_HOLES = 1000  # the oldest are forgotten first: what still comes of theirs counts as a duplicate

Span = tuple[datetime, datetime]  # between which instants ticks were lost


def span_of(newest: datetime, instant: datetime) -> Span:
    """Between the newest tick so far (FIRST_INSTANT: there is none) and one that may be older."""
    known = instant if newest == FIRST_INSTANT else newest
    return min(known, instant), max(known, instant)


class Hole(msgspec.Struct, frozen=True, array_like=True):
    """Numbers `first` to `last` have not come."""

    first: int
    last: int
    span: Span


class GapsState(msgspec.Struct, frozen=True):
    """All that `Gaps` knows; of spans, the latest MAX_HOLES."""

    holes: tuple[Hole, ...]
    forgotten: int
    forgotten_spans: tuple[Span, ...]
    breaks: int
    broken: tuple[Span, ...]


class Gaps:
    """The gaps of one feed. If it is `partial`, holes are what nobody asked for, and no gaps."""

    def __init__(self, *, partial: bool = False) -> None:
        self.partial = partial
        self.holes: list[Hole] = []
        self._forgotten = 0  # holes that can be filled no longer
        self._forgotten_spans: deque[Span] = deque(maxlen=MAX_HOLES)
        self._breaks = 0  # gaps of which nobody knows how large they are
        self._broken: deque[Span] = deque(maxlen=MAX_HOLES)

    @classmethod
    def restored(cls, state: GapsState, *, partial: bool) -> "Gaps":
        """As they were."""
        gaps = cls(partial=partial)
        gaps.holes = list(state.holes)
        gaps._forgotten, gaps._breaks = state.forgotten, state.breaks
        gaps._forgotten_spans.extend(state.forgotten_spans)
        gaps._broken.extend(state.broken)
        return gaps

    def state(self) -> GapsState:
        """What `restored` makes the same of."""
        return GapsState(
            holes=tuple(self.holes),
            forgotten=self._forgotten,
            forgotten_spans=tuple(self._forgotten_spans),
            breaks=self._breaks,
            broken=tuple(self._broken),
        )

    def __len__(self) -> int:
        return self._breaks + self._forgotten + (0 if self.partial else len(self.holes))

    def touch(self, begin: datetime, end: datetime) -> bool:
        """Whether ticks of this time were lost."""
        spans = [*self._broken, *self._forgotten_spans]
        if not self.partial:
            spans += [hole.span for hole in self.holes]
        return any(after <= end and until >= begin for after, until in spans)

    def lose(self, span: Span) -> None:
        """Something was lost, and nobody knows how much."""
        self._breaks += 1
        self._broken.append(span)

    def miss(self, first: int, last: int, span: Span) -> None:
        """Numbers higher than those of all holes have not come."""
        self.holes.append(Hole(first, last, span))
        self._forget_but(MAX_HOLES)

    def reach(self, first: int, instant: datetime) -> None:
        """What was missed from this number on may have been of a time up to this instant."""
        for place in range(len(self.holes) - 1, -1, -1):
            hole = self.holes[place]
            if hole.first < first:
                return
            begin, end = span_of(hole.span[0], instant)
            self.holes[place] = Hole(hole.first, hole.last, (begin, max(end, hole.span[1])))

    def fill(self, seq: int) -> bool:
        """Take a number out of the hole in which it is; return False if it is in none."""
        index = bisect_right(self.holes, seq, key=lambda hole: hole.first) - 1
        if index < 0 or self.holes[index].last < seq:
            return False
        hole = self.holes[index]
        parts = [Hole(hole.first, seq - 1, hole.span), Hole(seq + 1, hole.last, hole.span)]
        self.holes[index : index + 1] = [part for part in parts if part.first <= part.last]
        self._forget_but(MAX_HOLES)
        return True

    def close(self) -> None:
        """Numbers begin anew: holes are filled no longer, and stay gaps."""
        self._forget_but(0)

    def take_back(self) -> None:
        """Numbers were misread: what they told of gaps is not true."""
        self.holes.clear()
        self._forgotten_spans.clear()
        self._forgotten = 0

    def _forget_but(self, count: int) -> None:
        """Keep the latest `count` holes; the others stay gaps."""
        while len(self.holes) > count:
            hole = self.holes.pop(0)
            if not self.partial:
                self._forgotten += 1
                self._forgotten_spans.append(hole.span)
