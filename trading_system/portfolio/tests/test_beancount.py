"""FIFO, LIFO and HIFO against the booking of beancount, lot by lot.

Its lots have a date and no time, so that a book has one trade a day; a trade that goes through zero is written as two,
and a split is applied to the trades before it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Any, NamedTuple

import pytest
from beancount.core.data import Posting, Transaction
from beancount.loader import load_string
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portfolio.models import CorporateAction, Kind
from rest.amounts import decimal_text
from trades.models import Trade

pytestmark = pytest.mark.django_db

FIRST = date(2024, 1, 1)
NOON = timedelta(hours=12)
# Ratios whose quotients end as decimals, which beancount's amounts have to.
ratios = st.sampled_from([(2, 1), (5, 1), (10, 1), (1, 2), (1, 8)])
whole, amounts = (
    st.integers(1, 60).map(Fraction),
    st.integers(1, 9_999_999).map(lambda number: Fraction(number, 10_000)),
)
days = st.one_of(st.tuples(st.sampled_from([1, -1]), whole, amounts), ratios)
books = st.lists(days, min_size=1, max_size=25)


class Bought(NamedTuple):
    """A trade in units of today; sold units are below zero."""

    day: date
    quantity: Fraction
    price: Fraction


class Lot(NamedTuple):
    acquired: str
    disposed: str | None
    quantity: Fraction
    basis: Fraction
    proceeds: Fraction | None


def split(book: list[Any]) -> list[Bought]:
    """The book's trades in units of today."""
    later = [Fraction(*one) if len(one) == 2 else Fraction(1) for one in book]
    units = list(accumulate(later[::-1], lambda one, other: one * other))[::-1]
    return [
        Bought(FIRST + timedelta(number), one[0] * one[1] * units[number], one[2] / units[number])
        for number, one in enumerate(book)
        if len(one) == 3
    ]


def ledger(trades: list[Bought], method: str) -> str:
    """The same as beancount reads it: a flip closes what is held, and opens the rest."""
    lines, held = [f'2000-01-01 open Assets:X X "{method.upper()}"', "2000-01-01 open Equity:Cash"], Fraction(0)
    for day, quantity, price in trades:
        closes = min(abs(held), abs(quantity)) * (1 if quantity > 0 else -1) if held * quantity < 0 else Fraction(0)
        cost = decimal_text(price)
        for part, costs in ((closes, f"{{}} @ {cost} USD"), (quantity - closes, f"{{{cost} USD}}")):
            if part:
                lines += [f'{day} * ""', f"  Assets:X {decimal_text(part)} X {costs}"]
                lines.append("  Equity:Cash")
        held += quantity
    return "\n".join(lines)


def postings(entries: list[Any]) -> Iterator[tuple[Transaction, Posting]]:
    for entry in entries:
        if isinstance(entry, Transaction):
            yield from ((entry, posting) for posting in entry.postings)


def theirs(trades: list[Bought], method: str) -> tuple[Counter[Lot], Counter[Lot]]:
    """The open and the closed lots of beancount."""
    entries, errors, _ = load_string(ledger(trades, method))
    assert not errors, errors
    open_: Counter[tuple[str, Fraction]] = Counter()
    closed: Counter[Lot] = Counter()
    for entry, posting in postings(entries):
        if posting.cost:
            units, cost = Fraction(posting.units.number), Fraction(posting.cost.number)
            acquired = f"{posting.cost.date}"
            open_[acquired, cost] += units
            if posting.price:
                price = Fraction(posting.price.number)
                bought, sold = (price, cost) if units > 0 else (cost, price)
                closed[Lot(acquired, f"{entry.date}", -units, abs(units) * bought, abs(units) * sold)] += 1
    held = Counter(Lot(acquired, None, units, units * cost, None) for (acquired, cost), units in open_.items() if units)
    return held, closed


def ours(api: APIClient, book: list[Any], method: str) -> tuple[Counter[Lot], Counter[Lot]]:
    """The open and the closed lots of the ledger, whose trades are as they were booked."""
    Trade.objects.all().delete()
    CorporateAction.objects.all().delete()
    for number, one in enumerate(book):
        at = datetime.combine(FIRST + timedelta(number), datetime.min.time(), UTC) + NOON
        if len(one) == 3:
            sign, quantity, price = one
            side = "buy" if sign > 0 else "sell"
            Trade.objects.book(
                {
                    "ticker": "X",
                    "side": side,
                    "quantity": decimal_text(quantity),
                    "price": decimal_text(price),
                    "timestamp": at,
                }
            )
        elif Trade.objects.exists():
            new, old = one
            CorporateAction.objects.enter(
                {"kind": Kind.SPLIT, "ticker": "X", "timestamp": at, "new": new, "old": old, "to": None}
            )
    return tuple(Counter(lot(one) for one in lots(api, state, method)) for state in ("open", "closed"))  # type: ignore[return-value]


def lots(api: APIClient, state: str, method: str) -> list[dict[str, Any]]:
    answer = api.get("/api/lots/", {"state": state, "method": method, "page_size": "1000"})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def lot(told: dict[str, Any]) -> Lot:
    disposed, proceeds = told.get("disposed_at"), told.get("proceeds")
    return Lot(
        told["acquired_at"][:10],
        disposed and disposed[:10],
        Fraction(told["quantity"]),
        Fraction(told["basis"]),
        proceeds and Fraction(proceeds),
    )


@settings(max_examples=200)
@given(book=books, method=st.sampled_from(["fifo", "lifo", "hifo"]))
def test_lots_are_those_of_beancount(api: APIClient, book: list[Any], method: str) -> None:
    assert ours(api, book, method) == theirs(split(book), method)
