"""An outbox of a few lines, for tests of what takes alerts out of one; with a file, it is the same in the next life."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition
from typing import NamedTuple


class Entry(NamedTuple):
    id: str
    line: str
    added: float


class HeldOutbox:
    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = path, clock
        self.queues: dict[str, dict[str, Entry]] = {}
        self.changed = Condition()
        for record in path.read_text().splitlines() if path and path.exists() else ():
            self._apply(*json.loads(record))

    def put(self, alert_id: str, line: str, sinks: Sequence[str]) -> None:
        self._write("put", alert_id, line, self.clock(), sinks)

    def take(self, sink: str, count: int = 1) -> list[Entry]:
        with self.changed:
            return list(self.queues.get(sink, {}).values())[:count]

    def wait(self, sink: str, timeout: float | None) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: bool(self.queues.get(sink)), timeout)

    def done(self, sink: str, *ids: str) -> None:
        self._write("done", sink, *ids)

    def unsent(self, sink: str) -> int:
        with self.changed:
            return len(self.queues.get(sink, {}))

    def _write(self, *record: object) -> None:
        with self.changed:
            if self.path:
                with self.path.open("a") as file:
                    file.write(f"{json.dumps(record)}\n")
            self._apply(*record)
            self.changed.notify_all()

    def _apply(self, what: str, *values: object) -> None:
        if what == "put":
            alert_id, line, added, sinks = values
            for sink in sinks:
                self.queues.setdefault(sink, {})[alert_id] = Entry(alert_id, line, added)
        else:
            sink, *ids = values
            for alert_id in ids:
                del self.queues[sink][alert_id]
