"""A statement that is planned once for a connection, and right in every execution."""

from typing import Any

import pytest
from django.db import connection
from django.db.utils import DataError

from postgresql import base

SUM = "SELECT %s::int + %s::int"
QUOTIENT = "SELECT 1 / %s::int"
PREPARED = "SELECT count(*)::int FROM pg_prepared_statements"
IS_SCANNED = "SELECT current_setting('enable_seqscan')"
NEXT = "SELECT number FROM numbers WHERE number > %s ORDER BY number LIMIT 1"
SCANS = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'numbers'"


def asked(kept: Any, sql: str) -> Any:
    with kept.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def made(kept: Any, *statements: str) -> None:
    with kept.cursor() as cursor:
        for sql in (*statements, "SELECT pg_stat_force_next_flush()"):
            cursor.execute(sql)


def test_it_is_prepared_at_its_first_execution_alone(kept: Any) -> None:
    assert kept.execute_planned(SUM, [1, 2]) == [(3,)]
    assert kept.execute_planned(SUM, [3, 4]) == [(7,)]
    assert kept.execute_planned("SELECT 5", []) == [(5,)]
    assert asked(kept, PREPARED) == 2


def test_its_settings_end_with_it(kept: Any) -> None:
    assert kept.execute_planned(IS_SCANNED, []) == [("off",)]
    assert asked(kept, IS_SCANNED) == "on"


def test_a_plan_of_an_empty_table_is_good_when_it_is_full(kept: Any) -> None:
    made(kept, "CREATE TEMPORARY TABLE numbers (number int PRIMARY KEY)")
    scans = asked(kept, SCANS)
    assert kept.execute_planned(NEXT, [8]) == []
    made(kept, "INSERT INTO numbers SELECT generate_series(1, 10000)")
    assert kept.execute_planned(NEXT, [8]) == [(9,)]
    made(kept)
    assert asked(kept, SCANS) == scans


def test_in_a_transaction_it_is_as_any_other(db: None) -> None:
    prepared = asked(connection, PREPARED)
    assert connection.execute_planned(IS_SCANNED, []) == [("on",)]
    assert asked(connection, PREPARED) == prepared


def test_a_new_connection_plans_it_anew(kept: Any) -> None:
    assert kept.execute_planned(SUM, [1, 2]) == [(3,)]
    kept.close()
    assert kept.execute_planned(SUM, [1, 2]) == [(3,)]


def test_one_that_fails_may_be_asked_again(kept: Any) -> None:
    with pytest.raises(DataError, match="division by zero"):
        kept.execute_planned(QUOTIENT, [0])
    assert kept.execute_planned(QUOTIENT, [1]) == [(1,)]
    with pytest.raises(DataError, match="division by zero"):
        kept.execute_planned(QUOTIENT, [0])
    assert kept.execute_planned(QUOTIENT, [1]) == [(1,)]


def test_a_connection_keeps_so_many_plans_and_no_more(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_PLANS", 1)
    assert [kept.execute_planned(f"SELECT {number}", []) for number in range(3)] == [[(0,)], [(1,)], [(2,)]]
    assert asked(kept, PREPARED) == 1
