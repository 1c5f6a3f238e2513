"""Folding beside others: who write, who truncate, and who fold as well."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from trades.models import Trade
from trades.rollups import folding
from trades.rollups.folding import LOCK, fold

from .book import FIRST, record
from .followers import another_connection

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = """SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s)"""


@pytest.fixture
def other() -> Iterator[Any]:
    with closing(another_connection()) as other:
        yield other


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM trades_{table}")
        [found] = cursor.fetchone()
    return int(found)


def waits(query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [f"%{query}%"])
        [found] = cursor.fetchone()
    return bool(found)


def in_own_connection(do: Callable[[], Any]) -> Any:
    with closing(connection):
        return do()


def test_whoever_comes_while_another_folds_leaves_it_to_it(other: Any) -> None:
    record(FIRST)
    other.cursor().execute("SELECT pg_advisory_lock(%s)", [LOCK])
    assert (fold(), count("mark"), count("day")) == (0, 1, 0)
    other.cursor().execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert (fold(), count("mark"), count("day"), count("month")) == (1, 0, 1, 1)


def test_of_many_who_fold_at_once_each_day_is_folded_by_one(together: Callable[..., list[Any]]) -> None:
    for ticker in "ABCDEFGH":
        record(FIRST, ticker=ticker)
    with patch.object(folding, "BATCH", 2):
        assert sum(together(4, fold)) == 8
    assert (count("mark"), count("day"), count("month")) == (0, 8, 8)


def test_a_truncated_ledger_in_the_way_of_a_folder_is_folded(other: Any) -> None:
    """The folder has seen marks that are gone when it wants to take them."""
    record(FIRST)
    with ThreadPoolExecutor() as pool:
        other.cursor().execute("TRUNCATE trades_trade")
        folder = pool.submit(in_own_connection, fold)
        while not waits("DELETE FROM trades_mark"):
            assert not folder.done()
        other.commit()
        assert folder.result(timeout=60) == 0
    assert (count("mark"), count("day"), count("month"), Trade.objects.count()) == (0, 0, 0, 0)


def test_a_folder_says_what_was_in_its_way_if_it_stays_there() -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("could not serialize access") from folding.SerializationFailure()

    record(FIRST)
    with patch.object(folding, "replace", fail), pytest.raises(OperationalError, match="serialize"):
        fold()
    assert fold() == 1


def test_a_database_that_is_away_is_not_asked_again() -> None:
    asked = []

    def fail(*_: Any) -> None:
        asked.append(1)
        raise OperationalError("server closed the connection unexpectedly")

    record(FIRST)
    with patch.object(folding, "replace", fail), pytest.raises(OperationalError, match="closed"):
        fold()
    assert len(asked) == 1
