"""What adds up over a whole book, to the same before there were rollups, and as the book grows.

Before, some answers took minutes: those are asked for once, and nothing of books with more than MOST trades.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from ledger import before
from ledger.answers import NEWEST, QUESTIONS, Numbers, numbers, numbers_of_summary, numbers_of_sums, seconds
from ledger.book import BUSY, Book, largest
from report import Row, duration, in_turn

MOST = 10_000_000
BASE = 1_000_000  # trades of the book to which larger ones are compared
ROUNDS = 3
FLAT = {"positions by FIFO": 1.5, "candles of a minute": 1.3, "candles of an hour": 1.3, "candles of a day": 1.3}
# What each is compared to, and how many times faster it is to be.
GOALS = {
    "positions by FIFO": ("positions by FIFO", 100),
    "positions by average cost": ("positions by average cost", 50),
    "positions by LIFO": ("positions by average cost", 50),
    "positions by HIFO": ("positions by average cost", 50),
    "the summary": ("the summary", 80),
    "candles of a minute": ("candles of a minute", 20),
    "candles of an hour": ("candles of an hour", 20),
    "candles of a day": ("candles of a day", 100),
}


@dataclass(frozen=True)
class Before:
    """How a question was answered, the numbers of that, and how often it is asked."""

    ask: Callable[[Any], before.Rows]
    numbers: Callable[[before.Rows], Numbers]
    rounds: int = 1


def candles(interval: str) -> Before:
    return Before(partial(before.candles, ticker=BUSY, interval=interval), numbers_of_intervals, ROUNDS)


def numbers_of_intervals(rows: before.Rows) -> Numbers:
    """As `numbers_of_candles`."""
    return [(*row[1:6], row[7]) for row in rows[:NEWEST]]


def numbers_of_tickers(rows: before.Rows) -> Numbers:
    return numbers_of_summary([dict(zip(before.SUMMARY, row, strict=True)) for row in rows])


SLOW = {
    "positions by FIFO": Before(partial(before.positions, method="fifo"), numbers_of_sums),
    "positions by average cost": Before(partial(before.positions, method="average"), numbers_of_sums),
    "the summary": Before(before.summary, numbers_of_tickers),
    "candles of a minute": candles("1m"),
    "candles of an hour": candles("1h"),
    "candles of a day": candles("1d"),
}
Times = Mapping[tuple[int, str], float]  # by trades and question


def rows(books: Sequence[Book]) -> list[Row]:
    asked = [book for book in books if book.rows >= largest(books, BASE).rows]
    questions = [(book, question) for question in QUESTIONS for book in asked]
    taken = in_turn(*(partial(seconds, *one) for one in questions), rounds=ROUNDS)
    times = {(book.rows, question): found for (book, question), found in zip(questions, taken, strict=True)}
    return [*to_before(largest(books, MOST), times), *growth(asked, times)]


def to_before(book: Book, times: Times) -> list[Row]:
    """Each question, to how it was answered."""
    cursor = book.connect().cursor()
    slow = {question: timed(cursor, book, question) for question in SLOW}
    return [
        Row(
            f"{question} of {book.rows:,} trades, times faster than {reference} before rollups",
            f"{duration(times[book.rows, question])}; {duration(slow[reference])}",
            slow[reference] / times[book.rows, question],
            goal,
        )
        for question, (reference, goal) in GOALS.items()
    ]


def timed(cursor: Any, book: Book, question: str) -> float:
    """Seconds that the answer took before. It is the same as today's."""
    one, taken = SLOW[question], []
    for _ in range(one.rounds):
        begun = time.perf_counter()
        found = one.ask(cursor)
        taken.append(time.perf_counter() - begun)
    assert numbers(book, question) == one.numbers(found), question
    return median(taken)


def growth(books: Sequence[Book], times: Times) -> list[Row]:
    """Each question to the first book's."""
    base, *larger = (book.rows for book in books)
    return [
        Row(
            f"{question} at {rows:,} trades, to {base:,}",
            f"{duration(times[rows, question])}; {duration(times[base, question])}",
            times[rows, question] / times[base, question],
            FLAT.get(question) if rows <= MOST else None,
            at_most=True,
        )
        for rows in larger
        for question in QUESTIONS
    ]
