"""Alerts to the ledger's API: from a queue, by a thread of its own, in their order, until each is answered.

Whoever has an alert puts it into the queue and goes on. To send one again is harmless: the API knows it by its id.
"""

from collections import deque
from collections.abc import Callable
from http.client import HTTPException
from threading import Condition, Thread

from credentials import NO_CREDENTIALS, Credentials, authorization
from status import reason
from watch.api import post
from watch.connection import delays

PATH = "/api/alerts/"
MAX_QUEUED = 64 * 1024 * 1024  # bytes of alerts, which is more than 100,000; beyond, the oldest are dropped
DRAIN_TIMEOUT = 30.0  # seconds without any answer, after which a recording's end does not wait for the rest
END_TIMEOUT = 3.0  # seconds for what is left when the watch is to end
RETRIED = (401, 403, 408, 429)  # the 4xx that say nothing against the alert; a token can be replaced
SHOWN = 200  # characters of a refusal
REACHED, AWAY, REFUSING = "reached", "away", "refusing"


class Delivery:
    """Sends alerts to the API at `api`; `log` gets a line for each change of state, and none for an alert.

    `start` begins to send, and `end` ends that; between them, or without both, `step` can be called.
    """

    def __init__(self, api: str, log: Callable[[str], None], credentials: Credentials = NO_CREDENTIALS) -> None:
        self.api, self.log, self.credentials = api, log, credentials
        self.sent = self.refused = self.dropped = 0
        self._queue: deque[str] = deque()
        self._queued = 0  # bytes
        self._current: str | None = None  # was taken from the queue, and is not answered yet
        self._is_ending = False
        self._changed = Condition()
        self._state = REACHED
        self._thread = Thread(target=self.run, daemon=True)  # which does not hold up the end of the program

    @property
    def unsent(self) -> int:
        """How many alerts wait, the one that is on its way among them."""
        with self._changed:
            return len(self._queue) + (self._current is not None)

    @property
    def lost(self) -> int:
        """How many alerts the ledger does not have."""
        return self.refused + self.dropped + self.unsent

    def put(self, alert: str) -> None:
        """Take an alert, as a JSON object in ASCII."""
        with self._changed:
            self._queue.append(alert)
            self._queued += len(alert)
            is_first = self._queued > MAX_QUEUED and not self.dropped
            while self._queued > MAX_QUEUED:
                self._queued -= len(self._queue.popleft())
                self.dropped += 1
            self._changed.notify_all()
        if is_first:
            self.log(f"{self.api}: more than {MAX_QUEUED:,} bytes of alerts wait; the oldest are dropped")

    def start(self) -> None:
        """Begin to send, in a thread."""
        self._thread.start()

    def drain(self) -> None:
        """Wait until all are answered, or none was for DRAIN_TIMEOUT seconds."""
        with self._changed:
            while left := self.unsent:
                if not self._changed.wait_for(lambda unsent=left: self.unsent < unsent, DRAIN_TIMEOUT):  # type: ignore[misc]
                    break

    def end(self) -> None:
        """Try once more, for END_TIMEOUT seconds, to send what is left, and say what could not be sent."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self._thread.join(END_TIMEOUT)
        log, self.log = self.log, lambda message: None  # of a thread that still waits for an answer
        if left := self.unsent:
            log(f"{self.api}: {left} {'alert' if left == 1 else 'alerts'} could not be sent")

    def summary(self) -> str:
        """The counts, as the end of a line."""
        return f", {self.sent} alerts sent, {self.refused} refused, {self.dropped} dropped, {self.unsent} unsent"

    def run(self) -> None:
        """Send until `end` was called and nothing is left, or what was tried after that got no answer."""
        waits = delays()
        while True:
            is_last = self._is_ending
            is_found = self.step()
            with self._changed:
                if is_last and not (is_found and self._current is None):
                    return
                if self._current is not None:
                    self._changed.wait_for(lambda: self._is_ending, next(waits))
                else:
                    waits = delays()
                    self._changed.wait_for(lambda: self._is_ending or self._queue)

    def step(self) -> bool:
        """Send the oldest alert, once; return whether there was one. It is kept unless it was accepted or refused."""
        with self._changed:
            if self._current is None and self._queue:
                self._current = self._queue.popleft()
                self._queued -= len(self._current)
            alert = self._current
        if alert is None:
            return False
        if self._is_answered(alert):
            with self._changed:
                self._current = None
                self._changed.notify_all()
        return True

    def _is_answered(self, alert: str) -> bool:
        """Send it; return whether it was accepted or refused."""
        try:
            headers = authorization(self.credentials.token_file)
            status, text = post(self.api + PATH, alert, headers, self.credentials.tls)
            problem = f"answers {status}" if status >= 500 or status in RETRIED else ""
        except (OSError, HTTPException, ValueError) as error:  # of the token's file, or the answer
            problem = reason(error)
        if problem:
            self._change(AWAY, f"{problem}; alerts are kept until it is back")
            return False
        if 200 <= status < 300:
            self.sent += 1
            self._change(REACHED, "takes alerts again")
        else:
            self.refused += 1
            self._change(REFUSING, f"refuses alerts: {status}, {text[:SHOWN]!r}")
        return True

    def _change(self, state: str, line: str) -> None:
        if state != self._state:
            self._state = state
            self.log(f"{self.api}: {line}")
