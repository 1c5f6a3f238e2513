"""Candles of a live watch, from its ticks to the ledger: put together, and kept going beside it."""

import time
from collections.abc import Callable

from credentials import Credentials
from watch.candle_delivery import CandleDelivery
from watch.candle_queue import CandleQueue
from watch.candles import Candles
from watch.state import Watch


class CandleParts:
    """`candles` are the watch's. What it saw is handed over in its own thread, and sent in another."""

    def __init__(self, api: str, log: Callable[[str], None], credentials: Credentials) -> None:
        self.candles = Candles(CandleQueue(log))
        self.delivery = CandleDelivery(api, self.candles.queue, log, credentials)

    def start(self) -> None:
        """Begin to send."""
        self.delivery.start()

    def look(self, watch: Watch) -> None:
        """Hand over what is due; a ledger without candles wants none."""
        if self.delivery.is_off:
            watch.candles = None
        elif watch.candles:
            watch.candles.look(time.monotonic(), watch.sequence)

    def finish(self, watch: Watch) -> None:
        """Send all, as the feed has come to its end."""
        if watch.candles:
            watch.candles.finish(watch.sequence)
            self.delivery.drain()

    def hurry(self, watch: Watch) -> None:
        """Hand over all that there is, and try once more to send it."""
        if watch.candles:
            watch.candles.hand_over(watch.sequence)
        self.delivery.hurry()

    def end(self) -> str:
        """Wait for that, END_TIMEOUT seconds from then at most; return the counts, as the end of a line."""
        self.delivery.end()
        return self.delivery.summary()
