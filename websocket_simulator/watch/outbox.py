"""Alerts on their way: on disk before anybody is told, and until every sink has taken them.

A killed process loses none, as each record is the kernel's before a method returns; those of the last seconds before
a loss of power may be missing. An alert that was told is known by its id, after a restart too.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition, Lock, Thread

import msgspec

from watch.store import RETRY, NoStore, Store
from watch.waiting import Done, Entry, Put, Waiting, record

MAX_BYTES = 64 * 1024 * 1024  # of alerts that wait, which is more than 100,000; beyond, the oldest are dropped
DAY = 24 * 60 * 60  # seconds
MAX_AGE = 7 * DAY  # what has waited longer is dropped


class Outbox:
    """Thread-safe. `log` gets a line for each change of state, and none for an alert; `clock` gives seconds since 1970.

    `path` is None for one in memory alone. `start` begins to tidy up now and then, in a thread, and `close` ends that;
    between them, or without both, `tidy` can be called. `dropped` counts alerts that some sink never got, and `lost`
    those of each sink.
    """

    def __init__(
        self,
        path: Path | None,
        sinks: Sequence[str],
        log: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.log, self.name, self.dropped, self.lost = log, path or "alerts", 0, Counter[str]()
        self._clock, self._waiting, self._lock, self._tidying = clock, Waiting(), Lock(), Lock()
        self._sinks, self._changed = tuple(sinks), {sink: Condition(self._lock) for sink in sinks}
        self._woken, self._said = set[str](), set[str]()
        self._store = Store(path, self._lock, log, clock) if path else NoStore()
        self._is_ending, self._due = False, Condition(self._lock)
        self._keeper = Thread(target=self.run, daemon=True)
        self.tidy()

    @property
    def is_kept(self) -> bool:
        """Whether what waits is on disk."""
        return self._store.is_complete

    def put(self, alert_id: str, line: str, sinks: Sequence[str] | None = None) -> bool:
        """Let an alert, a JSON object in ASCII, wait for the sinks, or all; False if it was told before.

        ValueError if the line is not one of ASCII, or a sink is not one of the outbox's.
        """
        if "\n" in line:
            raise ValueError("an alert is one line")
        to = self._sinks if sinks is None else tuple(dict.fromkeys(sinks))
        entry = Entry(alert_id, line, self._clock())
        content = record(Put(alert_id, entry.added, to, msgspec.Raw(line.encode("ascii"))))
        with self._lock:
            if not set(to) <= set(self._sinks):
                raise ValueError(f"no sink is called so: {to}")
            if self._waiting.knows(alert_id):
                return False
            self._waiting.put(entry, to)
            self._append(content)
            self._shrink()
            for sink in to:
                self._changed[sink].notify_all()
        return True

    def take(self, sink: str, count: int = 1) -> list[Entry]:
        """The oldest that wait for the sink, the oldest first; they wait on until they are done."""
        with self._lock:
            return self._waiting.first(sink, count)

    def wait(self, sink: str, timeout: float | None) -> bool:
        """Wait until something waits for the sink, or `wake` is called; return whether something does."""
        with self._lock:
            self._changed[sink].wait_for(lambda: self._waiting.count(sink) or sink in self._woken, timeout)
            self._woken.discard(sink)
            return self._waiting.count(sink) > 0

    def wake(self) -> None:
        """End what waits in `wait`; a sink for which nothing does will not wait the next time."""
        with self._lock:
            self._woken.update(self._changed)
            for changed in self._changed.values():
                changed.notify_all()

    def done(self, sink: str, *ids: str) -> None:
        """The sink has taken these, or never will; that is on disk before it returns."""
        with self._lock:
            self._finish(list(ids), sink)

    def unsent(self, sink: str) -> int:
        """How many wait for the sink."""
        with self._lock:
            return self._waiting.count(sink)

    def forget(self) -> None:
        """What was told may be told again: the feed began anew. What waits does wait on."""
        with self._lock:
            self._waiting.told.clear()
        with self._tidying:
            self._store.write(self._waiting)

    def use(self, sinks: Sequence[str]) -> None:
        """These are the sinks from here on; what waits for another is dropped for it, which is said."""
        with self._lock:
            self._sinks = tuple(sinks)
            for sink in sinks:
                self._changed.setdefault(sink, Condition(self._lock))
            self._drop_for_others()

    def start(self) -> None:
        """Begin to tidy up, in a thread."""
        self._keeper.start()

    def run(self) -> None:
        """Tidy up whenever there is something to do, until it is closed."""
        while not self._is_ending:
            self.tidy()
            with self._lock:
                self._due.wait_for(lambda: self._is_ending or self._store.is_due(), RETRY)

    def tidy(self) -> bool:
        """Drop what is too old; write the file anew if most of it may be done, or if it failed a while ago.

        Return whether that was due, and the file has everything now. Nobody else waits for it.
        """
        with self._tidying:
            with self._lock:
                is_due = self._store.is_due()
                if is_due and (joined := self._store.load(self._waiting)) is not None:
                    self._take_over(joined)
                while (oldest := self._waiting.oldest()) and self._clock() - oldest[0].added > MAX_AGE:
                    self._drop_oldest(f"alerts have waited for more than {MAX_AGE // DAY} days, and are dropped")
            return is_due and self._store.write(self._waiting)

    def close(self) -> None:
        """End what `start` began and leave the file to others; say how many alerts were dropped or are not kept."""
        with self._lock:
            self._is_ending = True
            self._due.notify_all()
        if self._keeper.is_alive():
            self._keeper.join()
        with self._tidying:
            is_kept = self._store.write(self._waiting)
        with self._lock:
            self._store.close()
            if not is_kept and (left := len(self._waiting)):
                self.log(f"{self.name}: alerts that wait and could not be kept: {left}")
            if self.dropped:
                self.log(f"{self.name}: alerts that were dropped: {self.dropped}")

    def _finish(self, ids: list[str], sink: str | None = None) -> None:
        self._waiting.done(ids, sink)
        self._append(record(Done(ids, sink)))

    def _append(self, line: bytes) -> None:
        self._store.append(line)
        if self._store.is_due():
            self._due.notify_all()

    def _take_over(self, joined: Waiting) -> None:
        self._waiting = joined
        self._drop_for_others()
        self._shrink()
        for changed in self._changed.values():
            changed.notify_all()

    def _drop_for_others(self) -> None:
        for sink in self._waiting.sinks() - set(self._sinks):
            entries = self._waiting.first(sink, self._waiting.count(sink))
            self._finish([entry.id for entry in entries], sink)
            self.lost[sink] += len(entries)
            self.log(f"{self.name}: {len(entries)} alerts waited for {sink}, where none go any more; dropped for it")

    def _shrink(self) -> None:
        while self._waiting.size > MAX_BYTES:
            self._drop_oldest(f"more than {MAX_BYTES:,} bytes of alerts wait; the oldest are dropped")

    def _drop_oldest(self, line: str) -> None:
        """Drop it, and say the line if it was not said before."""
        oldest = self._waiting.oldest()
        assert oldest
        entry, sinks = oldest
        self._finish([entry.id])
        self.dropped += 1
        self.lost.update(sinks)
        if line not in self._said:
            self._said.add(line)
            self.log(f"{self.name}: {line}")
