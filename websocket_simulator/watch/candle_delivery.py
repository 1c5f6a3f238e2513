"""Candles to the ledger's API: from their queue, by a thread of its own, many at a time, until each is answered.

A candle that comes twice does no harm, and neither does an older one: the ledger joins them. A ledger that knows no
candles is not asked again. Where one candle of many is refused, fewer are sent together, until it stands alone.
"""

import time
from collections.abc import Callable
from threading import Event, Thread

from credentials import NO_CREDENTIALS, Credentials
from watch.candle import Candle, json_of
from watch.candle_queue import CandleQueue
from watch.progress import Progress
from watch.sending import Away, post_once, send_until

PATH = "/api/market/candles/"
MAX_TOGETHER = 5000  # candles in a request, as the ledger takes
DRAIN_TIMEOUT = 30.0  # seconds without any answer, after which a recording's end does not wait for the rest
END_TIMEOUT = 3.0  # seconds for what is left when the watch is to end
SHOWN = 200  # characters of a refusal
ABSENT = 404  # of a ledger that was made before it had candles
REACHED, AWAY, REFUSING = "reached", "away", "refusing"


class CandleDelivery:
    """Sends what waits in `queue` to the API at `api`. `log` gets a line for each change of state.

    `start` begins to send, and `end` ends that; without both, `step` can be called.
    """

    def __init__(
        self, api: str, queue: CandleQueue, log: Callable[[str], None], credentials: Credentials = NO_CREDENTIALS
    ) -> None:
        self.api, self.queue, self.log, self.credentials = api, queue, log, credentials
        self.sent = self.refused = 0
        self.is_off = False  # as the ledger has no candles
        self.pause: float | None = None
        self._together = MAX_TOGETHER
        self._progress, self._ending = Progress(), Event()
        self._state, self._until = REACHED, 0.0
        self._thread = Thread(target=self.run, daemon=True)  # which does not hold up the end of the program

    def start(self) -> None:
        """Begin to send, in a thread."""
        self._thread.start()

    def drain(self) -> None:
        """Wait until all are answered, or none was for DRAIN_TIMEOUT seconds."""
        self._progress.wait(lambda: len(self.queue), DRAIN_TIMEOUT)

    def hurry(self) -> None:
        """Try once more to send what is left: `end` waits for that until END_TIMEOUT seconds from now."""
        self._until = time.monotonic() + END_TIMEOUT
        self._ending.set()
        self.queue.wake()

    def end(self) -> None:
        """Wait for what was begun with `hurry`."""
        if self._thread.ident:  # else it was never started
            self._thread.join(max(0.0, self._until - time.monotonic()))
        self.log = lambda message: None  # of a thread that still waits for an answer

    def summary(self) -> str:
        """The counts, as the end of a line; what is zero is left out, but for what was sent."""
        if self.is_off:
            return ""
        counts = (("refused", self.refused), ("dropped", self.queue.dropped), ("unsent", len(self.queue)))
        return f", {self.sent} candles sent" + "".join(f", {count} candles {name}" for name, count in counts if count)

    def run(self) -> None:
        """Send until `hurry` was called and nothing is left, or what was tried after that got no answer."""
        send_until(self._ending, self, self.queue.wait)

    def step(self) -> bool:
        """Send the oldest, once; return whether there were any. They wait on unless they were accepted or refused."""
        self.pause = None
        if self.is_off:
            self.queue.clear()
        candles = self.queue.take(self._together)
        if not candles:
            return False
        answer = post_once(self.api + PATH, f"[{','.join(map(json_of, candles))}]", self.credentials)
        if isinstance(answer, Away):
            self.pause = answer.pause
            self._change(AWAY, f"{answer.problem}; candles are kept until it is back")
        elif 200 <= answer.status < 300:
            self._taken(candles)
        elif answer.status == ABSENT:
            self._turn_off()
        else:
            self._refuse(candles, f"refuses candles: {answer.status}, {answer.text[:SHOWN]!r}")
        return True

    def _taken(self, candles: list[Candle]) -> None:
        self.sent += len(candles)
        self._together = min(2 * self._together, MAX_TOGETHER)
        self._done(candles)
        if self._state == AWAY:
            self._change(REACHED, "takes candles again")

    def _refuse(self, candles: list[Candle], line: str) -> None:
        """What is refused alone is given up, which is said the first time; of several, it may be one."""
        if len(candles) > 1:
            self._together = len(candles) // 2
            return
        self.refused += 1
        self._done(candles)
        self._change(REFUSING, f"{line} ({candles[0].ticker})")

    def _turn_off(self) -> None:
        self.is_off = True
        self.queue.clear()
        self._progress.moved()
        self.log(f"{self.api}: has no {PATH}, as older ledgers; candles are not sent")

    def _done(self, candles: list[Candle]) -> None:
        self.queue.done(candles)
        self._progress.moved()

    def _change(self, state: str, line: str) -> None:
        if state != self._state:
            self._state = state
            self.log(f"{self.api}: {line}")
