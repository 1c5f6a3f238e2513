"""Positions against lots in a queue, and against an average in fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from trades.models import Trade

from . import oracle
from .book import Fill, book, position

pytestmark = pytest.mark.django_db
ROUNDED = Fraction(1, 10**46)  # each of at most 40 divisions is rounded to 48 decimals

plain = st.decimals("0.5", "9", places=1).map(str)
odd = st.decimals("0.00000001", "999999999999.99999999", places=8).map(lambda amount: f"{amount:f}")
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
@given(trades=fills)
def test_average_cost_is_what_fractions_say(api: APIClient, trades: list[Fill]) -> None:
    found = booked(api, trades, "average")
    quantity, basis, realised = oracle.average(trades)
    assert Fraction(found["quantity"]) == quantity
    assert abs(Fraction(found["cost_basis"]) - basis) < ROUNDED
    assert abs(Fraction(found["realised_profit"]) - realised) < ROUNDED
    if quantity:
        exact = basis / quantity
        assert abs(Fraction(found["average_cost"]) - exact) <= exact / 10**26


@settings(max_examples=25)
@given(trades=fills, method=st.sampled_from(["fifo", "average"]))
def test_what_was_paid_is_held_or_realised(api: APIClient, trades: list[Fill], method: str) -> None:
    """Whatever was rounded: to the last digit."""
    found = booked(api, trades, method)
    cash = sum(Fraction(quantity) * Fraction(price) * (1 if side == "sell" else -1) for side, quantity, price in trades)
    assert Fraction(found["realised_profit"]) - Fraction(found["cost_basis"]) == cash
    assert Decimal(found["cost_basis"]).compare(0) == Decimal(found["quantity"]).compare(0)  # -1, 0 or 1
