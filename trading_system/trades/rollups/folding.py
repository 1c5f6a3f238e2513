"""Folding: marked days are computed anew from their trades, and their months from their days.

Readers are right before it, during it and after it: whatever they see was committed together with its marks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import DeadlockDetected, SerializationFailure

from .sums import COLUMNS, joined, rolled, trades_of

BATCH = 100_000  # days that are folded in one transaction
MANY = 5_000  # days after which the planner is told how many there are, and that their marks are gone
LOCK = 0x0F01D  # of whoever folds: one at a time
TRIES = 5  # of a transaction in whose way another was, as TRUNCATE is, which takes away marks as well
IN_THE_WAY = (SerializationFailure, DeadlockDetected)

# Its own snapshot takes what it sees, and leaves marks that are committed meanwhile to the next.
TAKE = """WITH taken AS (SELECT DISTINCT account_id, ticker, day FROM trades_mark
        ORDER BY account_id, ticker, day LIMIT %s)
    DELETE FROM trades_mark mark USING taken
    WHERE mark.account_id = taken.account_id AND mark.ticker = taken.ticker AND mark.day = taken.day
    RETURNING mark.account_id, mark.ticker, mark.day"""
GIVEN = "unnest(%(accounts)s::integer[], %(tickers)s::text[], %(days)s::date[]) AS of_day (account_id, ticker, day)"
REMOVE = f"""DELETE FROM {{table}} rolled USING {GIVEN}
    WHERE rolled.account_id = of_day.account_id AND rolled.ticker = of_day.ticker AND rolled.day = of_day.day"""  # noqa: S608
NAMES = ", ".join(COLUMNS)
ADD_DAYS = f"INSERT INTO trades_day ({NAMES}) {rolled(trades_of(GIVEN))}"
OF_MONTHS = f"""SELECT found.* FROM {GIVEN} CROSS JOIN LATERAL (
        SELECT {NAMES} FROM trades_day found WHERE found.account_id = of_day.account_id
            AND found.ticker = of_day.ticker AND found.day >= of_day.day AND found.day < of_day.day + INTERVAL '1 month'
    ) found"""  # noqa: S608
ADD_MONTHS = f"INSERT INTO trades_month ({NAMES}) {joined(OF_MONTHS)}"

Key = tuple[int, str, date]


def fold() -> int:
    """Fold all marked days; return how many there were. None, if another process folds at the moment."""
    folded = 0
    with only_one(LOCK) as is_ours:
        while is_ours and (count := fold_batch_again()):
            folded += count
            if count < BATCH:
                break
    if folded >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) trades_mark, trades_day, trades_month")
    return folded


@contextmanager
def only_one(lock: int) -> Iterator[bool]:
    """Whether nobody else has this lock until it ends. It is taken before the snapshot that it protects."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        [is_ours] = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def fold_batch_again() -> int:
    """fold_batch, tried up to TRIES times; the OperationalError of the last one, if none went through."""
    for _ in range(TRIES - 1):
        try:
            return fold_batch()
        except OperationalError as error:
            if not isinstance(error.__cause__, IN_THE_WAY):
                raise
    return fold_batch()


@transaction.atomic
def fold_batch() -> int:
    """Fold up to BATCH marked days in a transaction of its own; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(TAKE, [BATCH])
        days: set[Key] = set(cursor.fetchall())
        replace(cursor, "trades_day", ADD_DAYS, days)
        replace(cursor, "trades_month", ADD_MONTHS, {(*whose, day.replace(day=1)) for *whose, day in days})
    return len(days)


def replace(cursor: CursorWrapper, table: str, add: str, keys: Any) -> None:
    """Compute the rows of these days or months anew."""
    accounts, tickers, days = map(list, zip(*sorted(keys), strict=True)) if keys else ([], [], [])
    given = {"accounts": accounts, "tickers": tickers, "days": days}
    cursor.execute(REMOVE.format(table=table), given)
    cursor.execute(add, given)
