"""What a page of a hundred costs: through all of Django, far down the list, and as the table grows."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from ledger.book import BUSY, MONTH, TABLE, Book
from ledger.stack import ask, on_one_processor, seconds_a_call
from report import Row, in_turn
from rest.pagination import Cursor
from trading_system.wsgi import application

SIZE = 100
FAR = 50_000  # the page far down
LIST = "/api/trades/"
FILTERED = f"{LIST}?ticker={BUSY}&start_date={MONTH[0]}&end_date={MONTH[1]}"

OWN_FIELDS = ("ticker", "price", "quantity", "side", "timestamp", "fee", "external_id", "note")
FIELDS = ("id", "account_id", *OWN_FIELDS, "currency", "fee_currency", "created_by", "created_at", "updated_at")
SQL = (
    f"SELECT {', '.join(FIELDS)} FROM {TABLE}"
    " WHERE account_id = 1 AND ticker = %s AND timestamp >= %s AND timestamp < %s"
    f" ORDER BY timestamp DESC, id DESC LIMIT {SIZE + 1}"
)


def by_hand(cursor: Any) -> bytes:
    """The filtered page without a framework: rows, dicts, json."""
    cursor.execute(SQL, [BUSY, f"{MONTH[0]}T00:00Z", f"{MONTH[2]}T00:00Z"])
    results = []
    for row in cursor.fetchall()[:SIZE]:
        trade = dict(zip(FIELDS, row, strict=True))
        for amount in ("price", "quantity", "fee"):
            trade[amount] = str(trade[amount])
        for instant in ("timestamp", "created_at", "updated_at"):
            trade[instant] = trade[instant].isoformat()
        results.append(trade)
    return json.dumps({"next": None, "previous": None, "results": results}).encode()


def page(book: Book, url: str) -> Callable[[], float]:
    """A measurement of this page of this book."""

    def measure() -> float:
        book.use()
        return seconds_a_call(lambda: ask(application, url))

    return measure


def far_down(book: Book) -> tuple[int, str]:
    """Page FAR or the last that there is: its number and its address."""
    book.use()
    number = min(FAR, book.rows // SIZE)
    sql = f"SELECT timestamp, id FROM {TABLE} ORDER BY timestamp DESC, id DESC OFFSET %s LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [(number - 1) * SIZE - 1])
        timestamp, id_ = cursor.fetchone()
    return number, f"{LIST}?cursor={Cursor(True, timestamp, id_).signed('trades')}"


def assert_same_trades(book: Book) -> None:
    """Both ways answer with the same trades."""
    book.use()
    ours = json.loads(ask(application, FILTERED))["results"]
    reference = json.loads(by_hand(book.connect().cursor()))["results"]
    assert [trade["id"] for trade in ours] == [trade["id"] for trade in reference], (ours, reference)
    assert len(ours) == SIZE, len(ours)


def rows(books: Sequence[Book]) -> list[Row]:
    for book in books:
        assert_same_trades(book)
    cursor, (number, far) = books[-1].connect().cursor(), far_down(books[-1])
    with on_one_processor(cursor.connection, *(book.opened() for book in books)):
        reference, far_page, *pages = in_turn(
            lambda: seconds_a_call(lambda: by_hand(cursor)),
            page(books[-1], far),
            *(page(book, url) for book in books for url in (FILTERED, LIST)),
        )
    filtered, unfiltered = pages[-2:]
    return [
        against("filtered page, to the same SQL with psycopg2 and json", filtered, reference, 3),
        against("unfiltered page, to the filtered one", unfiltered, filtered, 1.3),
        against(f"page {number:,}, to the filtered one", far_page, filtered, 1.3),
        *growth(books, pages),
    ]


def growth(books: Sequence[Book], pages: Sequence[float]) -> list[Row]:
    """Each book's pages to those of the first; `pages` has two for each book."""
    return [
        against(f"{kind} page at {book.rows:,} trades, to {books[0].rows:,}", taken, pages[place], 1.3)
        for index, book in enumerate(books[1:], 1)
        for place, (kind, taken) in enumerate(zip(("filtered", "unfiltered"), pages[2 * index :], strict=False))
    ]


def against(name: str, ours: float, reference: float, goal: float) -> Row:
    """A time that is to be at most `goal` times that of its reference."""
    return Row(name, f"{1000 * ours:.2f} ms; {1000 * reference:.2f} ms", ours / reference, goal, at_most=True)
