"""Prices and fees in a minor unit, in positions that are made of rollups: as those that are made of trades."""

import pytest
from rest_framework.test import APIClient

from portfolio.lots import METHODS

from .book import book, position

pytestmark = pytest.mark.django_db


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
