"""A recording: rows of `ticker,price,…,timestamp` become ticks again, with `quantity` where there is one."""

import csv
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from moments import moment_of
from tick import MAX_TOGETHER, Tick, price_of, ticker_of

COLUMNS, QUANTITY = ("ticker", "price", "timestamp"), "quantity"
MAX_REASON = 200  # characters; a stray quote can make all that follows one value

Reject = Callable[[str], None]
Reader = Callable[[list[str]], Tick]


def read_file(path: Path, reject: Reject) -> Iterator[list[Tick]]:
    """The same of a file; a byte that is not UTF-8 spoils its own row alone. Raises OSError, too."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        yield from parse_lines(lines, reject)


def parse_lines(lines: Iterable[str], reject: Reject) -> Iterator[list[Tick]]:
    """Yield the ticks of a CSV file with a header, those of one moment together.

    A row that is no tick is skipped, and `reject` gets its line and what is wrong. Raises ValueError if a column is
    missing or a line cannot be read at all.
    """
    for _, moment in groupby(_read_rows(csv.reader(lines), reject), key=attrgetter("timestamp")):
        while ticks := list(islice(moment, MAX_TOGETHER)):
            yield ticks


def _read_rows(rows: Any, reject: Reject) -> Iterator[Tick]:
    try:
        tick_of = reader(next(rows, []))
        for row in rows:
            tick = read_row(row, tick_of, reject, rows.line_num)
            if tick:
                yield tick
    except csv.Error as error:
        raise ValueError(f"line {rows.line_num}: {error}") from error


def reader(header: list[str]) -> Reader:
    """Makes a row a tick, whose empty quantity is none; ValueError if a column is missing.

    What it makes raises IndexError, TypeError, ValueError or ArithmeticError of a row that is no tick.
    """
    if missing := [column for column in COLUMNS if column not in header]:
        raise ValueError(f"the header has no column {', '.join(missing)}")
    ticker, price, timestamp = map(header.index, COLUMNS)
    quantity = header.index(QUANTITY) if QUANTITY in header else None

    def tick_of(row: list[str]) -> Tick:
        instant, finer = moment_of(row[timestamp])
        amount = quantity_of(row[quantity]) if quantity is not None else None
        return Tick(ticker_of(row[ticker]), price_of(row[price]), instant, None, amount, finer)

    return tick_of


def quantity_of(text: str) -> Decimal | None:
    """An exact quantity, None if there is none; ValueError or ArithmeticError if it is something else."""
    return price_of(text) if text else None


def read_row(row: list[str], tick_of: Reader, reject: Reject, line: int) -> Tick | None:
    """The tick of a row that ends with this line of the file; None if it is empty or, as `reject` is told, no tick."""
    try:
        return tick_of(row) if row else None
    except IndexError:
        reject(f"line {line}: it has {len(row)} columns")
    except (TypeError, ValueError, ArithmeticError) as error:
        reject(f"line {line}: {error}"[:MAX_REASON])
    return None
