"""The same questions while trades of 300 ticker-days, booked late, are not in the rollups yet; to when they are."""

import time
from collections.abc import Sequence
from functools import partial

from ledger.answers import QUESTIONS, answered, numbers, seconds
from ledger.book import START, TABLE, Book, fold, largest
from ledger.rollups import MOST, ROUNDS
from report import Row, duration, in_turn

MARKS = 300
LOT_BY_LOT = ("positions by average cost", "positions by LIFO", "positions by HIFO")
GOAL = 4
# Spread over all days of the book; a tenth are of the busy ticker, as in the book.
LATE = f"""
INSERT INTO {TABLE} (ticker, price, quantity, side, timestamp, external_id)
SELECT 'T' || CASE WHEN i % 10 = 0 THEN '000' ELSE lpad((1 + i % 499)::text, 3, '0') END,
    100 + i * 0.01, 1 + i, CASE WHEN i % 2 = 0 THEN 'buy' ELSE 'sell' END,
    %(start)s + i * interval '4 days 19 hours', %(name)s || i
FROM generate_series(1, %(count)s) AS i
""".replace(" % ", " %% ")
NAME = "late-"


def rows(books: Sequence[Book]) -> list[Row]:
    book = largest(books, MOST)
    cursor = book.connect().cursor()
    fold(book)
    cursor.execute(LATE, {"start": START, "name": NAME, "count": MARKS})
    unfolded, before = measured(book), [numbers(book, question) for question in QUESTIONS]
    fold(book)
    folded, after = measured(book), [numbers(book, question) for question in QUESTIONS]
    cursor.execute(f"DELETE FROM {TABLE} WHERE external_id LIKE %s", [f"{NAME}%"])
    fold(book)
    assert before == after
    return [
        Row(
            f"{question} of {book.rows:,} trades with {MARKS} ticker-days that are not folded, to all folded",
            f"{duration(slow)}; {duration(fast)}",
            slow / fast,
            GOAL,
            at_most=True,
        )
        for question, slow, fast in zip(QUESTIONS, unfolded, folded, strict=True)
    ]


def measured(book: Book) -> list[float]:
    """Of each question; of those that begin at checkpoints, which late trades make useless, one answer."""
    quick = [question for question in QUESTIONS if question not in LOT_BY_LOT]
    found = dict(zip(quick, in_turn(*(partial(seconds, book, one) for one in quick), rounds=ROUNDS), strict=True))
    return [found.get(question) or once(book, question) for question in QUESTIONS]


def once(book: Book, question: str) -> float:
    begun = time.perf_counter()
    answered(book, question)
    return time.perf_counter() - begun
