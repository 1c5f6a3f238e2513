"""One trade booked and committed, to a bare INSERT."""

import json
from collections.abc import Sequence
from typing import Any

from ledger.book import Book
from ledger.pages import LIST
from ledger.stack import ask, on_one_processor, seconds_a_call
from report import Row, in_turn
from trading_system.wsgi import application

TRADE = {"ticker": "POST", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}
INSERT = (
    "INSERT INTO trades_trade (ticker, price, quantity, side, timestamp)"
    " VALUES (%(ticker)s, %(price)s, %(quantity)s, %(side)s, %(timestamp)s)"
    " RETURNING id, created_at, updated_at"
)


def insert(cursor: Any) -> Any:
    cursor.execute(INSERT, TRADE)
    return cursor.fetchone()


def rows(books: Sequence[Book]) -> list[Row]:
    book, body = books[-1], json.dumps(TRADE).encode()
    cursor = book.connect().cursor()
    with on_one_processor(cursor.connection, book.opened()):
        bare, posted = in_turn(
            lambda: seconds_a_call(lambda: insert(cursor)),
            lambda: seconds_a_call(lambda: ask(application, LIST, body)),
        )
    cursor.execute("DELETE FROM trades_trade WHERE ticker = %(ticker)s", TRADE)
    return [
        Row(
            "a trade posted and committed, to a bare INSERT, committed",
            f"{1000 * posted:.2f} ms; {1000 * bare:.2f} ms",
            posted / bare,
            4,
            at_most=True,
        )
    ]
