"""Candles that wait for the ledger, the oldest first: one for each minute of a ticker, which knows all that was put.

It may be used by several threads. If there are more than MAX_CANDLES, the oldest are dropped and counted.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice
from operator import attrgetter
from threading import Condition

from watch.candle import Candle, Key, joined

MAX_CANDLES = 50_000


class CandleQueue:
    """`log` gets a line when candles begin to be dropped."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self.log = log
        self.dropped = 0
        self._waiting: OrderedDict[Key, Candle] = OrderedDict()
        self._changed = Condition()
        self._is_full = self._is_woken = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, candles: Iterable[Candle]) -> None:
        """Let them wait."""
        with self._changed:
            for candle in candles:
                known = self._waiting.get(candle.key)
                self._waiting[candle.key] = joined(known, candle) if known else candle
            over = len(self._waiting) - MAX_CANDLES
            for _ in range(over):
                self._waiting.popitem(last=False)
            self.dropped += max(over, 0)
            is_first = over > 0 and not self._is_full
            self._is_full = self._is_full or is_first
            self._changed.notify_all()
        if is_first:
            self.log(f"more than {MAX_CANDLES:,} candles wait for the ledger: the oldest are dropped")

    def take(self, count: int) -> list[Candle]:
        """The first `count` of those that wait, the oldest first; they wait until they are `done`."""
        with self._changed:
            some = list(islice(self._waiting.values(), count))
        return sorted(some, key=attrgetter("timestamp"))

    def done(self, candles: Iterable[Candle]) -> None:
        """Those that were taken wait no longer, but for those of which more is known since."""
        with self._changed:
            for candle in candles:
                if self._waiting.get(candle.key) is candle:
                    del self._waiting[candle.key]
            self._is_full = self._is_full and len(self._waiting) == MAX_CANDLES

    def clear(self) -> None:
        """Nobody wants them."""
        with self._changed:
            self._waiting.clear()

    def wait(self) -> None:
        """Wait until there are some, or `wake` is called."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_woken)

    def wake(self) -> None:
        """Nobody waits from now on."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()
