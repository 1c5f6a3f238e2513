"""A ledger gets rollups while it is written to: answers are exact from the first moment on."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from trades.models import Day, Month, Trade
from trades.rollups.folding import fold
from trades.summary import sum_up

from .databases import address

BEFORE, TABLES, MARKED = (("trades", name) for name in ("0014_changes_indexes", "0015_rollups", "0016_marked"))
BOOK = """INSERT INTO trades_trade (ticker, price, quantity, side, timestamp)
    SELECT ticker, %s, 1, 'buy', TIMESTAMPTZ '2024-01-31Z' + day * INTERVAL '1 day'
    FROM unnest(ARRAY['AAPL', 'MSFT']) ticker, generate_series(0, 2) day"""


@pytest.fixture
def ledger(empty: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A database of before there were rollups, which answers."""
    MigrationExecutor(empty).migrate([BEFORE])
    usual = connections["default"]
    connections["default"] = empty
    yield empty
    connections["default"] = usual


@pytest.fixture
def writer(ledger: BaseDatabaseWrapper) -> Iterator[Any]:
    """Another connection to it."""
    with closing(psycopg2.connect(**ledger.get_connection_params() | address())) as other:
        yield other


def migrate(*names: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(names))


def of_all_trades() -> list[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticker, COUNT(*), SUM(price)::text FROM trades_trade GROUP BY ticker ORDER BY ticker")
        return cursor.fetchall()


def answered() -> list[tuple[str, int, str]]:
    found = sum_up(Trade.objects.selection())["results"]
    return [(one["ticker"], one["count"], one["notional"]) for one in found]


def test_writers_before_between_and_during_the_migrations_are_counted(ledger: Any, writer: Any) -> None:
    with writer, writer.cursor() as cursor:
        cursor.execute(BOOK, ["1.50"])
    migrate(TABLES)
    with writer, writer.cursor() as cursor:
        cursor.execute(BOOK, ["2"])
        cursor.execute("DELETE FROM trades_trade WHERE ticker = 'AAPL' AND timestamp < '2024-02-01'")
        cursor.execute("UPDATE trades_trade SET ticker = 'NEW' WHERE price = 2 AND ticker = 'MSFT'")
    writer.cursor().execute(BOOK, ["0.125"])
    migrate(MARKED)
    assert answered() == of_all_trades()
    writer.commit()
    assert answered() == of_all_trades() == [("AAPL", 7, "7.375"), ("MSFT", 6, "4.875"), ("NEW", 3, "6")]
    assert fold() == 9
    assert (answered(), Day.objects.count(), Month.objects.count()) == (of_all_trades(), 9, 6)


def test_rollups_can_be_taken_away_and_made_again(ledger: Any, writer: Any) -> None:
    migrate(MARKED)
    with writer, writer.cursor() as cursor:
        cursor.execute(BOOK, ["1.5"])
    fold()
    migrate(BEFORE)
    with writer, writer.cursor() as cursor:
        cursor.execute(BOOK, ["1.25"])
    migrate(MARKED)
    assert answered() == of_all_trades() == [("AAPL", 6, "8.25"), ("MSFT", 6, "8.25")]
    assert fold() == 6
    assert answered() == of_all_trades()
