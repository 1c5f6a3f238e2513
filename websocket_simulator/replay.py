"""A recording: rows of `ticker,price,…,timestamp` become ticks again. Pure: it is given lines, not files."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from tick import Tick, instant_of, price_of, ticker_of

COLUMNS = ("ticker", "price", "timestamp")


def read(lines: Iterable[str], reject: Callable[[str], None]) -> Iterator[list[Tick]]:
    """Yield the ticks of a CSV file with a header, those of one moment together.

    A row that is no tick is passed over, after `reject` was told its line and what is wrong. Raises
    ValueError if a column is missing or a line is beyond reading.
    """
    rows = csv.DictReader(lines)
    if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
        raise ValueError(f"the header has no column {', '.join(missing)}")
    for _, moment in groupby(_ticks(rows, reject), key=lambda tick: tick.timestamp):
        yield list(moment)


def _ticks(rows: "csv.DictReader[str]", reject: Callable[[str], None]) -> Iterator[Tick]:
    for row in rows:
        try:
            yield Tick(ticker_of(row["ticker"]), price_of(row["price"]), instant_of(row["timestamp"]))
        except (TypeError, ValueError, OverflowError) as error:
            reject(f"line {rows.line_num}: {error}")
