"""Positions to ClickHouse, and the summary to DuckDB: column stores, each with the trades in a table of its own."""

import json
import time
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from ledger import clickhouse_peer
from ledger.answers import Numbers, numbers, numbers_of_sums, seconds
from ledger.book import TABLE, Book, largest
from ledger.rollups import MOST, ROUNDS
from portfolio.lots import FEE_DECIMALS
from report import Row, duration, in_turn, process

COLUMNS = "id, ticker, currency, price, quantity, side, timestamp AT TIME ZONE 'UTC' AS timestamp, fee"
FIFO, SUMMARY = "positions by FIFO", "the summary"
# Eight decimals, as many as the book has: of products of more, DuckDB's decimals have no room for the sum.
DUCKDB_TABLE = """CREATE TABLE trades (
    id BIGINT, ticker VARCHAR, currency VARCHAR, price DECIMAL(18, 8), quantity DECIMAL(18, 8), side VARCHAR,
    timestamp TIMESTAMP, fee DECIMAL(18, 8))"""
# One number for (timestamp, id) is compared a third faster than the two.
KEY = "epoch_us(timestamp)::HUGEINT * 9223372036854775808 + id"
DUCKDB_SUMMARY = f"""SELECT ticker, currency, COUNT(*), SUM(quantity), SUM(price::DECIMAL(38, 8) * quantity),
    MAX(price), MIN(price), arg_min(price, {KEY}), arg_max(price, {KEY}), MIN(timestamp), MAX(timestamp),
    COUNT(*) FILTER (side = 'buy'), SUM(quantity) FILTER (side = 'buy'),
    COUNT(*) FILTER (side = 'sell'), SUM(quantity) FILTER (side = 'sell')
    FROM trades GROUP BY ticker, currency ORDER BY ticker, currency"""


def rows(books: Sequence[Book]) -> list[Row]:
    book = largest(books, MOST)
    path = Path(settings.DATA_DIR) / "book.csv"
    write(book, path)
    with process(clickhouse_peer.answer, path) as clickhouse, duckdb.connect() as duck:
        duck.execute(DUCKDB_TABLE)
        duck.execute("COPY trades FROM ? (HEADER)", [str(path)])
        assert numbers(book, FIFO) == numbers_of_clickhouse(clickhouse)
        assert numbers(book, SUMMARY) == numbers_of_duckdb(duck)
        path.unlink()
        return [to_clickhouse(book, clickhouse), to_duckdb(book, duck)]


def write(book: Book, path: Path) -> None:
    with path.open("wb") as file:
        book.connect().cursor().copy_expert(
            f"COPY (SELECT {COLUMNS} FROM {TABLE} ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)", file
        )


def to_clickhouse(book: Book, clickhouse: Connection) -> Row:
    ours, theirs = in_turn(partial(seconds, book, FIFO), lambda: ask(clickhouse)[0], rounds=ROUNDS)
    return Row(
        f"{FIFO} of {book.rows:,} trades, times faster than ClickHouse (chdb {version('chdb')}) on its own table",
        f"{duration(ours)}; {duration(theirs)}: exact decimals of 18 places, fees and their shares among them",
        theirs / ours,
        3,
    )


def to_duckdb(book: Book, duck: Any) -> Row:
    ours, theirs = in_turn(partial(seconds, book, SUMMARY), lambda: timed(duck), rounds=ROUNDS)
    return Row(
        f"{SUMMARY} of {book.rows:,} trades, times faster than DuckDB {version('duckdb')} on its own table",
        f"{duration(ours)}; {duration(theirs)}: exact decimals of 8 places",
        theirs / ours,
        10,
    )


def ask(clickhouse: Connection) -> tuple[float, str]:
    """Seconds, and rows as JSON."""
    clickhouse.send(FIFO)
    answered: tuple[float, str] = clickhouse.recv()
    return answered


def timed(duck: Any) -> float:
    begun = time.perf_counter()
    duck.execute(DUCKDB_SUMMARY).fetchall()
    return time.perf_counter() - begun


def numbers_of_clickhouse(clickhouse: Connection) -> Numbers:
    """As `numbers_of_positions`: with the share of the fee of the trade that is held in part, rounded as in lots."""
    found = [json.loads(line, parse_float=Decimal) for line in ask(clickhouse)[1].splitlines()]
    for row in found:
        fee, quantity, held = map(Fraction, row[8])
        if quantity:
            row[6] = Fraction(row[6]) + rounded(fee * held / quantity, FEE_DECIMALS)
    return numbers_of_sums(tuple(row) for row in found)


def numbers_of_duckdb(duck: Any) -> Numbers:
    """As `numbers_of_summary`."""
    return [(*row[:9], *row[11:]) for row in duck.execute(DUCKDB_SUMMARY).fetchall()]


def rounded(number: Fraction, decimals: int) -> Fraction:
    """Half away from zero."""
    units = (2 * abs(number) * 10**decimals + 1) // 2
    return Fraction(units if number > 0 else -units, 10**decimals)
