"""What rollups and changes cost those who write: to a book without all that came with them."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from ledger import without
from ledger.book import TABLE, Book, largest
from ledger.imports import measured, upload, write
from ledger.pages import LIST
from ledger.programs import Program, gunicorn
from ledger.stack import ask, on_one_processor, seconds_a_call
from ledger.writes import TRADE, insert
from report import Row, duration, in_turn
from trading_system.wsgi import application

MOST = 1_000_000
ROUNDS = 3
POSTS = 15  # rounds, as a tenth more is to be seen


def rows(books: Sequence[Book]) -> list[Row]:
    book = largest(books, MOST)
    both = (book, without.made(book.rows))
    return [*posted(both), imported(both)]


def posted(books: Sequence[Book]) -> list[Row]:
    """One trade through all of Django, and one by a bare INSERT, both committed."""
    cursors = [book.connect().cursor() for book in books]
    with on_one_processor(*(cursor.connection for cursor in cursors), *(book.opened() for book in books)):
        posts, inserts = (partial(post, book) for book in books), (partial(insert_one, one) for one in cursors)
        taken = in_turn(*posts, *inserts, rounds=POSTS)
    cursors[0].execute(f"DELETE FROM {TABLE} WHERE ticker = %(ticker)s", TRADE)
    return [
        written("a trade posted and committed", 1.1, *taken[:2]),
        written("a bare INSERT, committed", None, *taken[2:]),
    ]


def post(book: Book) -> float:
    book.use()
    body = json.dumps(TRADE).encode()
    return seconds_a_call(lambda: ask(application, LIST, body))


def insert_one(cursor: Any) -> float:
    return seconds_a_call(partial(insert, cursor))


def written(name: str, goal: float | None, ours: float, reference: float) -> Row:
    detail = f"{duration(ours)}; {duration(reference)}"
    return Row(f"{name}, to the same without rollups and changes", detail, ours / reference, goal, at_most=True)


def imported(books: Sequence[Book]) -> Row:
    """As many trades as the book has, by one POST."""
    path, count = Path(settings.DATA_DIR) / "trades.csv", books[0].rows
    write(books[0].connect().cursor(), path, count)
    with served(books[0]) as ours, served(books[1]) as theirs:
        loads = [partial(load, book, program, path) for book, program in zip(books, (ours, theirs), strict=True)]
        taken, reference = in_turn(*loads, rounds=ROUNDS)
    return Row(
        f"bulk import of {count:,} trades, to the rate without rollups and changes",
        f"{count / taken:,.0f}/s; {count / reference:,.0f}/s",
        reference / taken,
        0.9,
    )


def load(book: Book, program: Program, path: Path) -> float:
    return measured(book.connect().cursor(), lambda: upload(program, path, book.rows))


@contextmanager
def served(book: Book) -> Iterator[Program]:
    """The ledger over HTTP, with this book."""
    usual = os.environ["DB_NAME"]
    os.environ["DB_NAME"] = book.name
    try:
        with gunicorn(1) as program:
            yield program
    finally:
        os.environ["DB_NAME"] = usual
