"""Which alert waits for which sink, and which ids were told lately: what an outbox knows, and its records.

The records are a log: applied in order to an empty `Waiting`, they give what there was. Pure: no files, no clock.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

MAX_TOLD = 10_000  # ids of alerts that are known again when they no longer wait
IDS = 1000  # in one record


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An alert as a line of JSON in ASCII; `added` is in seconds since 1970."""

    id: str
    line: str
    added: float


class Put(msgspec.Struct, frozen=True, tag="put"):
    """An alert waits for `sinks`."""

    id: str
    added: float
    sinks: tuple[str, ...]
    alert: msgspec.Raw

    def entry(self) -> Entry:
        """ValueError if the alert is not ASCII."""
        return Entry(self.id, bytes(self.alert).decode("ascii"), self.added)


class Done(msgspec.Struct, frozen=True, tag="done"):
    """Alerts that no longer wait for the sink, or for any."""

    ids: list[str]
    sink: str | None = None


class Told(msgspec.Struct, frozen=True, tag="told"):
    """Alerts that have come, and no longer wait."""

    ids: list[str]


_read = msgspec.json.Decoder(Put | Done | Told).decode
_write = msgspec.json.Encoder().encode


def record(content: Put | Done | Told) -> bytes:
    """The line of a file that stands for it."""
    return _write(content) + b"\n"


class Waiting:
    """`told` are the ids that wait no longer, the oldest first; `size` is the length of the lines that wait."""

    def __init__(self) -> None:
        self.told: OrderedDict[str, None] = OrderedDict()
        self.size = 0
        # Ordered dictionaries, as to find the first of a dict slows down with each one that was taken away.
        self._entries: OrderedDict[str, tuple[Entry, tuple[str, ...]]] = OrderedDict()
        self._queues: dict[str, OrderedDict[str, Entry]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def knows(self, alert_id: str) -> bool:
        """Whether it waits, or is one of the last MAX_TOLD that did."""
        return alert_id in self.told or alert_id in self._entries

    def put(self, entry: Entry, sinks: tuple[str, ...]) -> None:
        """Add one that does not wait yet; without sinks its id is known, and it waits for nobody."""
        self.size += len(entry.line)
        self._set(entry, sinks)
        for sink in sinks:
            self._queues.setdefault(sink, OrderedDict())[entry.id] = entry

    def done(self, ids: Iterable[str], sink: str | None = None) -> None:
        """Let those of them that wait for the sink, or for any, wait no longer."""
        for alert_id in ids:
            entry, sinks = self._entries.get(alert_id, (None, ()))
            if entry and (sink is None or sink in sinks):
                for one in sinks if sink is None else (sink,):
                    self._queues[one].pop(alert_id, None)
                self._set(entry, () if sink is None else tuple(one for one in sinks if one != sink))

    def first(self, sink: str, count: int) -> list[Entry]:
        """The oldest that wait for the sink."""
        return list(islice(self._queues.get(sink, OrderedDict()).values(), count))

    def count(self, sink: str) -> int:
        """How many wait for the sink."""
        return len(self._queues.get(sink, ()))

    def oldest(self) -> tuple[Entry, tuple[str, ...]] | None:
        """The oldest of all, and for which sinks it waits."""
        return next(iter(self._entries.values()), None)

    def sinks(self) -> set[str]:
        """Those for which something waits."""
        return {sink for sink, queue in self._queues.items() if queue}

    def join(self, later: "Waiting") -> None:
        """Add what came later elsewhere; of an alert that is here as well, what is known there holds."""
        self.done([*later.told, *later._entries])
        for line in records(later.state()):
            self.apply(line)

    def apply(self, line: bytes) -> None:
        """Take a record; ValueError if it is none."""
        match _read(line):
            case Put() as content if content.id not in self._entries:
                self.put(content.entry(), content.sinks)
            case Done(ids, sink):
                self.done(ids, sink)
            case Told(ids):
                for alert_id in ids:
                    self._tell(alert_id)

    def state(self) -> tuple[list[str], list[tuple[Entry, tuple[str, ...]]]]:
        """What `records` writes; later changes are not in it."""
        return list(self.told), list(self._entries.values())

    def _tell(self, alert_id: str) -> None:
        self.told[alert_id] = None
        self.told.move_to_end(alert_id)
        if len(self.told) > MAX_TOLD:
            self.told.popitem(last=False)

    def _set(self, entry: Entry, sinks: tuple[str, ...]) -> None:
        if sinks:
            self._entries[entry.id] = entry, sinks
            return
        self._entries.pop(entry.id, None)
        self.size -= len(entry.line)
        self._tell(entry.id)


def records(state: tuple[list[str], list[tuple[Entry, tuple[str, ...]]]]) -> Iterator[bytes]:
    """The shortest log that gives this state."""
    told, entries = state
    for begin in range(0, len(told), IDS):
        yield record(Told(told[begin : begin + IDS]))
    for entry, sinks in entries:
        yield record(Put(entry.id, entry.added, sinks, msgspec.Raw(entry.line.encode())))
