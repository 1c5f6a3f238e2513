"""What was held when an alert was raised: kept with the alert, told to those who see the account.

What is held and who sees an account is known by rooms that alerts do not import: the project gives it to `know`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from rest.selection import Scope

HELD_TIMEOUT = 2000  # ms for each query of what is held; beyond it the alert is kept without
ADD = """INSERT INTO alerts_holding (alert_id, account_id, quantity)
    SELECT %s, * FROM unnest(%s::integer[], %s::numeric[])"""
# Of the row of `chosen`. The accounts are found once for a statement.
HELD = """COALESCE((SELECT '"' || trim_scale(SUM(quantity)) || '"' FROM alerts_holding
    WHERE alert_id = chosen.id AND account_id = ANY(ARRAY(SELECT id FROM {} account))), 'null')"""

log = structlog.get_logger("alerts")


@dataclass(frozen=True)
class Book:
    """`held(ticker, instant)` is the quantity by account, `seen_by(user)` the accounts that a user sees."""

    held: Callable[[str, datetime], Mapping[int, Decimal]]
    seen_by: Callable[[Any], Scope]


books: list[Book] = []  # the one that there is


def know(book: Book) -> None:
    """Of the project, when it is loaded."""
    books[:] = [book]


def keep(alert: str, ticker: str, instant: datetime) -> None:
    """Store what was held of the ticker, with an alert that was added in this transaction."""
    held = held_in_time(ticker, instant)
    if held:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [alert, list(held), list(held.values())])


def held_in_time(ticker: str, instant: datetime) -> Mapping[int, Decimal]:
    """What is held, or nothing if that takes too long: the watch waits, and would send the alert again and again."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [HELD_TIMEOUT])
            [book] = books
            held = book.held(ticker, instant)
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return held
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        log.warning("what was held took too long to find out", ticker=ticker, seconds=HELD_TIMEOUT / 1000)
        return {}


def json_for(user: Any) -> str:
    """The SQL that writes what was held in the accounts that the user sees, all together, or null."""
    [book] = books
    scope = book.seen_by(user)
    with connection.cursor() as cursor:
        accounts: bytes = cursor.mogrify(scope.sql, scope.parameters)
    return HELD.format(accounts.decode().replace("%", "%%"))
