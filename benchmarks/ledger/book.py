"""Ledgers of several sizes on one server, made by PostgreSQL from arithmetic: the same in every run.

Every tenth trade is of BUSY, so that its month fills a page at every size; the others are spread evenly over 499
tickers. Time goes with the id, as where trades are booked as they happen, and five trades in a row share an instant.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from embedded_postgres.base import server_in
from embedded_postgres.cluster import DATABASE, SUPERUSER

TABLE = "trades_trade"
BUSY = "T000"
START, END = datetime(2021, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
MONTH = (date(2023, 6, 1), date(2023, 6, 30), date(2023, 7, 1))  # first and last day, and the next

COLUMNS = (
    "ticker, price, quantity, side, fee, external_id, note, timestamp, created_at, updated_at, currency, fee_currency"
)
# Of number i, which counts from 0: prices with 0 to 8 decimals, fees and rebates, an external_id for every other, a
# note for some.
TRADES = """
SELECT ticker, price, quantity, side, fee, external_id, note, at, at + interval '1 second', at + interval '1 second',
    'USD', 'USD'
FROM (SELECT
    i,
    'T' || CASE WHEN i % 10 = 0 THEN '000' ELSE lpad((1 + i % 499)::text, 3, '0') END AS ticker,
    round(1 + (i * 7919 % 50000000000)::numeric / 100000000, (i % 9)::integer) AS price,
    round(1 + (i * 104729 % 900000000000)::numeric / 100000000, (i * 7 % 9)::integer) AS quantity,
    CASE WHEN i * 31 % 7 < 4 THEN 'buy' ELSE 'sell' END AS side,
    round((i % 8 - 1)::numeric / 100, 2) AS fee,
    CASE WHEN i % 2 = 0 THEN %(name)s || i END AS external_id,
    CASE WHEN i % 10 = 3 THEN 'rebalanced by plan ' || i % 50 ELSE '' END AS note,
    %(start)s::timestamptz + (i - i % 5) * %(milliseconds)s / %(rows)s * interval '1 millisecond' AS at
FROM generate_series(0, %(rows)s::bigint - 1) AS i) AS made
ORDER BY i
""".replace(" % ", " %% ")


@dataclass(frozen=True)
class Book:
    """A database with so many trades."""

    rows: int
    name: str

    @cached_property
    def wrapper(self) -> Any:
        wrapper = connections.create_connection("default")
        wrapper.settings_dict = {**wrapper.settings_dict, "NAME": self.name}
        return wrapper

    def use(self) -> None:
        """Let Django in this process work on it."""
        connections["default"] = self.wrapper

    def opened(self) -> Any:
        """Django's own connection, just made."""
        self.use()
        self.wrapper.close()
        self.wrapper.ensure_connection()
        return self.wrapper.connection

    def connect(self, **options: Any) -> Any:
        """A plain connection, on which every statement is committed."""
        connection = psycopg2.connect(**{**server_in(Path(settings.DATA_DIR)).address, "dbname": self.name, **options})
        connection.autocommit = True
        return connection


def make(steps: Sequence[int], count: int) -> list[Book]:
    """A book for each step below `count`, and one of `count`, which is the database that the settings name."""
    call_command("migrate", verbosity=0)
    connections["default"].close()
    books = [Book(step, f"book_{step}") for step in steps if step < count] + [Book(count, DATABASE)]
    for book in books[:-1]:
        Book(0, "postgres").connect().cursor().execute(f"CREATE DATABASE {book.name} TEMPLATE {DATABASE}")
    for book in books:
        print(f"making {book.rows:,} trades", file=sys.stderr)
        fill(book)
        fold(book)
    checkpoint()
    return books


def largest(books: Sequence[Book], most: int) -> Book:
    """Of those with at most so many trades."""
    return max((book for book in books if book.rows <= most), key=lambda book: book.rows)


def fill(book: Book) -> None:
    """Its indexes are made afterwards, which is several times faster."""
    cursor = book.connect().cursor()
    cursor.execute("SET maintenance_work_mem = '1GB'")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [TABLE],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(f"INSERT INTO {TABLE} ({COLUMNS}) {TRADES}", arithmetic(START, END, book.rows, "fill-"))
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute(f"VACUUM ANALYZE {TABLE}")
    cursor.connection.close()


def fold(book: Book) -> None:
    """Have the rollups take in what was written."""
    book.use()
    call_command("fold", stdout=sys.stderr)


def arithmetic(start: datetime, end: datetime, count: int, name: str) -> dict[str, object]:
    """What TRADES needs to make so many, from `start` to before `end`."""
    return {"start": start, "milliseconds": int((end - start).total_seconds() * 1000), "rows": count, "name": name}


def checkpoint() -> None:
    """Write out what was changed, so that this happens in no measurement."""
    Book(0, "postgres").connect(user=SUPERUSER).cursor().execute("CHECKPOINT")
