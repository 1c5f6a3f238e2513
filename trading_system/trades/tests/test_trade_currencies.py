"""What prices and fees are in."""

import pytest
from django.db import connection
from rest_framework.test import APIClient

from reference.models import Account, Instrument
from trades.models import Trade

from .book import TRADE, URL, record

pytestmark = pytest.mark.django_db


def currencies(api: APIClient, **given: str) -> tuple[str, str]:
    answer = api.post(URL, TRADE | given)
    assert answer.status_code == 201, answer.content
    return answer.json()["currency"], answer.json()["fee_currency"]


def test_a_trade_that_does_not_say_is_in_its_accounts_currency(api: APIClient) -> None:
    Account.objects.create(name="zurich", currency_id="CHF")
    assert currencies(api) == ("USD", "USD")
    assert currencies(api, account="zurich") == ("CHF", "CHF")


def test_the_instrument_knows_better_than_the_account(api: APIClient) -> None:
    Instrument.objects.create(ticker="NESN", currency_id="CHF")
    assert currencies(api, ticker="NESN") == ("CHF", "CHF")


@pytest.mark.parametrize(
    ("ticker", "currency"),
    [
        ("XRP-ETH", "ETH"),
        ("BTC/EUR", "EUR"),
        ("EUR_CHF", "CHF"),
        ("BRK-B", "USD"),
        ("XRP-XRP", "USD"),
        ("A/B-C", "USD"),
    ],
)
def test_a_pair_says_what_it_is_quoted_in(api: APIClient, ticker: str, currency: str) -> None:
    assert currencies(api, ticker=ticker) == (currency, currency)


def test_what_is_said_is_kept(api: APIClient) -> None:
    assert currencies(api, ticker="ETH-USD", currency="EUR", fee_currency="ETH") == ("EUR", "ETH")


@pytest.mark.parametrize(
    ("given", "kept"), [("usd", "USD"), (" eur ", "EUR"), ("GBp", "GBX"), ("gbp", "GBP"), ("BGN", "BGN")]
)
def test_case_matters_only_where_pence_are_meant(api: APIClient, given: str, kept: str) -> None:
    assert currencies(api, currency=given)[0] == kept


def test_a_fee_is_in_the_major_unit_of_a_price_in_pence(api: APIClient) -> None:
    assert currencies(api, currency="GBX") == ("GBX", "GBP")
    assert currencies(api, currency="GBX", fee_currency="GBX") == ("GBX", "GBX")


@pytest.mark.parametrize("field", ["currency", "fee_currency"])
def test_an_unknown_currency_is_named(api: APIClient, field: str) -> None:
    answer = api.post(URL, TRADE | {field: "QQQ"})
    assert answer.status_code == 400
    assert answer.json()[field] == ["Unknown currency: QQQ."]


@pytest.mark.parametrize("wrong", ["", "$", "US DOLLAR", "A" * 13, 5, None])
def test_what_is_no_currencys_code_is_refused(api: APIClient, wrong: object) -> None:
    answer = api.post(URL, TRADE | {"currency": wrong})
    assert answer.status_code == 400
    assert "currency" in answer.json()


def test_a_currency_can_be_changed_into_another(api: APIClient, url: str) -> None:
    assert api.patch(url, {"currency": "chf"}).json()["currency"] == "CHF"
    assert api.patch(url, {"currency": "QQQ"}).json()["currency"] == ["Unknown currency: QQQ."]


def test_trades_of_sql_get_their_currency_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trades_trade (ticker, price, quantity, side) VALUES ('XRP-ETH', 1, 1, 'buy') RETURNING currency"
        )
        assert cursor.fetchone() == ("ETH",)
    [trade] = record(Trade.objects.get().timestamp, ticker="ETH-BTC")
    trade.refresh_from_db()
    assert trade.currency == "BTC"


def test_the_summary_adds_up_what_is_in_one_currency(api: APIClient) -> None:
    currencies(api, currency="EUR")
    currencies(api, currency="USD")
    results = api.get(f"{URL}summary/").json()["results"]
    assert [(one["ticker"], one["currency"], one["notional"]) for one in results] == [
        ("AAPL", "EUR", "1702.50"),
        ("AAPL", "USD", "1702.50"),
    ]
