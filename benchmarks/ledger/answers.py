"""What adds up over a whole book, asked in this process: positions, the summary, and candles of the busy ticker.

`numbers` gives an answer in numbers alone, so that it can be compared with one that was computed in another way.
"""

from collections.abc import Callable, Iterable
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from ledger.book import BUSY, Book
from ledger.stack import seconds_a_call
from portfolio.candles import candles_of
from portfolio.positions import positions_of
from trades.models import Trade
from trades.summary import sum_up

NEWEST = 500  # candles

Answer = list[dict[str, Any]]
Numbers = list[tuple[Any, ...]]


def positions(method: str) -> Answer:
    return positions_of(Trade.objects.selection(), method)


def summary() -> Answer:
    found: Answer = sum_up(Trade.objects.selection())["results"]
    return found


def candles(interval: str) -> Answer:
    """Newest first."""
    return candles_of(Trade.objects.of(BUSY), interval, UTC, NEWEST).rows[::-1]


QUESTIONS: dict[str, Callable[[], Answer]] = {
    "positions by FIFO": partial(positions, "fifo"),
    "positions by average cost": partial(positions, "average"),
    "positions by LIFO": partial(positions, "lifo"),
    "positions by HIFO": partial(positions, "hifo"),
    "the summary": summary,
    "candles of a minute": partial(candles, "1m"),
    "candles of an hour": partial(candles, "1h"),
    "candles of a day": partial(candles, "1d"),
}


def seconds(book: Book, question: str) -> float:
    """How long the book takes to answer, on a connection that is open."""
    book.use()
    return seconds_a_call(QUESTIONS[question])


def answered(book: Book, question: str) -> Answer:
    """What the book answers."""
    book.use()
    return QUESTIONS[question]()


def numbers(book: Book, question: str) -> Numbers:
    """The same in numbers."""
    of = {"positions": numbers_of_positions, "the": numbers_of_summary, "candles": numbers_of_candles}
    return of[question.split()[0]](answered(book, question))


def numbers_of_positions(rows: Answer) -> Numbers:
    """Ticker, quantity, basis, profit, fees, profit after those of what was closed, and the last price."""
    amounts = ("quantity", "cost_basis", "realised_profit", "fees", "realised_profit_after_fees")
    return [(row["ticker"], *(Fraction(row[name]) for name in amounts), Fraction(row["last"]["price"])) for row in rows]


def numbers_of_sums(rows: Iterable[tuple[Any, ...]]) -> Numbers:
    """The same of ticker, currency, net, cash, fees, basis, open fees, last price, and whatever follows."""
    found = []
    for ticker, _, *amounts in rows:
        net, cash, fees, basis, open_fees, last = map(Fraction, amounts[:6])
        found.append((ticker, net, basis, cash + basis, fees, cash + basis - fees + open_fees, last))
    return found


def numbers_of_summary(rows: Answer) -> Numbers:
    """Ticker, currency, count, volume, notional, highest and lowest price, and those of `ends_of`."""
    return [
        (
            row["ticker"], row["currency"], row["count"],
            *(Decimal(row[name]) for name in ("volume", "notional", "high", "low")), *ends_of(row),
        )
        for row in rows
    ]  # fmt: skip


def ends_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """First and last price, and count and volume of buys and of sells."""
    prices = (Decimal(row[name]["price"]) for name in ("first", "last"))
    sides = ((row[name]["count"], Decimal(row[name]["volume"])) for name in ("buys", "sells"))
    return *prices, *(one for side in sides for one in side)


def numbers_of_candles(rows: Answer) -> Numbers:
    """Open, high, low, close, volume and count."""
    amounts = ("open", "high", "low", "close", "volume")
    return [(*(Decimal(row[name]) for name in amounts), row["count"]) for row in rows]
