"""Alerts to the ledger's API: from the outbox, by a thread of its own, in their order, until each is answered.

An alert that is withdrawn follows it, in the same order, to an address of its own; so the ledger has the alert by then,
unless it refused it.

Whoever has an alert puts it into the outbox and goes on. To send one again is harmless: the API knows it by its id.
"""

import json
from collections.abc import Callable
from threading import Event, Thread
from urllib.parse import quote

from credentials import NO_CREDENTIALS, Credentials
from watch.alert_json import published
from watch.outbox import Outbox
from watch.progress import Progress
from watch.sending import Away, post_once, send_until
from watch.withdrawn import withdrawn_of

SINK = "ledger"
PATH = "/api/alerts/"
DRAIN_TIMEOUT = 30.0  # seconds without any answer, after which a recording's end does not wait for the rest
END_TIMEOUT = 3.0  # seconds for what is left when the watch is to end
SHOWN = 200  # characters of a refusal
REACHED, AWAY, REFUSING = "reached", "away", "refusing"


class Delivery:
    """Sends what waits in the outbox for SINK to the API at `api`.

    `log` gets a line for each change of state, and none for an alert; `answered` is called after each answer, in the
    thread that sends. `start` begins to send, and `end` ends that; between them, or without both, `step` can be called.
    """

    def __init__(
        self,
        api: str,
        outbox: Outbox,
        log: Callable[[str], None],
        credentials: Credentials = NO_CREDENTIALS,
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self.api, self.outbox, self.log, self.credentials, self.answered = api, outbox, log, credentials, answered
        self.sent = self.refused = 0
        self.pause: float | None = None  # None: the last alert was answered; else the seconds that it should wait for
        self._progress, self._ending = Progress(), Event()
        self._state = REACHED
        self._thread = Thread(target=self.run, daemon=True)  # which does not hold up the end of the program

    @property
    def dropped(self) -> int:
        """How many alerts waited too long, or were too many."""
        return self.outbox.lost[SINK]

    @property
    def unsent(self) -> int:
        """How many alerts wait, the one that is on its way among them."""
        return self.outbox.unsent(SINK)

    @property
    def lost(self) -> int:
        """How many alerts the ledger does not have."""
        return self.refused + self.dropped + self.unsent

    def start(self) -> None:
        """Begin to send, in a thread."""
        self._thread.start()

    def drain(self) -> None:
        """Wait until all are answered, or none was for DRAIN_TIMEOUT seconds."""
        self._progress.wait(lambda: self.unsent, DRAIN_TIMEOUT)

    def end(self) -> None:
        """Try once more, for END_TIMEOUT seconds, to send what is left, and say what could not be sent."""
        self._ending.set()
        self.outbox.wake()
        if self._thread.ident:  # else it was never started
            self._thread.join(END_TIMEOUT)
        log, self.log = self.log, lambda message: None  # of a thread that still waits for an answer
        if left := self.unsent:
            later = "; the next start sends them" if self.outbox.is_kept else ""
            log(f"{self.api}: {left} {'alert' if left == 1 else 'alerts'} could not be sent{later}")

    def summary(self) -> str:
        """The counts, as the end of a line."""
        return f", {self.sent} alerts sent, {self.refused} refused, {self.dropped} dropped, {self.unsent} unsent"

    def run(self) -> None:
        """Send until `end` was called and nothing is left, or what was tried after that got no answer."""
        send_until(self._ending, self, lambda: self.outbox.wait(SINK, None))

    def step(self) -> bool:
        """Send the oldest alert, once; return whether there was one. It waits on unless it was accepted or refused."""
        self.pause = None
        for entry in self.outbox.take(SINK):
            self.pause = self._send(entry.line)
            if self.pause is None:
                self.outbox.done(SINK, entry.id)
                self._progress.moved()
                self.answered()
            return True
        return False

    def _send(self, alert: str) -> float | None:
        """None if it was accepted or refused, else the seconds after which the API wants it again, or 0."""
        path, body = request_of(alert)
        answer = post_once(self.api + path, body, self.credentials)
        if isinstance(answer, Away):
            return self._keep(answer.problem, answer.pause)
        if 200 <= answer.status < 300:
            self.sent += 1
            self._change(REACHED, "takes alerts again")
        else:
            self.refused += 1
            self._change(REFUSING, f"refuses alerts: {answer.status}, {answer.text[:SHOWN]!r}")
        return None

    def _keep(self, problem: str, pause: float) -> float:
        self._change(AWAY, f"{problem}; alerts are kept until it is back")
        return pause

    def _change(self, state: str, line: str) -> None:
        if state != self._state:
            self._state = state
            self.log(f"{self.api}: {line}")


def request_of(line: str) -> tuple[str, str]:
    """The path, and the body, by which the ledger gets what waits."""
    if withdrawn := withdrawn_of(line):
        return f"{PATH}{quote(withdrawn.id, safe='')}/withdraw/", json.dumps({"reason": withdrawn.withdrawn})
    return PATH, published(line)
