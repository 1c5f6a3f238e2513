"""A position is told in the major unit, and says in which unit the prices of its ticker are quoted."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from reference.models import Instrument
from rest import instants
from trades.models import Trade

from .book import ACTIONS, POSITIONS, book, position

pytestmark = pytest.mark.django_db


def told(found: dict[str, Any]) -> tuple[str, str]:
    return found["currency"], found["quoted_in"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("booked", "currency", "quoted_in"),
    [
        (["USD"], "USD", "USD"),
        (["GBX"], "GBP", "GBX"),
        (["ZAC"], "ZAR", "ZAC"),
        (["ILA"], "ILS", "ILA"),
        (["GBX", "GBP"], "GBP", "GBP"),
        (["GBP", "GBX"], "GBP", "GBX"),
    ],
)
def test_prices_are_in_the_currency_of_the_newest_trade(
    api: APIClient, method: str, booked: list[str], currency: str, quoted_in: str
) -> None:
    for minutes, one in enumerate(booked):
        book([("buy", "1", "72.5")], minutes=minutes, currency=one)
    assert told(position(api, method)) == (currency, quoted_in)


@pytest.mark.parametrize("method", METHODS)
def test_the_newest_is_so_by_its_timestamp(api: APIClient, method: str) -> None:
    book([("buy", "1", "72.5")], minutes=1, currency="GBX")
    book([("buy", "1", "0.7")], currency="GBP")
    assert told(position(api, method)) == ("GBP", "GBX")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("said", "booked", "quoted_in"),
    [("GBX", "GBP", "GBX"), ("GBP", "GBX", "GBP"), (None, "GBX", "GBX"), ("USD", "GBX", "GBX"), ("ZAC", "GBP", "GBP")],
)
def test_the_instrument_knows_better_if_it_is_of_that_currency(
    api: APIClient, method: str, said: str | None, booked: str, quoted_in: str
) -> None:
    Instrument.objects.create(ticker="AAPL", currency_id=said)
    book([("buy", "1", "72.5")], currency=booked)
    assert told(position(api, method)) == ("GBP", quoted_in)


@pytest.mark.parametrize("method", METHODS)
def test_positions_of_one_ticker_have_their_own(api: APIClient, method: str) -> None:
    Instrument.objects.create(ticker="AAPL", currency_id="GBX")
    for currency in ("GBP", "USD", "ZAC"):
        book([("buy", "1", "72.5")], currency=currency)
    found = api.get(POSITIONS, {"method": method}).json()["results"]
    assert [told(one) for one in found] == [("GBP", "GBX"), ("USD", "USD"), ("ZAR", "ZAC")]


@pytest.mark.parametrize("method", METHODS)
def test_so_have_those_of_accounts(api: APIClient, method: str) -> None:
    api.post("/api/accounts/", {"name": "broker", "currency": "GBP"})
    for account, currency in (("main", "GBX"), ("broker", "GBP")):
        trade = {"ticker": "VOD", "side": "buy", "quantity": "1", "price": "72.5"}
        api.post("/api/trades/", trade | {"account": account, "currency": currency})
    found = api.get(POSITIONS, {"method": method, "group": "account"}).json()["results"]
    assert [(one["account"], *told(one)) for one in found] == [("broker", "GBP", "GBP"), ("main", "GBP", "GBX")]


@pytest.mark.parametrize("method", METHODS)
def test_after_a_rename_it_is_what_is_said_of_the_new_ticker(api: APIClient, method: str) -> None:
    book([("buy", "1", "72.5")], "OLD", currency="GBX")
    rename = {"kind": "rename", "ticker": "OLD", "to": "NEW", "timestamp": "2025-06-07T00:00:00Z"}
    assert api.post(ACTIONS, rename).status_code == 201
    assert told(position(api, method)) == ("GBP", "GBX")
    Instrument.objects.create(ticker="NEW", currency_id="GBP")
    assert told(position(api, method)) == ("GBP", "GBP")


def test_a_book_of_the_past_has_the_newest_trade_of_then(api: APIClient) -> None:
    book([("buy", "1", "72.5")], currency="GBX")
    then = instants.render(Trade.objects.get().updated_at)
    book([("buy", "1", "0.7")], minutes=1, currency="GBP")
    assert told(position(api)) == ("GBP", "GBP")
    assert told(position(api, as_of=then)) == ("GBP", "GBX")
