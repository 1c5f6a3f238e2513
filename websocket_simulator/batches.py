"""A recording in large batches: the ticks and the rejects that `recording` finds row by row, several times as soon.

Most of a recording is plain: rows of ASCII without quotes. Two replacements make a chunk of them a JSON array, which
msgspec decodes at once. A chunk with anything else in it, or with a row that is no tick, is read row by row.
"""

import csv
import re
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BufferedIOBase, StringIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from recording import COLUMNS, Reader, Reject, read_row, reader
from tick import LARGEST_PRICE, MAX_KNOWN, SMALLEST_PRICE, Tick, price_of, ticker_of

CHUNK = 64 * 1024  # bytes that are read at once: what is made of them stays in the processor's cache
MAX_VALUE = 128 * 1024  # bytes, above which the csv module takes no value
FINER = re.compile(rb":\d\d\.\d{7}")  # times that msgspec would round
QUOTE, BACKSLASH, RETURN = b'"\\\r'
LENIENT = b" _+"  # what Decimal reads in a price, and we do not
VARIED = 0.5  # of the rows of a chunk have prices that are not known: looking them up saves nothing

Value = TypeVar("Value")


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
    ticks = []
    try:
        while lines:
            row = next(rows, [])
            if tick := read_row(row, tick_of, reject, lines.passed + rows.line_num):
                ticks.append(tick)
    finally:
        if ticks:
            yield ticks


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


class PlainRows:
    """Reads chunks of plain rows, as a header orders them."""

    def __init__(self, header: list[str]) -> None:
        named = {header.index(column): column for column in COLUMNS}
        names = [named.get(index, f"column_{index}") for index in range(max(named) + 1)]
        self._read_texts, self._read_decimals = _decoder(names, str), _decoder(names, Decimal)
        self._tickers, self._prices = Known(ticker_of), Known(price_of)
        self._is_varied = False
        self._are_last = header.index("timestamp") == len(header) - 1
        self._zone = b""  # what the times of the file lack, as far as is known and they are at the ends of lines

    def read(self, chunk: bytes) -> list[Tick] | None:
        """The ticks of a chunk; None if it has to be read row by row."""
        text = _plain(chunk)
        if text is None:
            return None
        zone = self._zone
        array = b'[["%b%b"]]' % (text.replace(b",", b'","').replace(b"\n", zone + b'"],["'), zone)
        try:
            if self._is_varied and not any(byte in text for byte in LENIENT):
                return self._of_decimals(self._read_decimals(array))
            return self._of_texts(self._read_texts(array))
        except (ValueError, ArithmeticError):
            return None

    def _of_texts(self, rows: list[Any]) -> list[Tick]:
        """Whose prices are texts, of which most have come before."""
        tickers, prices, before = self._tickers, self._prices, self._prices.missed
        ticks = [
            Tick(tickers[row.ticker], prices[row.price], at if (at := row.timestamp).tzinfo is UTC else _in_utc(at))
            for row in rows
        ]
        self._is_varied = prices.missed - before > VARIED * len(rows)
        if self._are_last and not rows[0].timestamp.tzinfo:
            self._zone = b"Z"
        return ticks

    def _of_decimals(self, rows: list[Any]) -> list[Tick]:
        """Whose prices may be out of their limits: ValueError or ArithmeticError."""
        tickers = self._tickers
        if not all(SMALLEST_PRICE <= row.price <= LARGEST_PRICE for row in rows):
            raise ValueError("no price")
        return [
            Tick(tickers[row.ticker], row.price, at if (at := row.timestamp).tzinfo is UTC else _in_utc(at))
            for row in rows
        ]


class Known(dict[str, Value]):
    """What texts mean, of MAX_KNOWN at most; beyond, all are forgotten. Raises what `read` raises."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self.read, self.missed = read, 0

    def __missing__(self, text: str) -> Value:
        if len(self) >= MAX_KNOWN:
            self.clear()
        self.missed += 1
        value = self[text] = self.read(text)
        return value


def _decoder(names: list[str], price: type) -> Callable[[bytes], list[Any]]:
    types = {"price": price, "timestamp": datetime}
    fields = [(name, types.get(name, str)) for name in names]
    return msgspec.json.Decoder(list[msgspec.defstruct("Row", fields, array_like=True, gc=False)]).decode  # type: ignore[misc]


def _plain(chunk: bytes) -> bytes | None:
    """The rows of a chunk, separated by line feeds; None if they are not plain."""
    text = (chunk.replace(b"\r\n", b"\n") if RETURN in chunk else chunk).removesuffix(b"\n")
    if len(text) > MAX_VALUE or not text.isascii() or QUOTE in text or BACKSLASH in text or RETURN in text or FINER.search(text):
        return None
    return text


def _in_utc(instant: datetime) -> datetime:
    """An instant without an offset is in UTC already."""
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
