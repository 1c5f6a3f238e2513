"""What a price is multiplied by besides the quantity is what the ticker's instrument says."""

import pytest
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from reference.models import Instrument

from .book import book, position

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", METHODS)
def test_a_future_is_so_many_units(api: APIClient, method: str) -> None:
    Instrument.objects.create(ticker="/ESM5", kind="future", multiplier="50")
    book([("buy", "2", "5000.25"), ("sell", "1", "5010.25")], "/ESM5")
    found = position(api, method)
    assert (found["multiplier"], found["cost_basis"], found["realised_profit"]) == ("50", "250012.5", "500")
    assert found["average_cost"] == "5000.25"


def test_of_an_adjusted_option_the_instrument_knows_better(api: APIClient) -> None:
    Instrument.objects.create(ticker="AAPL1 240119P00000001", multiplier="10")
    book([("buy", "1", "2")], "AAPL1 240119P00000001")
    assert position(api)["cost_basis"] == "20"
