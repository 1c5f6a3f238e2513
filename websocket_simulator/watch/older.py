"""The older lows of a window, packed: those that only leave it in their turn, or together below a price. Pure."""

from collections import deque
from collections.abc import Iterator
from itertools import chain

from tick import Tick
from watch.packed import CHUNK, Packed

KEPT = 8  # of the latest lows that are not packed


class Older:
    """`front` has the oldest as they are, the first of them the window's low; `newest` is the latest of all."""

    __slots__ = ("_packed", "front", "newest")

    def __init__(self) -> None:
        self.front: deque[Tick] = deque()
        self._packed = Packed()

    def __len__(self) -> int:
        return len(self.front) + len(self._packed)

    def __iter__(self) -> Iterator[Tick]:
        return chain(list(self.front), self._packed)

    def add(self, lows: deque[Tick]) -> None:
        """Take CHUNK of these, the oldest, out of their queue."""
        chunk = [lows.popleft() for _ in range(CHUNK)]
        self.newest = chunk[-1]
        if len(self):
            self._packed.extend(chunk)
        else:
            self.front.extend(chunk)

    def drop_first(self) -> None:
        """Drop the oldest."""
        self.front.popleft()
        if not self.front and len(self._packed):
            self.front.extend(self._packed.pop_oldest())


def is_worth_it(lows: deque[Tick]) -> bool:
    """Whether there are so many that some should be packed."""
    return len(lows) >= KEPT + CHUNK
