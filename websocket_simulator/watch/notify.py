"""Notifications: which alert goes to which targets, and all couriers together. No tick waits for any of it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from watch.courier import Courier
from watch.grouping import Message
from watch.messenger import Messenger
from watch.outbox import Outbox
from watch.progress import Progress
from watch.targets import MAX_TARGETS, Target, TargetError

DRAIN_TIMEOUT = 30.0  # seconds in which no target takes anything, after which a recording's end waits no more
END_TIMEOUT = 3.0  # seconds for what is left when the watch is to end
TEST = Message("A test of the watch", ("Its alerts will arrive here.",), ("test",), ('{"id": "test", "kind": "test"}',))


class Notifier:
    """A courier for each target. `log` gets a line for each change of state, and none for an alert."""

    def __init__(self, outbox: Outbox, log: Callable[[str], None], clock: Callable[[], float] = time.time) -> None:
        self.outbox, self.log, self.clock = outbox, log, clock
        self.couriers: dict[str, Courier] = {}  # by sink
        self._general: Sequence[Target] = ()
        self._named: Mapping[str, Sequence[Target]] = {}
        self._progress = Progress()

    def use(self, general: Sequence[Target], named: Mapping[str, Sequence[Target]]) -> None:
        """From now on, alerts go to the general targets, and to those of their rule: `named` has them by its words.

        Those that are new begin, and those that are no more end, after one more try. TargetError if there are too many;
        then nothing changes.
        """
        targets = {target.sink: target for group in (general, *named.values()) for target in group}
        if len(targets) > MAX_TARGETS:
            raise TargetError(f"there are more than {MAX_TARGETS} targets")
        self._general, self._named = general, named
        for sink in self.couriers.keys() - targets.keys():
            self.couriers.pop(sink).end()
        for sink, target in targets.items():
            if sink not in self.couriers:
                self.couriers[sink] = Courier(target, self.outbox, self._log, self.clock, self._progress.moved)
                self.couriers[sink].start()

    def sinks_of(self, words: Iterable[str] = ()) -> tuple[str, ...]:
        """The outbox's sinks for an alert of a rule whose `notify` these words are."""
        targets = [*self._general, *(target for word in words for target in self._named.get(word, ()))]
        return tuple(dict.fromkeys(target.sink for target in targets))

    @property
    def waiting(self) -> int:
        """How many alerts are yet to be brought, each counted for each of its targets."""
        return sum(courier.waiting for courier in self.couriers.values())

    @property
    def failed(self) -> int:
        """How many were given up, counted likewise."""
        return sum(courier.failed for courier in self.couriers.values())

    def drain(self) -> None:
        """Wait until all are brought, or none was for DRAIN_TIMEOUT seconds; no more alerts come."""
        for courier in self.couriers.values():
            courier.hurry()
        self._progress.wait(lambda: self.waiting, DRAIN_TIMEOUT)

    def end(self) -> None:
        """Try once more, for END_TIMEOUT seconds, to bring what is left; call it before the outbox is closed."""
        for courier in self.couriers.values():
            courier.end()
        deadline = time.monotonic() + END_TIMEOUT
        for courier in self.couriers.values():
            courier.join(max(0.0, deadline - time.monotonic()))
        self.log = lambda line: None  # of a thread that still waits for an answer

    def summary(self) -> str:
        """The counts of each target, as the end of a line."""
        return "".join(
            f", {courier.target.name}: {courier.sent} sent, {courier.failed} given up, {courier.waiting} waiting"
            for courier in self.couriers.values()
        )

    def _log(self, line: str) -> None:
        self.log(line)


def try_targets(targets: Iterable[Target], say: Callable[[str], None]) -> bool:
    """Send each a test message, `say` what became of it, a line each, and return whether all were taken."""
    are_taken = []
    for target in targets:
        outcome = Messenger(target.url).send(TEST)
        are_taken.append(outcome.is_taken)
        say(f"{target.name}: {'taken' if outcome.is_taken else f'not taken: {outcome.problem}'}")
    return all(are_taken)
