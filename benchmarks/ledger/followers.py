"""All changes of a million trades, page by page as a follower reads them, to `COPY … TO STDOUT` of the same rows."""

import json
import time
from collections.abc import Sequence
from typing import Any

from ledger.book import TABLE, Book, largest
from ledger.exports import Sink
from ledger.stack import ask
from report import Row, in_turn
from trades.selection import COLUMNS
from trading_system.wsgi import application

MOST = 1_000_000
PAGE = 10_000
GOAL = 0.3
ROUNDS = 3
CHANGES = f"/api/trades/changes/?page_size={PAGE}"
COPY = f"COPY (SELECT {', '.join(COLUMNS)}, 'main' AS account FROM {TABLE} ORDER BY id) TO STDOUT"


def rows(books: Sequence[Book]) -> list[Row]:
    """Of a book in which nothing has changed since its trades were added."""
    book = largest(books, MOST)
    book.use()
    cursor = book.connect().cursor()
    followed, copied = in_turn(lambda: follow(book.rows), lambda: copy_out(cursor, book.rows), rounds=ROUNDS)
    return [
        Row(
            f"changes of {book.rows:,} trades in pages of {PAGE:,}, to the rate of COPY TO STDOUT",
            f"{book.rows / followed:,.0f}/s; {book.rows / copied:,.0f}/s",
            copied / followed,
            GOAL,
        )
    ]


def follow(count: int) -> float:
    """Seconds from the first question to the end of the last page."""
    begun, changes, url, more = time.perf_counter(), 0, CHANGES, True
    while more:
        page = ask(application, url)
        changes += page.count(b'"change":"')
        end = json.loads(b"{" + page[page.rindex(b'"cursor":') :])
        url, more = f"{CHANGES}&after={end['cursor']}", end["more"]
    elapsed = time.perf_counter() - begun
    assert changes == count, changes
    return elapsed


def copy_out(cursor: Any, count: int) -> float:
    begun, sink = time.perf_counter(), Sink()
    cursor.copy_expert(COPY, sink)
    assert sink.lines == count, sink.lines
    return time.perf_counter() - begun
