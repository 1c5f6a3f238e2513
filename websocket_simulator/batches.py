"""A recording in large batches: the ticks and the rejects that `recording` finds row by row, several times as soon.

What is plain is decoded by chunks. A chunk with anything else in it, or with a row that is no tick, is read row by row.
"""

import csv
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator
from io import BufferedIOBase, StringIO
from pathlib import Path
from typing import Any

from plain_rows import PlainRows
from recording import Reader, Reject, read_row, reader
from tick import Tick

CHUNK = 32 * 1024  # bytes that are read at once: what is made of them stays in the processor's cache


def read_batches(path: Path, reject: Reject) -> Iterator[list[Tick]]:
    """Yield the ticks of a CSV file with a header, in its order, about a chunk of them together.

    A row that is no tick is skipped, and `reject` gets its line and what is wrong. Raises OSError, and ValueError if a
    column is missing or a line cannot be read at all; the ticks before it come first.
    """
    with path.open("rb") as file:
        chunks = chunks_of(file)
        lines = Lines(chunks)
        rows = csv.reader(lines)
        try:
            yield from _read_chunks(chunks, lines, rows, reject)
        except csv.Error as error:
            raise ValueError(f"line {lines.passed + rows.line_num}: {error}") from error


def _read_chunks(chunks: Iterator[bytes], lines: "Lines", rows: Any, reject: Reject) -> Iterator[list[Tick]]:
    header: list[str] = next(rows, [])
    tick_of, plain = reader(header), PlainRows(header)
    yield from _read_with_care(lines, rows, tick_of, reject)
    for chunk in chunks:
        if ticks := plain.read(chunk):
            lines.passed += chunk.count(b"\n")
            yield ticks
        else:
            lines.add(chunk)
            yield from _read_with_care(lines, rows, tick_of, reject)


def _read_with_care(lines: "Lines", rows: Any, tick_of: Reader, reject: Reject) -> Iterator[list[Tick]]:
    """Read the lines that are there, and those behind them to the end of a row."""
    ticks, failure = list[Tick](), None
    while lines and not failure:
        try:
            row: list[str] = next(rows, [])
        except csv.Error as error:
            failure = error
        else:
            if tick := read_row(row, tick_of, reject, lines.passed + rows.line_num):
                ticks.append(tick)
    if ticks:
        yield ticks
    if failure:
        raise failure


def chunks_of(file: BufferedIOBase) -> Iterator[bytes]:
    """Whole lines: the first, and then as many as CHUNK bytes have, or one that is longer."""
    begun, is_first = list[bytes](), True
    while data := file.read(CHUNK):
        end = data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1
        begun.append(data[:end] if end else data)
        if end:
            chunk, begun = b"".join(begun), [data[end:]]
            yield from _first_apart(chunk) if is_first else [chunk]
            is_first = False
    if any(begun):
        yield from _first_apart(b"".join(begun)) if is_first else [b"".join(begun)]


def _first_apart(chunk: bytes) -> list[bytes]:
    """The first line, without a byte order mark, and the others, if there are any."""
    chunk = chunk.removeprefix(BOM_UTF8)
    end = chunk.find(b"\n") + 1 or len(chunk)
    return [part for part in (chunk[:end], chunk[end:]) if part]


class Lines(Iterator[str]):
    """The lines of the chunks that are read with care; the next chunk is one where a quoted value goes on in it."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.passed = 0  # lines of the other chunks
        self._chunks, self._lines = chunks, deque[str]()

    def __bool__(self) -> bool:
        return bool(self._lines)

    def __next__(self) -> str:
        if not self._lines:
            self.add(next(self._chunks))
        return self._lines.popleft()

    def add(self, chunk: bytes) -> None:
        """A byte that is not UTF-8 spoils its own row alone."""
        self._lines.extend(StringIO(chunk.decode(errors="replace"), newline=""))
