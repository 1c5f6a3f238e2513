"""Positions and candles, slowly and obviously: lot by lot, in fractions."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .book import Fill


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
