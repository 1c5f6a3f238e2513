"""What a reader missed, frame by frame, made once for all who return together. Pure."""

from collections.abc import Sequence

from feed.backlog import Backlog
from tick import MAX_TOGETHER, Gap, Tick, encode, encode_gap

MAX_ENCODED = 64  # frames that are kept for others

Wanted = frozenset[str]  # tickers; empty for all


def those_of(ticks: Sequence[Tick], wanted: Wanted) -> Sequence[Tick]:
    return [tick for tick in ticks if tick.ticker in wanted] if wanted else ticks


class Missed:
    """The frames of what a ring holds."""

    def __init__(self, ring: Backlog) -> None:
        self.ring = ring
        self.encoded: dict[tuple[Wanted, int, int], str] = {}

    def next(self, since: int, wanted: Wanted) -> tuple[str, int]:
        """Return the frame that follows the number `since`, and up to which number it goes; it may be empty.

        What the ring no longer holds is a gap. Frames end with the same numbers for all readers.
        """
        if since + 1 < self.ring.first:
            return encode_gap(Gap(since + 1, self.ring.first - 1)), self.ring.first - 1
        ticks = self.ring.after(since, MAX_TOGETHER - (since + 1) % MAX_TOGETHER)
        last = since + len(ticks)
        key = (wanted, since, last)
        if key not in self.encoded:
            while len(self.encoded) >= MAX_ENCODED:
                del self.encoded[next(iter(self.encoded))]
            chosen = those_of(ticks, wanted)
            self.encoded[key] = encode(chosen) if chosen else ""
        return self.encoded[key], last
