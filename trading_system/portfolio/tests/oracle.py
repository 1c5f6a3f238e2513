"""Positions and candles, slowly and obviously: lot by lot, in fractions."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from portfolio import lots as portfolio_lots
from portfolio.timeline import Action

from .book import FIRST, Fill

ROUNDED = Fraction(1, 10**46)  # each of at most 40 divisions is rounded to 48 decimals


def fifo(fills: Iterable[Fill]) -> tuple[Fraction, Fraction, Fraction]:
    """Quantity, cost basis, realised profit: lots wait in a queue, and the oldest goes first."""
    lots: deque[list[Fraction]] = deque()  # [signed quantity, price]
    realised = Fraction(0)
    for side, quantity, price in fills:
        left, at = (Fraction(quantity) if side == "buy" else -Fraction(quantity)), Fraction(price)
        while left and lots and (lots[0][0] > 0) != (left > 0):
            closed = min(abs(left), abs(lots[0][0]))
            direction = 1 if lots[0][0] > 0 else -1
            realised += closed * (at - lots[0][1]) * direction
            lots[0][0] -= closed * direction
            left += closed * direction
            if not lots[0][0]:
                lots.popleft()
        if left:
            lots.append([left, at])
    return sum((lot[0] for lot in lots), Fraction(0)), sum((lot[0] * lot[1] for lot in lots), Fraction(0)), realised


def average(fills: Iterable[Fill]) -> tuple[Fraction, Fraction, Fraction]:
    """The same by average cost: what is closed leaves at the average."""
    held = cost = realised = Fraction(0)  # cost: the average price of what is held
    for side, quantity, price in fills:
        change, at = (Fraction(quantity) if side == "buy" else -Fraction(quantity)), Fraction(price)
        if held * change < 0:
            closed = min(abs(held), abs(change)) * (1 if held > 0 else -1)
            realised += closed * (at - cost)
            held -= closed
            change += closed
        if change:
            cost = (held * cost + change * at) / (held + change)
            held += change
    return held, held * cost, realised


CLOSED_FIRST: dict[str, Callable[[list[Any]], Any]] = {  # of the open lots, [fill, units]
    "fifo": lambda open_: open_[0],
    "lifo": lambda open_: open_[-1],
    "hifo": lambda open_: max(open_, key=lambda lot: lot[0].value / lot[0].quantity),
}


def lots(book: Sequence[portfolio_lots.Fill], method: str) -> tuple[list[Any], list[Any]]:
    """The open lots, (id, quantity), and the closed ones, (id, id, quantity): one after another in a list."""
    open_: list[list[Any]] = []
    closed = []
    for fill in book:
        left = fill.quantity
        while left and open_ and open_[0][1] * left < 0:
            lot = CLOSED_FIRST[method](open_)
            units = min(abs(left), abs(lot[1])) * (1 if lot[1] > 0 else -1)
            closed.append((lot[0].id, fill.id, units))
            lot[1] -= units
            left += units
            open_ = [one for one in open_ if one[1]]
        if left:
            open_.append([fill, left])
    return [(lot[0].id, lot[1]) for lot in open_], closed


def by_lots(fills: Iterable[tuple[Fraction, Fraction]], method: str) -> tuple[Fraction, Fraction, Fraction]:
    """Quantity, cost basis, realised profit of (signed quantity, price), exactly."""
    book = [
        portfolio_lots.Fill(number, FIRST, quantity, quantity * price, Fraction(0))
        for number, (quantity, price) in enumerate(fills)
    ]
    held, _ = lots(book, method)
    price_of = {fill.id: fill.value / fill.quantity for fill in book}
    basis = sum((units * price_of[id_] for id_, units in held), Fraction(0))
    cash = -sum((fill.value for fill in book), Fraction(0))
    return sum((units for _, units in held), Fraction(0)), basis, cash + basis


def walked(actions: list[Action], ticker: str, instant: datetime) -> tuple[str, Fraction]:
    """Slowly and obviously: each action in turn, if it is of what the trade is called by then."""
    ratio = Fraction(1)
    for action in sorted(actions, key=lambda action: action.timestamp):
        if action.timestamp > instant and action.ticker == ticker:
            ticker, ratio = action.to or ticker, ratio * action.ratio
    return ticker, ratio


def candles(trades: Sequence[tuple[datetime, str, str]], begins: Sequence[datetime]) -> list[dict[str, Any]]:
    """Of (timestamp, quantity, price) in their order, for intervals that begin at these instants."""
    found = []
    for begin, end in pairwise(begins):
        inside = [(Fraction(quantity), Fraction(price)) for moment, quantity, price in trades if begin <= moment < end]
        if inside:
            prices, volume = [price for _, price in inside], sum(quantity for quantity, _ in inside)
            found.append(
                {
                    "timestamp": begin,
                    "open": prices[0],
                    "high": max(prices),
                    "low": min(prices),
                    "close": prices[-1],
                    "volume": volume,
                    "vwap": sum(quantity * price for quantity, price in inside) / volume,
                    "count": len(inside),
                }
            )
    return found
