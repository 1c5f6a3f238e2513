"""Lots by every method, against slow and obvious books, and what always adds up."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.lots import FEE_DECIMALS, METHODS, ClosedLot, Fill, lots_of

from . import oracle
from .book import FIRST

ORDERED = [method for method in METHODS if method != "average"]
amounts = st.one_of(
    st.decimals("0.5", "9", places=1), st.decimals("1e-18", "99999999999999999999", places=18), st.fractions("1/7", 9)
).map(Fraction)
prices = st.one_of(st.sampled_from([1, 1, 2, 0, -1]).map(Fraction), amounts)
fees = st.decimals("-1", "1", places=2).map(Fraction)


def fill(
    number: int, quantity: int | str | Fraction, price: int | str | Fraction, fee: int | str | Fraction = 0
) -> Fill:
    """Number `number` of a book, a minute after the one before."""
    units = Fraction(quantity)
    return Fill(number, FIRST + timedelta(minutes=number), units, units * Fraction(price), Fraction(fee))


@st.composite
def books(draw: st.DrawFn) -> list[Fill]:
    """Trades of both sides, at most forty."""
    rows = draw(st.lists(st.tuples(st.sampled_from([1, -1]), amounts, prices, fees), max_size=40))
    return [fill(number, side * quantity, price, fee) for number, (side, quantity, price, fee) in enumerate(rows)]


def told(closed: list[ClosedLot]) -> list[tuple[int | None, int, Fraction, Fraction, Fraction, Fraction]]:
    return [
        (lot.opened_by and lot.opened_by.id, lot.closed_by.id, lot.quantity, lot.basis, lot.proceeds, lot.fees)
        for lot in closed
    ]


def test_the_method_says_which_lot_is_closed() -> None:
    book = [fill(1, 10, 5), fill(2, 10, 9), fill(3, 10, 7), fill(4, -15, 8)]
    assert {method: [(lot.opened_by.id, lot.quantity, lot.profit) for lot in lots_of(book, method)[1] if lot.opened_by]
            for method in ORDERED} == {
        "fifo": [(1, 10, 30), (2, 5, -5)],
        "lifo": [(3, 10, 10), (2, 5, -5)],
        "hifo": [(2, 10, -10), (3, 5, 5)],
    }  # fmt: skip
    assert told(lots_of(book, "average")[1]) == [(None, 4, 15, 105, 120, 0)]


def test_of_equal_prices_hifo_closes_the_oldest() -> None:
    _, closed = lots_of([fill(1, 1, 5), fill(2, 1, 5), fill(3, -1, 6)], "hifo")
    assert told(closed) == [(1, 3, 1, 5, 6, 0)]


@pytest.mark.parametrize("method", METHODS)
def test_units_sold_short_are_bought_back(method: str) -> None:
    held, closed = lots_of([fill(1, -10, 8, 1), fill(2, 4, 5, 1), fill(3, 16, 6)], method)
    opened = None if method == "average" else 1
    assert told(closed) == [
        (opened, 2, -4, 20, 32, Fraction("1.4")),
        (opened, 3, -6, 36, 48, Fraction("0.6")),
    ]
    assert [(lot.quantity, lot.value, lot.fee) for lot in held] == [(10, 60, 0)]


@pytest.mark.parametrize("method", METHODS)
def test_the_last_part_takes_what_is_left_of_a_fee(method: str) -> None:
    _, closed = lots_of([fill(0, 3, 1, 1), *(fill(number, -1, 2) for number in (1, 2, 3))], method)
    third = Fraction("0." + "3" * FEE_DECIMALS)
    assert sorted(lot.fees for lot in closed) == [third, third, 1 - 2 * third]


@pytest.mark.parametrize("method", ORDERED)
@given(book=books())
def test_each_method_is_what_a_list_of_lots_does(method: str, book: list[Fill]) -> None:
    held, closed = lots_of(book, method)
    expected_held, expected_closed = oracle.lots(book, method)
    assert [(lot.fill and lot.fill.id, lot.quantity) for lot in held] == expected_held
    assert [(lot.opened_by and lot.opened_by.id, lot.closed_by.id, lot.quantity) for lot in closed] == expected_closed
    for lot in closed:
        assert lot.opened_by
        exact = [abs(lot.quantity) * by.value / by.quantity for by in (lot.opened_by, lot.closed_by)]
        basis, proceeds = exact if lot.quantity > 0 else exact[::-1]
        assert abs(lot.basis - basis) < oracle.ROUNDED
        assert abs(lot.proceeds - proceeds) < oracle.ROUNDED


@given(book=books())
def test_average_is_what_fractions_say(book: list[Fill]) -> None:
    held, closed = lots_of(book, "average")
    fills = [("buy" if one.quantity > 0 else "sell", abs(one.quantity), one.value / one.quantity) for one in book]
    quantity, basis, realised = oracle.average(fills)
    assert sum((lot.quantity for lot in held), Fraction(0)) == quantity
    assert abs(sum((lot.value for lot in held), Fraction(0)) - basis) < oracle.ROUNDED
    assert abs(sum((lot.profit for lot in closed), Fraction(0)) - realised) < oracle.ROUNDED


@pytest.mark.parametrize("method", METHODS)
@given(book=books())
def test_nothing_is_lost_or_counted_twice(method: str, book: list[Fill]) -> None:
    """To the last digit, whatever was rounded."""
    held, closed = lots_of(book, method)
    assert sum(lot.quantity for lot in held) == sum(one.quantity for one in book)
    assert sum(lot.value for lot in held) - sum(lot.profit for lot in closed) == sum(one.value for one in book)
    assert sum(lot.fee for lot in held) + sum(lot.fees for lot in closed) == sum(one.fee for one in book)
    assert len({lot.quantity > 0 for lot in held}) <= 1
