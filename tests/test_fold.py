"""`manage.py fold`: killed in the middle, it leaves nothing half done; with --every it goes on until it is told to end."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from portfolio.positions import positions_of
from trades.models import Trade
from trades.rollups.folding import fold
from trades.summary import sum_up

from .managed import Forked
from .running import clean_environment

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime(2025, 6, 6, tzinfo=UTC)
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
LIVES = "SELECT FROM pg_stat_activity WHERE pid = %s"
COUNT = "SELECT (SELECT COUNT(*) FROM trades_mark), (SELECT COUNT(*) FROM trades_day)"


@pytest.fixture
def address() -> dict[str, Any]:
    """Where the tests' database is."""
    return connection.get_connection_params() | getattr(getattr(connection, "server", None), "address", {})


@pytest.fixture
def environment(address: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    """That of commands on the tests' database."""
    names = {"DB_NAME": "dbname", "DB_USER": "user", "DB_PASSWORD": "password", "DB_HOST": "host", "DB_PORT": "port"}
    given = {name: str(address.get(own) or "-") for name, own in names.items()}
    return clean_environment(DATA_DIR=str(tmp_path), **given)


@pytest.fixture
def months_locked(address: dict[str, Any]) -> Iterator[Any]:
    """A connection that lets nobody write months, until it is rolled back."""
    other = psycopg2.connect(**{name: value for name, value in address.items() if name != "cursor_factory"})
    other.cursor().execute("LOCK TABLE trades_month IN SHARE MODE")
    with closing(other):
        yield other


def asked(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def book(number: int) -> None:
    """A trade of a day of its own."""
    Trade.objects.create(ticker="AAPL", side="buy", quantity=1, price=number, timestamp=DAY + timedelta(number))


def test_a_killed_folder_leaves_all_as_it_was(months_locked: Any, environment: dict[str, str]) -> None:
    """It has taken marks and written days by then."""
    for number in range(3):
        book(number)
    folder = Forked("fold", environment=environment, directory=Path.cwd())
    while not (found := asked(WAITS)):
        assert folder.poll() is None, folder.communicate()
        time.sleep(0.01)
    folder.kill()
    folder.communicate(60)
    months_locked.rollback()
    while asked(LIVES, *found[0]):  # until its server process knows
        time.sleep(0.01)
    assert asked(COUNT) == [(3, 0)]
    selection = Trade.objects.selection()
    answers = sum_up(selection), positions_of(selection, "fifo")
    assert answers[0]["results"][0]["notional"] == "3"
    assert (fold(), asked(COUNT)) == (3, [(0, 3)])
    assert (sum_up(selection), positions_of(selection, "fifo")) == answers


def test_what_comes_is_folded_until_it_is_told_to_end(environment: dict[str, str]) -> None:
    folder = Forked("fold", "--every", "0.01", environment=environment, directory=Path.cwd())
    for number in range(2):
        book(number)
        while asked(COUNT) != [(0, number + 1)]:
            assert folder.poll() is None, folder.communicate()
            time.sleep(0.01)
    folder.terminate()
    assert (folder.communicate(60)[0], folder.returncode) == ("", 0)
