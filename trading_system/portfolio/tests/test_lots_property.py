"""Positions are the sums of lots, to the last digit: as both are answered, through splits and renames."""

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from portfolio.models import CorporateAction
from trades.models import Trade

from .book import FIRST, LOTS, POSITIONS, book

pytestmark = pytest.mark.django_db
NO_SUMS = ("ticker", "currency", "quoted_in", "last", "average_cost", "other_fees")
PLACES = Fraction(1, 10**24)  # of thirds of some units, each told with 28 digits

plain = st.decimals("0.5", "9", places=1).map(str)
odd = st.decimals("1e-18", "99999999999999999999.999999999999999999", places=18).map(lambda amount: f"{amount:f}")
fees = st.decimals("-1", "1", places=3)


def fills(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Any]]:
    """Trades of some tickers: ticker, side, quantity, price, fee."""
    one = st.tuples(st.sampled_from("ABC"), st.sampled_from(["buy", "sell"]), amounts, amounts, fees)
    return st.lists(one, min_size=1, max_size=30)


# At most one action of a ticker: after a minute, a split, or a rename into a later name.
splits = st.sampled_from([(4, 1), (1, 2), (21, 20), (1, 3), (7, 3)])
actions = st.dictionaries(st.sampled_from("AB"), st.tuples(st.integers(0, 30), st.none() | splits), max_size=2)


def enter(trades: list[Any], found: dict[str, Any]) -> None:
    Trade.objects.all().delete()
    CorporateAction.objects.all().delete()
    for number, (ticker, side, quantity, price, fee) in enumerate(trades):
        book([(side, quantity, price)], ticker, minutes=number, fee=fee)
    for number, (ticker, (minute, ratio)) in enumerate(found.items()):
        new, old = ratio or (None, None)
        CorporateAction.objects.create(
            kind="split" if ratio else "rename", ticker=ticker, new=new, old=old, to=None if ratio else "C",
            timestamp=FIRST + timedelta(minutes=minute, seconds=30 + number),
        )  # fmt: skip


def sums(api: APIClient, state: str, method: str) -> dict[str, dict[str, Fraction]]:
    """By ticker, of each field that is an amount."""
    answer = api.get(LOTS, {"state": state, "method": method, "page_size": "1000"}).json()
    assert answer["next"] is None
    found: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for lot in answer["results"]:
        for name in ("quantity", "basis", "fees", "profit", "profit_after_fees"):
            found[lot["ticker"]][name] += Fraction(lot.get(name, 0))
    return found


def compare(api: APIClient, method: str, quantities_within: Fraction) -> None:
    opened, closed = sums(api, "open", method), sums(api, "closed", method)
    positions = api.get(POSITIONS, {"method": method}).json()["results"]
    assert opened.keys() | closed.keys() == {position["ticker"] for position in positions}
    for position in positions:
        held, gone = opened[position["ticker"]], closed[position["ticker"]]
        told = {name: Fraction(position[name]) for name in position if name not in NO_SUMS}
        assert abs(held["quantity"] - told["quantity"]) <= quantities_within
        assert held["basis"] == told["cost_basis"]
        assert gone["profit"] == told["realised_profit"]
        assert gone["profit_after_fees"] == told["realised_profit_after_fees"]
        assert held["fees"] + gone["fees"] == told["fees"]


@settings(max_examples=60)
@given(trades=fills(st.one_of(plain, plain, odd)), method=st.sampled_from(list(METHODS)))
def test_positions_are_the_sums_of_lots(api: APIClient, trades: list[Any], method: str) -> None:
    enter(trades, {})
    compare(api, method, Fraction(0))


@settings(max_examples=60)
@given(trades=fills(plain), found=actions, method=st.sampled_from(list(METHODS)))
def test_and_through_corporate_actions(api: APIClient, trades: list[Any], found: dict[str, Any], method: str) -> None:
    enter(trades, found)
    compare(api, method, PLACES)


@settings(max_examples=30)
@given(
    trades=fills(plain),
    method=st.sampled_from(list(METHODS)),
    first=st.integers(0, 30),
    last=st.integers(0, 30),
)
def test_what_was_earned_in_a_year_is_the_difference_of_two_positions(
    api: APIClient, trades: list[Any], method: str, first: int, last: int
) -> None:
    """From minute `first` on and up to `last`, both included."""
    enter(trades, {})
    begin, end = (FIRST + timedelta(minutes=minute) for minute in sorted((first, last)))
    before = begin - timedelta(microseconds=1)

    def earned(instant: datetime) -> Fraction:
        told = api.get(POSITIONS, {"method": method, "end_date": instant.isoformat()}).json()["results"]
        return sum((Fraction(position["realised_profit"]) for position in told), Fraction(0))

    asked = {"state": "closed", "method": method, "page_size": "1000"}
    year = {"disposed_from": begin.isoformat(), "disposed_to": end.isoformat()}
    found = api.get(LOTS, asked | year).json()["results"]
    assert sum((Fraction(lot["profit"]) for lot in found), Fraction(0)) == earned(end) - earned(before)
