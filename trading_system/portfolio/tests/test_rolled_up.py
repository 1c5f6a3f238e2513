"""Minor units and fees in kind in positions: the same of rollups as of all trades, which the last of days asks for."""

import pytest
from rest_framework.test import APIClient

from portfolio.lots import METHODS

from .book import book, position

pytestmark = pytest.mark.django_db
LAST_DAY = {"end_date": "9999-12-31"}  # no day is after it: there is no first one that is not selected


@pytest.mark.parametrize("method", METHODS)
def test_the_last_price_is_in_the_currency_of_the_position(api: APIClient, method: str) -> None:
    book([("buy", "1", "72.5")], currency="GBX")
    found = position(api, method)
    assert (found["currency"], found["last"]["price"]) == ("GBP", "0.725")


@pytest.mark.parametrize("method", METHODS)
def test_a_fee_in_the_major_unit_leaves_the_quantity_as_it_is(api: APIClient, method: str) -> None:
    """As large a number as the quantity: it is no fee in kind, for which nothing would have come."""
    book([("buy", "8", "150")], currency="GBX", fee_currency="GBP", fee=8)
    found = position(api, method)
    assert (found["quantity"], found["cost_basis"], found["fees"]) == ("8", "12", "8")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("asked", [{}, LAST_DAY], ids=["rollups", "trades"])
def test_what_went_into_its_own_fee_is_realised(api: APIClient, method: str, asked: dict[str, str]) -> None:
    """Also if nothing else is held, by which such a trade has the same side as the position: none."""
    book([("buy", "2.5", "2")], "ETH-USD", currency="USD", fee_currency="ETH", fee="2.5")
    found = position(api, method, **asked)
    assert (found["quantity"], found["cost_basis"], found["realised_profit"]) == ("0", "0", "-5")
