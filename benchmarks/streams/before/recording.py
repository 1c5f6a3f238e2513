"""A recording: rows of `ticker,price,…,timestamp` become ticks again."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from .tick import MAX_TOGETHER, Tick, instant_of, price_of, ticker_of

COLUMNS = ("ticker", "price", "timestamp")
MAX_REASON = 200  # characters; a stray quote can make all that follows one value


def read_file(path: Path, reject: Callable[[str], None]) -> Iterator[list[Tick]]:
    """The same of a file; a byte that is not UTF-8 spoils its own row alone. Raises OSError, too."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        yield from parse_lines(lines, reject)


def parse_lines(lines: Iterable[str], reject: Callable[[str], None]) -> Iterator[list[Tick]]:
    """Yield the ticks of a CSV file with a header, those of one moment together.

    A row that is no tick is skipped, and `reject` gets its line and what is wrong. Raises ValueError if a column is
    missing or a line cannot be read at all.
    """
    for _, moment in groupby(_read_rows(csv.reader(lines), reject), key=attrgetter("timestamp")):
        while ticks := list(islice(moment, MAX_TOGETHER)):
            yield ticks


def _read_rows(rows: Any, reject: Callable[[str], None]) -> Iterator[Tick]:
    try:
        header: list[str] = next(rows, [])
        if missing := [column for column in COLUMNS if column not in header]:
            raise ValueError(f"the header has no column {', '.join(missing)}")
        ticker, price, timestamp = map(header.index, COLUMNS)
        for row in rows:
            if not row:
                continue
            try:
                yield Tick(ticker_of(row[ticker]), price_of(row[price]), instant_of(row[timestamp]))
            except IndexError:
                reject(f"line {rows.line_num}: it has {len(row)} columns")
            except (TypeError, ValueError, ArithmeticError) as error:
                reject(f"line {rows.line_num}: {error}"[:MAX_REASON])
    except csv.Error as error:
        raise ValueError(f"line {rows.line_num}: {error}") from error
