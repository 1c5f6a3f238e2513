"""The latest ticks of a feed, numbered, and the frames that bring a reader up to date.

What else readers have to know in its place among the ticks has a number as well: a notice. A frame is encoded once for
all who ask for the same, as many clients return together after an outage. Pure: time arrives as an argument.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

from feed.subscription import Tickers, select
from tick import MAX_TOGETHER, Gap, Tick, encode, encode_gap

KEEP = 120.0  # seconds
MAX_HELD = 1_000_000  # ticks, whatever their age
BLOCK = MAX_TOGETHER  # numbers that are held and let go together; a frame has those of one block at most
MAX_ENCODED = 64  # frames that are kept for others who ask for the same


class Backlog:
    """Holds the ticks of the last KEEP seconds, or about MAX_HELD; the next one gets the number `next_seq`."""

    def __init__(self, next_seq: int = 1) -> None:
        self.origin = self.next_seq = next_seq
        self.encoded = lru_cache(MAX_ENCODED)(self._encode)
        self.first = next_seq  # the oldest number that is held, or the next one if none is
        # By number, BLOCK in each; None where it is a notice's. They are let go one by one: to free many ticks at once
        # would hold up those that come.
        self._blocks: deque[list[Tick | None]] = deque([[None] * (next_seq % BLOCK)])
        self._notices: deque[tuple[int, str]] = deque()  # number and frame
        self._added: deque[tuple[float, int]] = deque()  # when, and up to which number

    @property
    def sent(self) -> int:
        """How many ticks were ever added."""
        return self.next_seq - self.origin

    def __len__(self) -> int:
        return self.next_seq - self.first

    def add(self, ticks: Iterable[Tick], now: float) -> list[Tick]:
        """Number ticks that are sent at `now` (in seconds, from any beginning) and hold them; return them."""
        numbered = [
            Tick(tick.ticker, tick.price, tick.timestamp, seq, tick.quantity, tick.finer, tick.extended)
            for seq, tick in enumerate(ticks, self.next_seq)
        ]
        self._hold(numbered, now)
        return numbered

    def note(self, frame_of: Callable[[int], str], now: float) -> str:
        """Hold a notice with the next number, of which `frame_of` makes its frame; return that."""
        frame = frame_of(self.next_seq)
        self._notices.append((self.next_seq, frame))
        self._hold([None], now)
        return frame

    def _hold(self, numbered: Sequence[Tick | None], now: float) -> None:
        self._append(numbered)
        self.next_seq += len(numbered)
        self._added.append((now, self.next_seq - 1))
        while self._added and (now - self._added[0][0] > KEEP or self._added[0][1] < self.next_seq - MAX_HELD):
            self.first = max(self.first, self._added.popleft()[1] + 1)
        while len(self._blocks) > 1 + self.next_seq // BLOCK - self.first // BLOCK:
            self._blocks.popleft()
        while self._notices and self._notices[0][0] < self.first:
            self._notices.popleft()

    def after(self, seq: int, count: int) -> list[Tick]:
        """The ticks among the `count` numbers that follow `seq`, the oldest first."""
        begin = max(seq + 1, self.first)
        end = min(begin + count, self.next_seq)
        found: list[Tick | None] = []
        for number in range(begin - begin % BLOCK, end, BLOCK):  # the first one of each block
            block = self._blocks[number // BLOCK - self.next_seq // BLOCK - 1]
            found += block[max(0, begin - number) : end - number]
        return [tick for tick in found if tick]

    def _append(self, numbered: Sequence[Tick | None]) -> None:
        """The last block has room for at least one."""
        begin = 0
        while begin < len(numbered):
            end = begin + BLOCK - len(self._blocks[-1])
            self._blocks[-1] += numbered[begin:end]
            begin = end
            if len(self._blocks[-1]) == BLOCK:
                self._blocks.append([])

    def next_frame(self, since: int, tickers: Tickers) -> tuple[str, int]:
        """Return the frame that follows the number `since`, and up to which number it goes.

        What is no longer held is a gap. The frame is empty if it has none of `tickers`; it ends with the same number
        for all readers.
        """
        if since + 1 < self.first:
            return encode_gap(Gap(since + 1, self.first - 1)), self.first - 1
        end = since + MAX_TOGETHER - (since + 1) % MAX_TOGETHER
        last = min(end, self.next_seq - 1)
        if notice := self._next_notice(since, last):
            number, frame = notice
            if number == since + 1:
                return frame, number
            last = number - 1
        return self.encoded(tickers, since, last), last

    def _next_notice(self, since: int, last: int) -> tuple[int, str] | None:
        """The first one after the number `since`, up to `last`."""
        at = bisect_right(self._notices, since, key=itemgetter(0))
        return self._notices[at] if at < len(self._notices) and self._notices[at][0] <= last else None

    def _encode(self, tickers: Tickers, since: int, last: int) -> str:
        selected = select(self.after(since, last - since), tickers)
        return encode(selected) if selected else ""
