"""Alerts from the outbox to one target, in their order, until it takes them.

A target's queue is a sink of the outbox, which an alert leaves when the target has taken it: what was sent is known
over restarts. Whoever is killed after a message was taken, and before that is on disk, sends it again, with the same
ids.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from watch.grouping import GROUP_SECONDS, MAX_TOGETHER, group_of, is_told, message_of, seconds_left
from watch.messenger import Messenger, Outcome
from watch.outbox import Outbox
from watch.targets import Target
from watch.waiting import Entry

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0  # seconds before a message is sent again; twice as long each time
BEHIND = 60.0  # seconds; of a target that takes a message that late, all that wait are the next message
MAX_AGE = 24 * 60 * 60.0  # seconds for which an alert is sent again
MAX_REFUSALS = 5  # of the same message
RETRIED = (401, 403, 404, 407, 408, 425, 429)  # the 4xx that say nothing against the message
IDLE = 1.0  # seconds between two looks whether the end has come


class Courier:
    """Brings alerts to one target; `progress` is called after each step, and `log` gets a line for a change of state.

    `run` does it until `end` was called; without it, `step` can be called.
    """

    def __init__(
        self,
        target: Target,
        outbox: Outbox,
        log: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        self.target, self.outbox, self.log, self.clock, self.progress = target, outbox, log, clock, progress
        self.sent = self.failed = 0  # alerts
        self._messenger = Messenger(target.url)
        self._attempts = self._refusals = 0  # since the target took something; of the message that is due
        self._is_behind = self._is_hurried = self._is_ending = False
        self._woken = Event()
        self._thread = Thread(target=self.run, daemon=True)  # which does not hold up the end of the program

    @property
    def waiting(self) -> int:
        """How many alerts it has yet to bring."""
        return self.outbox.unsent(self.target.sink)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def hurry(self) -> None:
        """Wait no more for alerts that may join a message."""
        self._is_hurried = True
        self._woken.set()

    def end(self) -> None:
        """Have `run` try once more what is left, and return."""
        self._is_ending = True
        self.hurry()

    def join(self, timeout: float) -> None:
        """Wait for its end, if something is left for it to try."""
        if self.waiting and self._thread.is_alive():
            self._thread.join(timeout)

    def run(self) -> None:
        """Bring alerts until `end` was called, and after that either nothing is left or something was not taken."""
        while True:
            is_last = self._is_ending
            delay = self.step()
            self.progress()
            if is_last and (delay is None or self._attempts):
                return
            if delay is None:
                self.outbox.wait(self.target.sink, IDLE)
            else:
                self._woken.wait(delay)
                self._woken.clear()

    def step(self) -> float | None:
        """Send a message if it is complete; return the seconds until the next step, None if no alert waits."""
        entries = self.outbox.take(self.target.sink, MAX_TOGETHER)
        if not entries:
            return None
        now = self.clock()
        if not self._is_hurried and (left := seconds_left(entries, now, GROUP_SECONDS)):
            return left
        group = list(entries) if self._is_behind else group_of(entries, GROUP_SECONDS)
        if unknown := [entry for entry in group if not is_told(entry.line)]:
            self._give_up(unknown, "cannot be read")
            return 0.0
        outcome = self._messenger.send(message_of(group))
        return self._taken(group, now) if outcome.is_taken else self._not_taken(entries, group, outcome, now)

    def _taken(self, group: Sequence[Entry], now: float) -> float:
        self.outbox.done(self.target.sink, *(entry.id for entry in group))
        self.sent += len(group)
        if self._attempts:
            self.log(f"{self.target.name}: takes messages again")
        self._attempts = self._refusals = 0
        self._is_behind = now - group[0].added > BEHIND
        return 0.0 if self._is_hurried else GROUP_SECONDS

    def _not_taken(self, entries: Sequence[Entry], group: Sequence[Entry], outcome: Outcome, now: float) -> float:
        if not self._attempts:
            self.log(f"{self.target.name}: {outcome.problem}; alerts are kept until it takes them")
        self._attempts += 1
        self._refusals += outcome.status is not None and 400 <= outcome.status < 500 and outcome.status not in RETRIED
        if old := [entry for entry in entries if now - entry.added > MAX_AGE]:
            self._give_up(old, f"could not be sent for {MAX_AGE / 3600:g} hours")
        elif self._refusals >= MAX_REFUSALS:
            self._give_up(group, f"are refused ({outcome.problem})")
        return max(outcome.retry_after, delay_after(self._attempts))

    def _give_up(self, group: Sequence[Entry], why: str) -> None:
        self.outbox.done(self.target.sink, *(entry.id for entry in group))
        self.failed += len(group)
        self._refusals = 0
        self.log(f"{self.target.name}: {len(group)} {'alert' if len(group) == 1 else 'alerts'} {why}, and given up")


def delay_after(attempts: int) -> float:
    """Seconds before the next, after so many that failed, at least one."""
    return min(FIRST_DELAY * 2.0 ** min(attempts - 1, 30), LONGEST_DELAY)
