"""The latest ticks of a feed, numbered, and the frames that bring a reader up to date.

A frame is encoded once for all who ask for the same, as many clients return together after an outage.
Pure: time arrives as an argument.
"""

from collections import deque
from collections.abc import Iterable
from functools import lru_cache

from feed.subscription import Tickers, select
from tick import MAX_TOGETHER, Gap, Tick, encode, encode_gap

KEEP = 120.0  # seconds
MAX_HELD = 1_000_000  # ticks, whatever their age
MAX_ENCODED = 64  # frames that are kept for others who ask for the same


class Backlog:
    """Holds the ticks of the last KEEP seconds, or about MAX_HELD; the next one gets the number `next_seq`."""

    def __init__(self, next_seq: int = 1) -> None:
        self.origin = self.next_seq = next_seq
        self.encoded = lru_cache(MAX_ENCODED)(self._encode)
        self._ticks: list[Tick] = []
        self._expired = 0  # of these, from the left: they are removed together, now and then
        self._added: deque[tuple[float, int]] = deque()  # when, and up to which number

    @property
    def first(self) -> int:
        """The oldest number that is held, or the next one if none is."""
        return self.next_seq - len(self)

    @property
    def sent(self) -> int:
        """How many ticks were ever added."""
        return self.next_seq - self.origin

    def __len__(self) -> int:
        return len(self._ticks) - self._expired

    def add(self, ticks: Iterable[Tick], now: float) -> list[Tick]:
        """Number ticks that are sent at `now` (in seconds, from any beginning) and hold them; return them."""
        numbered = [
            Tick(tick.ticker, tick.price, tick.timestamp, seq, tick.quantity, tick.finer, tick.extended)
            for seq, tick in enumerate(ticks, self.next_seq)
        ]
        self._ticks += numbered
        self.next_seq += len(numbered)
        self._added.append((now, self.next_seq - 1))
        while self._added and (now - self._added[0][0] > KEEP or self._added[0][1] < self.next_seq - MAX_HELD):
            last = self._added.popleft()[1]
            self._expired += max(0, last + 1 - self.first)
        if self._expired > len(self):
            del self._ticks[: self._expired]
            self._expired = 0
        return numbered

    def after(self, seq: int, count: int) -> list[Tick]:
        """At most `count` ticks that follow the number `seq`, the oldest first."""
        start = self._expired + max(0, seq + 1 - self.first)
        return self._ticks[start : start + count]

    def next_frame(self, since: int, tickers: Tickers) -> tuple[str, int]:
        """Return the frame that follows the number `since`, and up to which number it goes.

        What is no longer held is a gap. The frame is empty if it has none of `tickers`; it ends with the same number
        for all readers.
        """
        if since + 1 < self.first:
            return encode_gap(Gap(since + 1, self.first - 1)), self.first - 1
        end = since + MAX_TOGETHER - (since + 1) % MAX_TOGETHER
        last = min(end, self.next_seq - 1)
        return self.encoded(tickers, since, last), last

    def _encode(self, tickers: Tickers, since: int, last: int) -> str:
        selected = select(self.after(since, last - since), tickers)
        return encode(selected) if selected else ""
