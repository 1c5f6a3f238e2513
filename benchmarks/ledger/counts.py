"""Requests that have to look at every trade, at each size: figures to know."""

from collections.abc import Sequence

from ledger.book import Book
from ledger.pages import LIST, page
from report import Row, duration, in_turn

ROUNDS = 3
URLS = {"count=true": f"{LIST}?count=true", "a rare min_price": f"{LIST}?min_price=500.999"}


def rows(books: Sequence[Book]) -> list[Row]:
    asked = [(book, url) for url in URLS.values() for book in books]
    taken = iter(in_turn(*(page(book, url) for book, url in asked), rounds=ROUNDS))
    return [
        Row(f"a page with {name}", "; ".join(f"{duration(next(taken))} of {book.rows:,} trades" for book in books))
        for name in URLS
    ]
