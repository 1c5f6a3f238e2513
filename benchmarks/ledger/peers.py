"""A page of the ledger, to the same page of the naive peer."""

import json
from collections.abc import Sequence

from django.core.handlers.wsgi import WSGIHandler

from ledger.book import BUSY, END, MONTH, START, Book
from ledger.naive.wsgi import application as naive
from ledger.pages import LIST, SIZE
from ledger.stack import ask, seconds_a_call
from report import Row, in_turn
from trading_system.wsgi import application as ledger

ROUNDS = 3  # the peer's pages take seconds
ORDINARY = "T250"  # one of 499


def rows(books: Sequence[Book]) -> list[Row]:
    book = books[-1]
    book.use()
    query = f"?ticker={ticker(book)}&start_date={MONTH[0]}&end_date={MONTH[1]}"
    return [compared("filtered", f"{LIST}{query}", f"/trades/{query}"), compared("unfiltered", LIST, "/trades/")]


def ticker(book: Book) -> str:
    """An ordinary one, if its month fills a page: with BUSY, the peer would count a tenth of all trades."""
    months = (END - START).days / 30
    return ORDINARY if book.rows / 499 * 0.9 / months > 1.1 * SIZE else BUSY


def compared(kind: str, url: str, naive_url: str) -> Row:
    assert ids(ledger, url) == ids(naive, naive_url)
    ours, theirs = in_turn(
        lambda: seconds_a_call(lambda: ask(ledger, url)),
        lambda: seconds_a_call(lambda: ask(naive, naive_url)),
        rounds=ROUNDS,
    )
    detail = f"{1000 * ours:.2f} ms; {1000 * theirs:.2f} ms"
    return Row(f"{kind} page, times faster than a plain ModelViewSet", detail, theirs / ours, 20)


def ids(application: WSGIHandler, url: str) -> list[int]:
    trades = [trade["id"] for trade in json.loads(ask(application, url))["results"]]
    assert len(trades) == SIZE, len(trades)
    return trades
