"""Follows a ledger: asks for the changes after those that are kept, keeps them, and asks again.

Nothing else is needed to have every change once: a page is kept together with the cursor that the next one is asked
for by. Whatever happens between two pages, the last cursor on disk says where to go on.
"""

import random
import time
from collections.abc import Callable, Iterator

from following.lines import Changes
from following.record import Record
from following.source import FOLLOW_WAIT, Away, BeginAnew, Source

FIRST_DELAY, LONGEST_DELAY = 0.5, 60.0  # seconds before asking again; twice as long each time
TOLD = 2  # failures in a row; one alone may be that too many wait for changes already


class Follower:
    """Brings the changes of `source` into `record`; `say` gets a line for each change of state, none for a trade."""

    def __init__(self, source: Source, record: Record, say: Callable[[str], None]) -> None:
        self.source, self.record, self.say = source, record, say

    def step(self, wait: int = 0) -> Changes | None:
        """Bring a page, for which the ledger may `wait` so many seconds, or None if it begins anew. Away, Refused."""
        try:
            changes = self.source.changes(self.record.cursor, wait)
        except BeginAnew as error:
            self.say(f"{error} Beginning anew: what is kept so far says nothing any more.")
            self.record.begin_anew()
            return None
        self.record.append(changes, self.source.address)
        return changes

    def catch_up(self) -> None:
        """Bring all that there is by now; Away or Refused."""
        while (changes := self.step()) is None or changes.more:
            pass

    def follow(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Bring what there is, and what comes, whether the ledger can be reached or not; Refused."""
        waits, failures = delays(), 0
        while True:
            try:
                changes = self.step(0 if failures else FOLLOW_WAIT)
            except Away as error:
                failures += 1
                if failures == TOLD:
                    self.say(f"{error}; trying again")
                sleep(max(next(waits), error.pause))
                continue
            if failures >= TOLD:
                self.say("it answers again")
            if failures:
                waits, failures = delays(), 0
            if changes and not (changes.results or changes.more):
                sleep(FIRST_DELAY)  # if something between us and the ledger does not let it wait


def delays() -> Iterator[float]:
    """Seconds before each new attempt, which differ by chance, so that followers do not return as one."""
    delay = FIRST_DELAY
    while True:
        yield delay * random.uniform(0.5, 1)  # noqa: S311 -- no secret
        delay = min(2 * delay, LONGEST_DELAY)
