"""Which trades of a venue have come, by its own ids: duplicates are dropped, and holes are found.

Two connections overlap while one is renewed, and venues send again what they sent. Where ids rise by one through the
trades of a symbol, an id that is left out is a trade that was lost. Pure: time arrives as data.
"""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from tick import FIRST_INSTANT
from venues.venue import TradeId

MAX_HOLES = 100  # of a symbol; what still comes of the oldest ones counts as a duplicate
MAX_BEFORE = 1000  # ids below the first one of a symbol that are taken all the same
MAX_RECENT = 100_000  # ids of a venue whose ids do not rise by one
ANEW = timedelta(seconds=5)  # by which a trade with a low id is newer than all, where ids have begun anew


class TradeIds(Protocol):
    """`due` is when a hole is told, unless it is filled by then, and `now` the time: seconds from any beginning."""

    def take(self, symbol: str, number: TradeId | None, instant: datetime, due: float) -> bool:
        """Whether the trade is new. ValueError if its id is not of the venue's kind."""

    def heard_of(self, symbol: str, number: int, due: float) -> None:
        """The venue says that this id is the symbol's last."""

    def interrupted(self) -> None:
        """The connection was lost, and no other had its symbols."""

    def lost(self, now: float) -> bool:
        """Whether trades were lost before the one that was just taken, and nobody was told."""

    def overdue(self, now: float) -> bool:
        """Whether trades were lost of which nobody was told, although none was taken."""


@dataclass(slots=True)
class Hole:
    """Ids `first` to `last` have not come; none are left where `first` is the higher one."""

    first: int
    last: int
    due: float


class Known:
    """What is known of one symbol's ids: those in [start, next) have come, without the holes."""

    __slots__ = ("before", "holes", "newest", "next", "start")

    def __init__(self, start: int) -> None:
        self.start = self.next = start
        self.newest = FIRST_INSTANT  # the time of its newest trade
        self.holes: list[Hole] = []
        self.before: set[int] = set()

    def miss(self, last: int, due: float) -> Hole:
        """The ids from the next one to `last` have not come."""
        hole = Hole(self.next, last, due)
        self.holes.append(hole)
        del self.holes[:-MAX_HOLES]
        self.next = last + 1
        return hole

    def hole_of(self, number: int) -> Hole | None:
        """The hole in which an id is."""
        index = bisect_right(self.holes, number, key=lambda hole: hole.first) - 1
        return self.holes[index] if index >= 0 and number <= self.holes[index].last else None

    def is_from_before(self, number: int) -> bool:
        """Whether it is an id from before the start, for the first time."""
        if number >= self.start or number in self.before or len(self.before) >= MAX_BEFORE:
            return False
        self.before.add(number)
        return True


class Consecutive:
    """Ids that rise by one through a symbol's trades: they tell what was lost, whatever the connection did."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._untold: list[Hole] = []

    def take(self, symbol: str, number: TradeId | None, instant: datetime, due: float) -> bool:
        if not isinstance(number, int):
            raise ValueError(f"{number!r} is no consecutive id")
        known = self._known.get(symbol)
        if known is None:
            known = self._known[symbol] = Known(number)
        if number != known.next and not self._place(known, number, instant, due):
            return False
        if number >= known.next:
            known.next = number + 1
        if instant > known.newest:
            known.newest = instant
        return True

    def heard_of(self, symbol: str, number: int, due: float) -> None:
        known = self._known.get(symbol)
        if known is None:
            self._known[symbol] = Known(number + 1)
        elif number >= known.next:
            self._untold.append(known.miss(number, due))

    def interrupted(self) -> None:
        pass

    def lost(self, now: float) -> bool:
        if not self._untold:
            return False
        due = [hole for hole in self._untold if hole.due <= now]
        self._untold = [hole for hole in self._untold if hole.due > now]
        return any(hole.first <= hole.last for hole in due)

    overdue = lost

    def _place(self, known: Known, number: int, instant: datetime, due: float) -> bool:
        """Take an id that is not the expected one; False if it came before."""
        if number > known.next:
            self._untold.append(known.miss(number - 1, due))
            return True
        if hole := known.hole_of(number):
            self._fill(known, hole, number)
            return True
        if instant <= known.newest + ANEW:
            return known.is_from_before(number)
        known.start = known.next = number  # the venue counts anew: how much was lost, nobody knows
        known.holes.clear()
        known.before.clear()
        self._untold.append(Hole(number, number, due))
        return True

    def _fill(self, known: Known, hole: Hole, number: int) -> None:
        """Split the hole about an id that came after all."""
        rest = Hole(number + 1, hole.last, hole.due)
        hole.last = number - 1
        at = known.holes.index(hole) + 1
        if rest.first <= rest.last:
            known.holes.insert(at, rest)
            if any(one is hole for one in self._untold):
                self._untold.append(rest)
        if hole.first > hole.last:
            known.holes.pop(at - 1)


class Unordered:
    """Ids of which each comes once, and no more is known; a trade without one is always new.

    What was lost with a connection nobody can tell, so each interruption counts as a loss.
    """

    def __init__(self) -> None:
        self._recent: OrderedDict[tuple[str, TradeId], None] = OrderedDict()
        self._is_interrupted = False

    def take(self, symbol: str, number: TradeId | None, instant: datetime, due: float) -> bool:
        if number is None:
            return True
        if (symbol, number) in self._recent:
            return False
        self._recent[symbol, number] = None
        if len(self._recent) > MAX_RECENT:
            self._recent.popitem(last=False)
        return True

    def heard_of(self, symbol: str, number: int, due: float) -> None:
        pass

    def interrupted(self) -> None:
        self._is_interrupted = True

    def lost(self, now: float) -> bool:
        was, self._is_interrupted = self._is_interrupted, False
        return was

    def overdue(self, now: float) -> bool:
        return False  # until when trades were lost, only the next one tells
