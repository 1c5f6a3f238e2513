"""Alerts to the ledger's API: from a queue, by a thread of its own, in their order, until each is answered.

Whoever has an alert puts it into the queue and goes on. To send one again is harmless: the API knows it by its id.
"""

from collections import deque
from collections.abc import Callable
from http.client import HTTPException
from random import Random
from threading import Condition, Thread

from credentials import NOTHING, Credentials, authorization
from watch.connection import delays
from watch.post import post

PATH = "/api/alerts/"
MAX_QUEUED = 64 * 1024 * 1024  # bytes of alerts, which is more than 100,000; beyond, the oldest are dropped
PATIENCE = 30.0  # seconds without any answer, after which a recording's end does not wait for the rest
LAST_TRY = 3.0  # seconds for what is left when the watch is told to end
AGAIN_LATER = (401, 403, 408, 429)  # the 4xx that say nothing against the alert; a token can be replaced
SHOWN = 200  # characters of a refusal
REACHED, AWAY, REFUSING = "reached", "away", "refusing"


class Delivery:
    """Sends alerts to the API at `api`; `say` gets a line for each change of state, and none for an alert."""

    def __init__(self, api: str, say: Callable[[str], None], random: Random, passport: Credentials = NOTHING) -> None:
        self.api, self.say, self.random, self.passport = api, say, random, passport
        self.sent = self.refused = self.dropped = 0
        self._queue: deque[str] = deque()
        self._queued = 0  # bytes
        self._current: str | None = None  # is being sent
        self._is_ending = False
        self._changed = Condition()
        self._is_last_try = False
        self._state = REACHED
        self._thread = Thread(target=self._deliver, daemon=True)  # which does not hold up the end of the program
        self._thread.start()

    @property
    def unsent(self) -> int:
        with self._changed:
            return len(self._queue) + (self._current is not None)

    @property
    def lost(self) -> int:
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
            self.say(f"{self.api}: more than {MAX_QUEUED:,} bytes of alerts wait; the oldest are dropped")

    def drain(self) -> None:
        """Wait until all are answered, or none was for PATIENCE seconds."""
        while (left := self.unsent) and self._is_fewer_than(left):
            pass

    def _is_fewer_than(self, unsent: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.unsent < unsent, PATIENCE)

    def end(self) -> None:
        """Try once more, for LAST_TRY seconds, to send what is left, and say what could not be sent."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self._thread.join(LAST_TRY)
        say, self.say = self.say, lambda message: None  # of a thread that still waits for an answer
        if left := self.unsent:
            say(f"{self.api}: {left} {'alert' if left == 1 else 'alerts'} could not be sent")

    def summary(self) -> str:
        return f", {self.sent} alerts sent, {self.refused} refused, {self.dropped} dropped, {self.unsent} unsent"

    def _deliver(self) -> None:
        while self._take():
            waits = delays(self.random)
            while not self._try():
                if self._is_last_try:
                    return
                self._pause(next(waits))

    def _take(self) -> bool:
        """Wait for an alert; return whether there is one before the end."""
        with self._changed:
            self._current = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._queue or self._is_ending)
            if not self._queue:
                return False
            self._current = self._queue.popleft()
            self._queued -= len(self._current)
            return True

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_ending, seconds)

    def _try(self) -> bool:
        """Send the current alert; return whether it is done with, accepted or refused."""
        assert self._current
        self._is_last_try = self._is_ending
        try:
            status, text = post(
                self.api + PATH, self._current, authorization(self.passport.token_file), self.passport.tls
            )
        except (OSError, HTTPException, ValueError) as error:  # of the token's file, or the answer
            self._tell(AWAY, f"{_reason(error)}; alerts are kept until it is back")
            return False
        if status >= 500 or status in AGAIN_LATER:
            self._tell(AWAY, f"answers {status}; alerts are kept until it is back")
            return False
        if 200 <= status < 300:
            self.sent += 1
            self._tell(REACHED, "takes alerts again")
        else:
            self.refused += 1
            self._tell(REFUSING, f"refuses alerts: {status}, {text[:SHOWN]!r}")
        return True

    def _tell(self, state: str, line: str) -> None:
        if state != self._state:
            self._state = state
            self.say(f"{self.api}: {line}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
