"""A watch as bytes, so that it goes on where it was: windows, what fired and was told, and the feed's numbers.

A snapshot is MAGIC, then parts, each after its length in four bytes (the most significant first), then a checksum of
all before it. The first part is a Head, the others are slices of a detector's tickers, in the format of MessagePack;
the last are the alerts that were raised, as slices of no detector.

A snapshot is taken in slices, so that no tick waits for the whole: each slice is as the watch is when it is yielded,
and has the feed's numbers that had come by then. When the ticks since the first slice are fed again, `Restored.fresh`
leaves out for each ticker those that its slice knows.

Pure: no sockets, no clock, no files.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.msgpack import decode, encode

from tick import Tick
from watch.candle_snapshot import restore_slice, slices_of
from watch.candles import Candles, CandlesHead
from watch.raised import RaisedAlert
from watch.rule import Rule
from watch.sequence import Sequence
from watch.sequence_state import Came, SequenceState
from watch.slices import in_slices
from watch.tickers import Detector

MAGIC = b"watch 1\n"  # the number is that of the format
CHECKSUM = 16  # bytes
NONSENSE = (msgspec.MsgspecError, ValueError, LookupError, ArithmeticError)  # what values of another version raise
ALERTS = -3  # in the place of a detector's index, as those of candles are


class SnapshotError(ValueError):
    """The bytes are no snapshot, or one of something else; the message says which."""


class DetectorHead(msgspec.Struct, frozen=True):
    """A detector without its tickers; `rules` are all that it follows."""

    rules: str
    since: datetime | None
    feed_time: datetime


class Head(msgspec.Struct, frozen=True):
    """What is not of a ticker."""

    feed: str
    first: Tick | None
    sequence: SequenceState
    detectors: list[DetectorHead]
    candles: CandlesHead | None = None


class Slice(msgspec.Struct, frozen=True, array_like=True):
    """Some tickers of the detector with this index, candles, or alerts, and which numbers had come since the head."""

    detector: int
    came: Came
    tickers: msgspec.Raw


@dataclass(frozen=True)
class Restored:
    """The first tick and the numbers of the feed, and what of the ticks that come again detectors and candles know."""

    first: Tick | None
    sequence: Sequence
    known: dict[Detector[Any] | Candles, dict[str, Came]]
    base: int  # the number that was expected when the snapshot began; of those before it the sequence judges
    raised: list[RaisedAlert] = field(default_factory=list)

    def fresh(self, detector: Detector[Any] | Candles, ticks: list[Tick]) -> list[Tick]:
        """Without those that it knows."""
        known = self.known.get(detector, {})
        return [tick for tick in ticks if not (tick.ticker in known and self._has(known[tick.ticker], tick.seq))]

    def knows(self, detector: Detector[Any], ticker: str, seq: int) -> bool:
        """Whether the detector knows what this number, of this ticker, has told."""
        known = self.known.get(detector, {})
        return ticker in known and self._has(known[ticker], seq)

    def _has(self, came: Came, seq: int | None) -> bool:
        return seq is not None and seq >= self.base and came.has(seq)

    @property
    def last(self) -> int:
        """The highest number that any slice knows."""
        return max((came.next for known in self.known.values() for came in known.values()), default=0) - 1


def parts(
    feed: str,
    first: Tick | None,
    sequence: Sequence,
    detectors: Several[Detector[Any]],
    candles: Candles | None = None,
    raised: Callable[[], Several[RaisedAlert]] = tuple,
) -> Iterator[bytes]:
    """Yield what a snapshot consists of; `first` is the feed's first tick. The watch may go on between two parts.

    `raised` is asked last: of an alert that a slice knows, no later life would raise it again.
    """
    digest = hashlib.blake2b(digest_size=CHECKSUM)
    for part in _parts(feed, first, sequence, detectors, candles, raised):
        digest.update(part)
        yield part
    yield digest.digest()


def _parts(
    feed: str,
    first: Tick | None,
    sequence: Sequence,
    detectors: Several[Detector[Any]],
    candles: Candles | None,
    raised: Callable[[], Several[RaisedAlert]],
) -> Iterator[bytes]:
    yield MAGIC
    base = sequence.next
    heads = [DetectorHead(rules_of(detector), detector.since, detector.feed_time) for detector in detectors]
    yield _with_length(encode(Head(feed, first, sequence.state(), heads, candles.head() if candles else None)))
    for number, part in _slices(detectors, candles, raised):
        yield _with_length(encode(Slice(number, sequence.came_since(base), part)))


def _slices(
    detectors: Several[Detector[Any]], candles: Candles | None, raised: Callable[[], Several[RaisedAlert]]
) -> Iterator[tuple[int, msgspec.Raw]]:
    for number, detector in enumerate(detectors):
        for part in in_slices(detector.kept, detector.windows):
            yield number, part
    if candles:
        yield from slices_of(candles)
    alerts = dict(enumerate(raised()))
    for part in in_slices(alerts.__getitem__, alerts):
        yield ALERTS, part


def rules_of(detector: Detector[Any]) -> str:
    """All that a detector follows, as text that is equal where the rules are."""
    rules = {"": detector.rule, **dict(sorted(detector.rules.items()))}
    return msgspec.json.encode({ticker: _plain(rule) for ticker, rule in rules.items()}).decode()


def _plain(rule: Rule) -> dict[str, object]:
    """Without what does not change which alerts are due; numbers that are equal are written alike."""
    values = {name: getattr(rule, name) for name in ("name", "kind", "tickers", "windows", "hours")}
    numbers = {name: getattr(rule, name).normalize() for name in ("threshold", "margin")}
    waits = {name: getattr(rule, name) for name in ("window", "confirm", "cooldown", "rearm")}
    return {**values, **numbers, **{name: wait / timedelta(microseconds=1) for name, wait in waits.items()}}


def restore(data: bytes, feed: str, detectors: Several[Detector[Any]], candles: Candles | None = None) -> Restored:
    """Let detectors that know nothing yet go on from a snapshot, each that has its rules; SnapshotError if none has.

    With them go candles that know nothing yet.
    """
    first, *slices = _checked(data)
    try:
        head = decode(first, type=Head)
        if head.feed != feed:
            raise SnapshotError(f"it is of another feed, {head.feed}")
        ours = {rules_of(detector): detector for detector in detectors}
        found = {number: ours[one.rules] for number, one in enumerate(head.detectors) if one.rules in ours}
        if not found:
            raise SnapshotError("it is of other rules")
        restored = Restored(head.first, Sequence.restored(head.sequence), {}, head.sequence.next)
        for number, detector in found.items():
            detector.since, detector.feed_time = head.detectors[number].since, head.detectors[number].feed_time
        if candles and head.candles:
            candles.begin_with(head.candles)
        for part in slices:
            _restore_slice(decode(part, type=Slice), found, restored, candles)
    except SnapshotError:
        raise
    except NONSENSE as error:
        for detector in detectors:
            detector.forget()  # what was restored before
        if candles:
            candles.clear()
        raise SnapshotError(f"it cannot be read: {error}") from error
    return restored


def _restore_slice(part: Slice, found: dict[int, Detector[Any]], restored: Restored, candles: Candles | None) -> None:
    if part.detector == ALERTS:
        restored.raised.extend(decode(part.tickers, type=list[RaisedAlert]))
        return
    detector = found.get(part.detector)
    if detector is not None:
        known = restored.known.setdefault(detector, {})
        for kept in decode(part.tickers, type=list[detector.Kept]):  # type: ignore[name-defined]
            detector.restore(kept)
            known[kept.ticker] = part.came
    elif part.detector < 0 and candles:
        tickers = restore_slice(part.detector, part.tickers, candles)
        restored.known.setdefault(candles, {}).update(dict.fromkeys(tickers, part.came))


def _checked(data: bytes) -> Iterable[bytes]:
    if not data.startswith(MAGIC):
        raise SnapshotError("it is no snapshot of this version")
    body, checksum = data[:-CHECKSUM], data[-CHECKSUM:]
    if hashlib.blake2b(body, digest_size=CHECKSUM).digest() != checksum:
        raise SnapshotError("its checksum is wrong")
    at = len(MAGIC)
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        yield body[at + 4 : at + 4 + length]
        at += 4 + length


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part
