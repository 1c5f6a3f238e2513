"""The latest ticks of a feed, numbered, for readers who missed some. Pure: time arrives as an argument."""

from collections import deque
from collections.abc import Iterable

from tick import Tick

KEEP = 120.0  # seconds
MAX_HELD = 1_000_000  # ticks, whatever their age


class Backlog:
    """Holds the ticks of the last KEEP seconds, or about MAX_HELD; the next one gets the number `next_seq`."""

    def __init__(self, next_seq: int = 1) -> None:
        self.origin = self.next_seq = next_seq
        self._ticks: list[Tick] = []
        self._forgotten = 0  # of these, from the left: they are removed together, now and then
        self._added: deque[tuple[float, int]] = deque()  # when, and up to which number

    @property
    def first(self) -> int:
        """The oldest number that is held, or the next one if none is."""
        return self.next_seq - len(self)

    def __len__(self) -> int:
        return len(self._ticks) - self._forgotten

    def add(self, ticks: Iterable[Tick], now: float) -> list[Tick]:
        """Number ticks that are sent at `now` (in seconds, from any beginning) and hold them; return them."""
        numbered = [Tick(tick.ticker, tick.price, tick.timestamp, seq) for seq, tick in enumerate(ticks, self.next_seq)]
        self._ticks += numbered
        self.next_seq += len(numbered)
        self._added.append((now, self.next_seq - 1))
        while self._added and (now - self._added[0][0] > KEEP or self._added[0][1] < self.next_seq - MAX_HELD):
            last = self._added.popleft()[1]
            self._forgotten += max(0, last + 1 - self.first)
        if self._forgotten > len(self):
            del self._ticks[: self._forgotten]
            self._forgotten = 0
        return numbered

    def after(self, seq: int, count: int) -> list[Tick]:
        """At most `count` ticks that follow the number `seq`, the oldest first."""
        start = self._forgotten + max(0, seq + 1 - self.first)
        return self._ticks[start : start + count]
