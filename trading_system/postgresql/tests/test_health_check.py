"""Whether an idle connection is usable: known without a query, and right."""

from select import select
from typing import Any

import pytest
from django.db.utils import IntegrityError, ProgrammingError

LAST_QUERY = "SELECT query FROM pg_stat_activity WHERE pid = %s"
TERMINATE = "SELECT pg_terminate_backend(%s, 10000)"  # it waits for the end, so many milliseconds
PID = "SELECT pg_backend_pid()"


def asked(kept: Any, sql: str, *values: object) -> Any:
    with kept.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def next_request(kept: Any) -> None:
    """What Django does before one."""
    kept.close_if_unusable_or_obsolete()


def test_a_connection_that_lives_is_used_again_and_not_asked(kept: Any, other: Any) -> None:
    pid = asked(kept, PID)
    next_request(kept)
    kept.close_if_health_check_failed()
    assert asked(other, LAST_QUERY, pid) == PID
    assert asked(kept, PID) == pid


def test_a_connection_that_the_server_ended_is_replaced(kept: Any, other: Any) -> None:
    pid = asked(kept, PID)
    next_request(kept)
    assert asked(other, TERMINATE, pid)
    assert asked(kept, PID) != pid


def test_what_arrives_on_a_connection_that_lives_does_not_end_it(kept: Any, other: Any) -> None:
    pid = asked(kept, PID)
    with kept.cursor() as cursor:
        cursor.execute("LISTEN news")
    asked(other, "SELECT pg_notify('news', '')")
    assert select([kept.connection], [], [], 10)[0]
    next_request(kept)
    kept.close_if_health_check_failed()
    assert asked(other, LAST_QUERY, pid) == "SELECT 1"
    assert asked(kept, PID) == pid


def test_a_broken_transaction_is_not_usable(kept: Any) -> None:
    kept.set_autocommit(False)
    with pytest.raises(IntegrityError), kept.cursor() as cursor:
        cursor.execute("INSERT INTO trades_trade DEFAULT VALUES")
    assert not kept.is_usable()
    kept.rollback()
    assert kept.is_usable()


def test_after_an_error_the_server_is_asked(kept: Any, other: Any) -> None:
    pid = asked(kept, PID)
    with pytest.raises(ProgrammingError):
        asked(kept, "SELECT no_such_function()")
    next_request(kept)
    assert asked(other, LAST_QUERY, pid) == "SELECT 1"
    assert asked(kept, PID) == pid
