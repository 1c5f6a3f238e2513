"""Prices of different sources are of different markets: none is ever taken for another's."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from market.models import Candle, LastPrice
from market.sources import SOURCES

from .seen import BEGIN, CANDLES, MINUTE, PRICES, keep, minute

pytestmark = pytest.mark.django_db


def told(api: APIClient) -> tuple[list[str], list[tuple[str, str | None]]]:
    """The closes of the candles, and the last price with the one of the day before."""
    candles = api.get(CANDLES, {"ticker": "AAPL", "interval": "1h"}).json()["results"]
    prices = api.get(PRICES).json()["results"]
    return [one["close"] for one in candles], [(one["price"], one["previous_close"]) for one in prices]


def test_the_ledger_tells_what_it_was_told_of_its_own_feed(api: APIClient, settings: Any) -> None:
    """As when the market was simulated yesterday, and is real today."""
    for number, source in enumerate(SOURCES):
        settings.FEED_SOURCE = source
        later = BEGIN - number * MINUTE  # the first has the newest price
        assert api.post(CANDLES, [minute(later, f"{number + 1}")]).status_code == 200
    for number, source in enumerate(SOURCES):
        settings.FEED_SOURCE = source
        price = f"{number + 1}"
        assert told(api) == ([price], [(price, price)])


def test_a_minute_is_not_joined_with_that_of_another_source(api: APIClient, settings: Any) -> None:
    settings.FEED_SOURCE = "real"
    keep(minute(BEGIN, "100"), source="simulated")
    keep(minute(BEGIN, "10"))
    assert told(api) == (["10"], [("10", "10")])
    assert Candle.objects.count() == LastPrice.objects.count() == 2


def test_what_was_seen_of_another_source_is_nothing_to_the_ledger(api: APIClient, settings: Any) -> None:
    settings.FEED_SOURCE = "real"
    keep(minute(BEGIN), source="simulated")
    assert told(api) == ([], [])


def test_the_database_knows_no_other_source() -> None:
    with pytest.raises(IntegrityError, match="candle_source_known"), transaction.atomic():
        keep(minute(BEGIN), source="rumour")
    with pytest.raises(IntegrityError, match="lastprice_source_known"), transaction.atomic():
        LastPrice.objects.create(source="rumour", ticker="A", price=1, timestamp=BEGIN)
