"""When a venue may be connected to: one attempt at a time, apart from each other, and never while it wants us away."""

import asyncio
from collections.abc import Callable, Iterator
from math import inf

from retry import growing
from venues.venue import Limits


class Gate:
    """One for all connections to a venue. `spread` is chance, as in `retry.growing`."""

    def __init__(self, limits: Limits, spread: Callable[[float, float], float]) -> None:
        self._limits, self._spread = limits, spread
        self._turn, self._opens = asyncio.Lock(), -inf
        self._waits = self._delays()

    async def turn(self) -> None:
        """Wait until one more attempt may be made."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            while (left := self._opens - loop.time()) > 0:  # noqa: ASYNC110  # it may be put off meanwhile
                await asyncio.sleep(left)
            self.hold(self._limits.apart)

    def hold(self, seconds: float) -> None:
        """Let nobody connect for so long, at least."""
        self._opens = max(self._opens, asyncio.get_running_loop().time() + seconds)

    def failed(self, wait: float = 0.0) -> float:
        """An attempt failed, or a connection was soon lost: return the seconds after which the next may be made."""
        wait = max(next(self._waits), wait)
        self.hold(wait)
        return wait

    def succeeded(self) -> None:
        """A connection proved good: delays begin anew."""
        self._waits = self._delays()

    def _delays(self) -> Iterator[float]:
        return growing(self._limits.first_delay, self._limits.longest_delay, self._spread)
