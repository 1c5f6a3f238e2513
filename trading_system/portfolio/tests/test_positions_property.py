"""Positions against lots in a queue, and against an average in fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portfolio import lots
from portfolio.lots import METHODS
from trades.models import Trade

from . import oracle
from .book import FIRST, Fill, book, position

pytestmark = pytest.mark.django_db

SUMS = ("quantity", "cost_basis", "realised_profit", "realised_profit_after_fees")

plain = st.decimals("0.5", "9", places=1).map(str)
odd = st.decimals("1e-18", "99999999999999999999.999999999999999999", places=18).map(lambda amount: f"{amount:f}")
amounts = st.one_of(plain, plain, odd)
fills = st.lists(st.tuples(st.sampled_from(["buy", "sell"]), amounts, amounts), min_size=1, max_size=40)


def booked(api: APIClient, trades: list[Fill], method: str) -> dict[str, Any]:
    Trade.objects.all().delete()
    book(trades)
    return position(api, method)


@settings(max_examples=60)
@given(trades=fills)
def test_fifo_is_a_queue_of_lots_exactly(api: APIClient, trades: list[Fill]) -> None:
    found = booked(api, trades, "fifo")
    exact = tuple(Fraction(found[name]) for name in ("quantity", "cost_basis", "realised_profit"))
    assert exact == oracle.fifo(trades)


@settings(max_examples=60)
@example([("buy", "0.5", "0.000000000000000001"), ("buy", "0.000000000000000001", "0.5"), ("sell", "0.5", "1")])
@given(trades=fills)
def test_average_cost_is_what_fractions_say(api: APIClient, trades: list[Fill]) -> None:
    found = booked(api, trades, "average")
    quantity, basis, realised = oracle.average(trades)
    assert Fraction(found["quantity"]) == quantity
    assert abs(Fraction(found["cost_basis"]) - basis) < oracle.ROUNDED
    assert abs(Fraction(found["realised_profit"]) - realised) < oracle.ROUNDED
    if quantity:
        exact = Fraction(found["cost_basis"]) / quantity  # of the basis as it is rounded: above is how far that may be
        assert abs(Fraction(found["average_cost"]) - exact) <= exact / 10**27


@settings(max_examples=60)
@given(trades=fills, method=st.sampled_from(list(METHODS)), fee=st.decimals("-1", "1", places=3))
def test_a_position_is_the_sum_of_its_lots(api: APIClient, trades: list[Fill], method: str, fee: Decimal) -> None:
    """To the last digit, whatever was rounded."""
    Trade.objects.all().delete()
    book(trades, fee=fee)
    found = position(api, method)
    fills = [
        lots.Fill(number, FIRST, signed := Fraction(quantity) * (1 if side == "buy" else -1), signed * Fraction(price), Fraction(fee))
        for number, (side, quantity, price) in enumerate(trades)
    ]  # fmt: skip
    held, closed = lots.lots_of(fills, method)
    profit = sum((lot.profit for lot in closed), Fraction(0))
    assert {name: Fraction(found[name]) for name in SUMS} == {
        "quantity": sum((lot.quantity for lot in held), Fraction(0)),
        "cost_basis": sum((lot.value for lot in held), Fraction(0)),
        "realised_profit": profit,
        "realised_profit_after_fees": profit - sum((lot.fees for lot in closed), Fraction(0)),
    }


@settings(max_examples=25)
@given(trades=fills, method=st.sampled_from(list(METHODS)))
def test_what_was_paid_is_held_or_realised(api: APIClient, trades: list[Fill], method: str) -> None:
    """Whatever was rounded: to the last digit."""
    found = booked(api, trades, method)
    cash = sum(Fraction(quantity) * Fraction(price) * (1 if side == "sell" else -1) for side, quantity, price in trades)
    assert Fraction(found["realised_profit"]) - Fraction(found["cost_basis"]) == cash
    assert Decimal(found["cost_basis"]).compare(0) == Decimal(found["quantity"]).compare(0)  # -1, 0 or 1
