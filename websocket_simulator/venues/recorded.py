"""Recorded sessions with venues: what came and when, as lines of JSON; compressed where the name ends in .zst.

A header names each venue and its tickers: `{"recording": 1, "venue": "kraken", "tickers": ["BTC-USD"], …}`. Each line
after it is an event of a connection: `{"at": "…Z", "connection": 1, "event": "open"}`, `"event": "closed"`, or
`"frame": "…"`, the text as it came, with `"overlapping": true` while another connection had the same symbols. `"event":
"interrupted"` says that for some symbols no connection was left, so that trades may have been lost. Where there are
several venues, each line has the `venue` as well. Nothing that we sent is in it, and so no key.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import msgspec
import zstandard

from status import log, reason
from tick import render
from venues.reading import Heard, Reading
from venues.session import symbols_of
from venues.venue import Venue

FORMAT = 1
COMPRESSED = ".zst"
MAX_LINE = 16 * 1024 * 1024  # characters; a frame is far smaller
NO_LINE = "it is no line of a recording"


class RecordingError(ValueError):
    """The file is no recording of a session, or not of this venue; the message says why."""


class Line(msgspec.Struct, omit_defaults=True):
    """Any line; a header has `recording`, the others have `at`."""

    recording: int | None = None
    venue: str | None = None
    tickers: list[str] = []
    at: datetime | None = None
    connection: int = 1
    event: Literal["open", "closed", "interrupted"] | None = None
    frame: str | None = None
    overlapping: bool = False


_decode = msgspec.json.Decoder(Line).decode


class Recording:
    """Writes a recording, line by line, so that what was written when the process is killed can be read.

    OSError from making it if the file cannot be written; from then on, a failure is said once and ends it.
    """

    def __init__(self, path: Path, sources: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.path, self._file, self._has_ended = path, opened_to_write(path), False
        for venue, tickers in sources:
            self._write(Line(FORMAT, venue, list(tickers)))
        self._flush()

    def opened(self, venue: str, connection: int, at: datetime) -> None:
        """A connection was made."""
        self._write(Line(venue=venue, at=at, connection=connection, event="open"))

    def frames(
        self, venue: str, connection: int, frames: list[bytes], at: datetime, *, is_overlapping: bool = False
    ) -> None:
        """Frames came together; while connections overlap, others bring the same."""
        for frame in frames:
            text = frame.decode(errors="replace")
            self._write(Line(venue=venue, at=at, connection=connection, frame=text, overlapping=is_overlapping))
        self._flush()

    def closed(self, venue: str, connection: int, at: datetime) -> None:
        """A connection ended."""
        self._write(Line(venue=venue, at=at, connection=connection, event="closed"))
        self._flush()

    def interrupted(self, venue: str, at: datetime) -> None:
        """A connection was lost, and no other had its symbols."""
        self._write(Line(venue=venue, at=at, event="interrupted"))
        self._flush()

    def close(self) -> None:
        """Nothing more is kept, of connections that end after it as well."""
        if not self._has_ended:
            self._try(self._file.close)
        self._has_ended = True

    def _write(self, line: Line) -> None:
        if not self._has_ended:
            self._try(lambda: self._file.write(msgspec.json.encode(line) + b"\n"))

    def _flush(self) -> None:
        if not self._has_ended:
            self._try(self._file.flush)

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except OSError as error:
            self._has_ended = True
            log(f"{self.path}: {reason(error)}; it is recorded no further")


def opened_to_write(path: Path) -> BinaryIO:
    """A new file; OSError if it is there already, or cannot be made."""
    file = path.open("xb")
    if path.suffix != COMPRESSED:
        return cast(BinaryIO, file)
    return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(file))


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a recording, up to where a killed process broke off; RecordingError names a bad one, and OSError."""
    with path.open("rb") as file:
        stream = (
            zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) if is_compressed(path) else file
        )
        lines = io.TextIOWrapper(io.BufferedReader(cast(Any, stream)), "utf-8", newline="\n")
        for number in count(1):
            try:
                if not (text := lines.readline(MAX_LINE)):
                    return
                line = _decode(text)
            except zstandard.ZstdError as error:
                raise RecordingError(str(error)) from None
            except ValueError as error:
                if text.endswith("\n"):
                    raise RecordingError(f"line {number}: {error}") from None
                return
            yield line


def is_compressed(path: Path) -> bool:
    return path.suffix == COMPRESSED


def sources_of(path: Path) -> dict[str, list[str]]:
    """The venues of a recording and their tickers; RecordingError and OSError as `lines_of`."""
    sources: dict[str, list[str]] = {}
    for line in lines_of(path):
        if line.recording is None:
            break
        if line.recording != FORMAT or not line.venue or not line.tickers:
            raise RecordingError(f"its header is not that of a recording of format {FORMAT}, with venue and tickers")
        sources[line.venue] = line.tickers
    if not sources:
        raise RecordingError("it has no header with the venue")
    return sources


def replayed(path: Path, venue_of: Callable[[str], Venue]) -> Iterator[tuple[datetime, list[Heard]]]:
    """When what came, as the venue's own adapter reads it, and what that means. Errors as `lines_of`."""
    sources = sources_of(path)
    readings = {name: Reading(venue := venue_of(name), symbols_of(venue, tickers)) for name, tickers in sources.items()}
    only = next(iter(sources))
    for line in lines_of(path):
        if line.at is None:
            continue
        at, name = line.at.astimezone(UTC), line.venue or only
        if name not in readings:
            raise RecordingError(f"{render(at)}: {name} is not in its header")
        reading = readings[name]
        if line.event == "interrupted":
            reading.interrupted()
        now = at.timestamp()
        frames = [] if line.frame is None else [line.frame.encode()]
        heard = [*reading.look(now), *reading.read(frames, now, is_overlapping=line.overlapping)]
        if heard:
            yield at, heard
