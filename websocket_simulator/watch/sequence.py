"""Which of the feed's numbers have come: duplicates are dropped, and holes are gaps until they are filled.

Our feed's numbers rise by one from tick to tick, through all tickers; a feed that was restarted may begin anew. Its
heartbeat declares that: then a number comes once. What the numbers of another feed mean is not known, so where one
comes again its tick decides. One that came, with its ticker, time and price, is a duplicate, as is one too old to
know. Any other tells that numbers began anew, or are those of single tickers; after MAX_RESTARTS they are ignored.

A withdrawal has a number, too, and no time of its own: what is missing before it was lost before the next tick.

A feed that numbers nothing passes unchanged. Pure: no sockets, no clock.
"""

from datetime import datetime

from tick import FIRST_INSTANT, Tick
from watch.gaps import MAX_HOLES, Gaps, span_of
from watch.recent import Recent
from watch.sequence_state import Came, SequenceState

NO_NUMBER = -1
MAX_RESTARTS = 3  # of numbers that nobody declared, without a reconnection


class Sequence:
    """The numbers of one feed, over all connections to it. If it is `partial`, holes are what nobody asked for."""

    def __init__(self, *, partial: bool = False) -> None:
        self.partial = partial
        self.duplicates = 0
        self.restarts = 0  # how often numbers began anew
        self.is_declared = False  # as the feed's own
        self.is_ignored = False
        self.newest = self.lately = FIRST_INSTANT  # the newest tick's time: of all, and since `take_lately`
        self._start = self._next = 0  # what has come is in [start, next), without the holes
        self._before: set[int] = set()  # numbers from before the start that came nevertheless
        self._gaps = Gaps(partial=partial)
        self._contradictions = 0
        self._open_from: int | None = (
            None  # the first number of which the next tick says until when it may have been lost
        )
        self._lost_up_to = NO_NUMBER  # by what the feed says
        self._is_interrupted = self._is_reconnected = False
        self._recent = Recent()

    @classmethod
    def restored(cls, state: SequenceState) -> "Sequence":
        """As it was; what comes next comes by another connection, which `reconnect` has to be told."""
        sequence = cls(partial=state.is_partial)
        sequence.duplicates, sequence.newest = state.duplicates, state.newest
        sequence.is_declared, sequence.is_ignored = state.is_declared, state.is_ignored
        sequence._start, sequence._next, sequence._before = state.start, state.next, set(state.before)
        sequence._gaps = Gaps.restored(state.gaps, partial=state.is_partial)
        sequence._contradictions, sequence._is_interrupted = state.contradictions, state.is_interrupted
        sequence._open_from, sequence._lost_up_to = state.open_from, state.lost_up_to
        sequence._recent = Recent(floor=state.newest)
        return sequence

    def state(self) -> SequenceState:
        """What `restored` makes the same sequence of."""
        return SequenceState(
            start=self._start, next=self._next, before=tuple(sorted(self._before)), newest=self.newest,
            gaps=self._gaps.state(), duplicates=self.duplicates, contradictions=self._contradictions,
            is_partial=self.partial, is_declared=self.is_declared,
            is_ignored=self.is_ignored, is_interrupted=self._is_interrupted,
            open_from=self._open_from, lost_up_to=self._lost_up_to,
        )  # fmt: skip

    @property
    def next(self) -> int:
        """The number that is expected next; 0 if none has come."""
        return self._next

    def came_since(self, base: int) -> Came:
        """Which numbers have come, as far as that is of interest for those from `base` on."""
        return Came(self._next, tuple((hole.first, hole.last) for hole in self._gaps.holes if hole.last >= base))

    @property
    def last(self) -> int | None:
        """The highest number that has come, or of which the feed says that it was given."""
        return self._next - 1 if self._next else None

    @property
    def gaps(self) -> int:
        """How often ticks were lost, as far as is known: a hole that is filled is no gap."""
        return len(self._gaps)

    def lost_between(self, begin: datetime, end: datetime) -> bool:
        """Whether ticks of this time were lost, as far as is known."""
        return self._gaps.touch(begin, end)

    def has_all_to(self, seq: int) -> bool:
        """Whether nothing up to this number is to come any more, and no loss has to be noted yet."""
        return self.last == seq and not self._is_interrupted

    def take_lately(self) -> datetime:
        """The time of the newest tick since this was last asked for; FIRST_INSTANT if none came."""
        lately, self.lately = self.lately, FIRST_INSTANT
        return lately

    def fresh(self, ticks: list[Tick], latest: datetime) -> list[Tick]:
        """Return the ticks that have not come before; one newer than `latest` is passed, and not counted."""
        is_plain = not (self._is_interrupted or self._is_reconnected or self._open_from is not None)
        expected, newest = self._next if is_plain else NO_NUMBER, self.lately
        for tick in ticks:
            if tick.seq != expected:
                break
            expected += 1
            if tick.timestamp > newest:
                newest = tick.timestamp
        else:
            if is_plain and newest <= latest:
                self._next, self.lately = expected, newest
                self.newest = newest if newest > self.newest else self.newest
                if not self.is_declared:
                    self._recent.add(ticks, self.newest)
                return ticks
        return [tick for tick in ticks if self._is_fresh(tick, latest)]

    def declare(self, seq: int) -> None:
        """The feed says that its numbers are its own, and that `seq` is the last that it gave."""
        if not self.is_declared:
            self.is_declared, self.is_ignored, self._recent = True, False, Recent()
        if not self._next:
            self._begin(seq + 1)
        elif self.partial and seq >= self._next:  # what is between was not for us, unless it comes late
            self._gaps.miss(self._next, seq, (self.newest, self.newest))
            self._next = seq + 1

    def take_number(self, seq: int) -> bool:
        """A number came that is no tick's; return whether it had not come before."""
        if self.is_ignored:
            return True
        if not self._next:
            self._begin(seq)
        if seq < self._next:
            return self._gaps.fill(seq) or self._was_before(seq)
        if seq > self._next:
            self._gaps.miss(self._next, seq - 1, (self.newest, self.newest))
            self._open_from = self._next if self._open_from is None else self._open_from
        self._next = seq + 1
        return True

    def lose(self, last: int) -> bool:
        """The feed says that ticks up to this number are lost; return whether that is news.

        Unless it is partial, their numbers will be missing.
        """
        if last == self._lost_up_to:  # it came again, by another connection
            return False
        self._lost_up_to = last
        if self.partial:
            self.interrupt()
        return True

    def reconnect(self) -> None:
        """What comes next comes by another connection, perhaps from a feed that was restarted."""
        self._is_reconnected = True
        if self.last is None:  # nobody can tell what was missed
            self.interrupt()

    def interrupt(self) -> None:
        """Note that ticks were lost before the next one."""
        self._is_interrupted = self.newest != FIRST_INSTANT

    def set_back(self) -> None:
        """The clock was set back: times that were new are to come."""
        self.newest = self.lately = FIRST_INSTANT
        self._recent = Recent()

    def _is_fresh(self, tick: Tick, latest: datetime) -> bool:
        if tick.timestamp > latest:
            return True
        if self._is_interrupted:
            self._break(tick)
        if self._open_from is not None:
            self._gaps.reach(self._open_from, tick.timestamp)
            self._open_from = None
        is_fresh = tick.seq is None or self.is_ignored or self._take(tick.seq, tick)
        self.duplicates += not is_fresh
        self.newest, self.lately = max(self.newest, tick.timestamp), max(self.lately, tick.timestamp)
        self._is_reconnected = self._is_reconnected and not is_fresh
        if is_fresh and self._next and not self.is_declared:
            self._recent.add([tick], self.newest)
        return is_fresh

    def _take(self, seq: int, tick: Tick) -> bool:
        """Return whether the number is new, or cannot be what we took it for."""
        if not self._next:
            self._begin(seq)
        if seq >= self._next:
            if seq > self._next:
                self._gaps.miss(self._next, seq - 1, span_of(self.newest, tick.timestamp))
            self._next = seq + 1
            return True
        return (
            self._gaps.fill(seq) or self._is_restarted(seq, tick) or self._was_before(seq) or self._misread(seq, tick)
        )

    def _is_restarted(self, seq: int, tick: Tick) -> bool:
        """Whether the feed was restarted while there was no connection, and counts anew."""
        if not self._is_reconnected or tick.timestamp <= self.newest:
            return False
        self._break(tick)
        self._begin_with(seq)
        return True

    def _was_before(self, seq: int) -> bool:
        """Whether it is a number from before we listened, for the first time."""
        if seq >= self._start or seq in self._before:
            return False
        if len(self._before) < MAX_HOLES:
            self._before.add(seq)
        return True

    def _misread(self, seq: int, tick: Tick) -> bool:
        """Whether the number came, and its tick did not, so that numbers are not what we took them for."""
        if self.is_declared or self._recent.has(tick) is not False:
            return False
        self._contradictions += 1
        if self._contradictions < MAX_RESTARTS:
            self._begin_with(seq)
        else:
            self._begin(0)
            self._gaps.take_back()
            self.is_ignored, self._recent = True, Recent()
        return True

    def _begin_with(self, seq: int) -> None:
        self.restarts += 1
        self._begin(seq)
        self._next = seq + 1

    def _begin(self, seq: int) -> None:
        """Expect this number next; whatever came is of another count."""
        self._start = self._next = seq
        self._before.clear()
        self._open_from, self._lost_up_to = None, NO_NUMBER
        self._gaps.close()

    def _break(self, tick: Tick) -> None:
        """Note that something was lost before this tick, and nobody knows how much."""
        self._is_interrupted = False
        self._gaps.lose(span_of(self.newest, tick.timestamp))
