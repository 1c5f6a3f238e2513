"""Positions by either method, and candles, through all of Django, each to the same SQL run directly with psycopg2."""

import time
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from django.db import connections

from ledger.book import BUSY, Book, largest
from ledger.stack import ask, seconds_a_call
from report import Row, in_turn
from trading_system.wsgi import application

MOST = 1_000_000
GOAL = 3
ROUNDS = 3
RARE = "T001"
URLS = {
    "positions by FIFO": "/api/positions/?method=fifo",
    "positions by average cost": "/api/positions/?method=average",
    "hours of a ticker": f"/api/candles/?ticker={RARE}&interval=1h",
    "minutes of the busiest ticker": f"/api/candles/?ticker={BUSY}&interval=1m",
    "days of the busiest ticker": f"/api/candles/?ticker={BUSY}&interval=1d&tz=Europe/Berlin&limit=5000",
}


def rows(books: Sequence[Book]) -> list[Row]:
    """Of the largest book that has at most MOST trades."""
    book = largest(books, MOST)
    book.use()
    cursor = book.connect().cursor()
    return [beside_sql(f"{name}, {book.rows:,} trades", url, cursor) for name, url in URLS.items()]


def beside_sql(name: str, url: str, cursor: Any) -> Row:
    ours, reference = in_turn(
        lambda: seconds_a_call(lambda: ask(application, url)),
        lambda: seconds_a_call(directly(cursor, url)),
        rounds=ROUNDS,
    )
    detail = f"{1000 * ours:.1f} ms; {1000 * reference:.1f} ms"
    return Row(f"{name}, to the same SQL", detail, ours / reference, GOAL, at_most=True)


def directly(cursor: Any, url: str) -> Callable[[], object]:
    """Run what the service runs to answer this."""
    statements: list[tuple[float, str, Any]] = []

    def take_note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        result = execute(sql, parameters, many, context)
        statements.append((time.perf_counter() - begun, sql, parameters))
        return result

    with connections["default"].execute_wrapper(take_note):
        ask(application, url)
    _, sql, parameters = max(statements, key=itemgetter(0))  # the others find accounts and instruments

    def run() -> list[Any]:
        cursor.execute(sql, parameters)
        found: list[Any] = cursor.fetchall()
        return found

    return run
