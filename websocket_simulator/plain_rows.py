"""Chunks of plain rows, decoded at once: the ticks that `recording.reader` makes of each row.

Most of a recording is plain: ASCII without quotes. Two replacements make a chunk of it a JSON array, which msgspec
decodes. What is in doubt is left to `recording`: this never rejects a row. Pure: no files, no clock.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from recording import COLUMNS, QUANTITY, quantity_of
from tick import LARGEST_PRICE, MAX_KNOWN, SMALLEST_PRICE, Tick, price_of, ticker_of

MAX_VALUE = 128 * 1024  # bytes, above which the csv module takes no value
QUOTE, BACKSLASH, RETURN = b'"\\\r'
LENIENT = b" _+"  # what Decimal reads in a number, and we do not
VARIED = 0.5  # of the numbers of a chunk are new: to look them up saves nothing

_finer = re.compile(rb":\d\d\.\d{7}").search  # times that msgspec would round
_zone = attrgetter("tzinfo")
Value = TypeVar("Value")


class PlainRows:
    """Reads chunks of whole rows, as a header with all COLUMNS orders them."""

    def __init__(self, header: list[str]) -> None:
        self._columns = [column for column in (*COLUMNS, QUANTITY) if column in header]
        named = {header.index(column): column for column in self._columns}
        self._names = [named.get(index, f"column_{index}") for index in range(max(named) + 1)]
        self._tickers, self._prices, self._quantities = Known(ticker_of), Numbers(price_of), Numbers(quantity_of)
        self._decoders: dict[tuple[type, type], Callable[[bytes], list[Any]]] = {}
        self._is_last = header.index("timestamp") == len(header) - 1
        self._lacking = b""  # behind the times, where they stand at the ends of lines

    def read(self, chunk: bytes) -> list[Tick] | None:
        """The ticks of a chunk; None if it has to be read row by row."""
        text = _plain(chunk)
        if text is None:
            return None
        if any(byte in text for byte in LENIENT):
            self._prices.are_varied = self._quantities.are_varied = False
        end = self._lacking
        array = b'[["%b%b"]]' % (text.replace(b",", b'","').replace(b"\n", end + b'"],["'), end)
        try:
            rows = self._decoder()(array)
            if self._is_last and not rows[0].timestamp.tzinfo:
                self._lacking = b"Z"
            return self._usual(rows) if self._is_usual else self._any(rows)
        except (ValueError, ArithmeticError):
            self._prices.are_varied = self._quantities.are_varied = False
            self._lacking = b""
            return None

    @property
    def _is_usual(self) -> bool:
        """Whether there are no quantities, and most prices have come before."""
        return QUANTITY not in self._columns and not self._prices.are_varied

    def _usual(self, rows: list[Any]) -> list[Tick]:
        """The same in less time: each row once."""
        tickers = self._tickers
        with self._prices.looking_up(len(rows)) as prices:
            return [
                Tick(tickers[row.ticker], prices[row.price], at if (at := row.timestamp).tzinfo is UTC else _in_utc(at))
                for row in rows
            ]

    def _any(self, rows: list[Any]) -> list[Tick]:
        texts, prices, times, *quantities = (list(map(attrgetter(column), rows)) for column in self._columns)
        if set(map(_zone, times)) != {UTC}:
            times = list(map(_in_utc, times))
        tickers, numbers = map(self._tickers.__getitem__, texts), self._prices.of(prices)
        if not quantities:
            return list(map(Tick, tickers, numbers, times))
        return list(map(Tick, tickers, numbers, times, repeat(None), self._quantities.of(*quantities)))

    def _decoder(self) -> Callable[[bytes], list[Any]]:
        key = self._prices.form, self._quantities.form
        if key not in self._decoders:
            forms = {"price": key[0], "quantity": key[1], "timestamp": datetime}
            fields = [(name, forms.get(name, str)) for name in self._names]
            row = msgspec.defstruct("Row", fields, array_like=True, gc=False)
            self._decoders[key] = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]
        return self._decoders[key]


class Known(dict[str, Value]):
    """What texts mean, of MAX_KNOWN at most: beyond, all are forgotten. Raises what `read` raises."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self.read, self.missed = read, 0

    def __missing__(self, text: str) -> Value:
        if len(self) >= MAX_KNOWN:
            self.clear()
        self.missed += 1
        value = self[text] = self.read(text)
        return value


class Numbers:
    """A column of exact numbers: texts, of which most are known, or else what msgspec has made of them."""

    def __init__(self, read: Callable[[str], Decimal | None]) -> None:
        self._known, self.are_varied = Known(read), False

    @property
    def form(self) -> type:
        """As what they are decoded."""
        return Decimal if self.are_varied else str

    def of(self, values: list[Any]) -> list[Any]:
        """ValueError or ArithmeticError if one is not within the limits of prices."""
        if self.are_varied:
            if not SMALLEST_PRICE <= min(values) <= max(values) <= LARGEST_PRICE:
                raise ValueError("a number is out of its limits")
            return values
        with self.looking_up(len(values)) as known:
            return list(map(known.__getitem__, values))

    @contextmanager
    def looking_up(self, count: int) -> Iterator[Known[Any]]:
        """So many; if too many of them are new, those that follow are varied."""
        before = self._known.missed
        yield self._known
        self.are_varied = self._known.missed - before > VARIED * count


def _plain(chunk: bytes) -> bytes | None:
    """The rows of a chunk, separated by line feeds; None if they are not plain."""
    text = (chunk.replace(b"\r\n", b"\n") if RETURN in chunk else chunk).removesuffix(b"\n")
    if len(text) > MAX_VALUE or not text.isascii() or QUOTE in text or BACKSLASH in text or RETURN in text:
        return None
    return None if _finer(text) else text


def _in_utc(instant: datetime) -> datetime:
    """An instant without an offset is in UTC already."""
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
