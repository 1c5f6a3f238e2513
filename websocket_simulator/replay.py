"""A recording: rows of `ticker,price,…,timestamp` become ticks again. Pure: it is given lines, not files."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from itertools import groupby, islice

from tick import Tick, instant_of, price_of, ticker_of

COLUMNS = ("ticker", "price", "timestamp")
MOST_TOGETHER = 1000  # ticks: a frame has to stay below what readers accept


def read(lines: Iterable[str], reject: Callable[[str], None]) -> Iterator[list[Tick]]:
    """Yield the ticks of a CSV file with a header, those of one moment together. Without an offset, a time is UTC.

    A row that is no tick is passed over, after `reject` was told its line and what is wrong. Raises
    ValueError if a column is missing or a line is beyond reading.
    """
    rows = csv.DictReader(lines)
    if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
        raise ValueError(f"the header has no column {', '.join(missing)}")
    for _, moment in groupby(_ticks(rows, reject), key=lambda tick: tick.timestamp):
        while ticks := list(islice(moment, MOST_TOGETHER)):
            yield ticks


def _ticks(rows: "csv.DictReader[str]", reject: Callable[[str], None]) -> Iterator[Tick]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(f"after line {rows.line_num}: {error}") from error
        try:
            yield Tick(ticker_of(row["ticker"]), price_of(row["price"]), instant_of(row["timestamp"], UTC))
        except (TypeError, ValueError, ArithmeticError) as error:
            reject(f"line {rows.line_num}: {error}")
