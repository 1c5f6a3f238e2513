"""GET /api/trades/summary/"""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades import summary
from trades.models import Trade

from .book import FIRST, URL, record

pytestmark = pytest.mark.django_db
SUMMARY = f"{URL}summary/"


def test_of_no_trades_it_is_empty(api: APIClient) -> None:
    assert api.get(SUMMARY).json() == {"count": 0, "results": []}


def test_it_adds_up_what_was_traded(api: APIClient) -> None:
    second = timedelta(seconds=1)
    record(FIRST, price="10.10", quantity="2")
    record(FIRST + second, price="12", quantity="1.5", side="sell")
    record(FIRST + second, price="11", quantity="0.50")
    record(FIRST, ticker="MSFT", price="3", quantity="3")
    assert api.get(SUMMARY).json() == {
        "count": 4,
        "results": [
            {
                "ticker": "AAPL",
                "currency": "USD",
                "count": 3,
                "volume": "4.00",
                "notional": "43.70",
                "vwap": "10.925",
                "high": "12",
                "low": "10.10",
                "first": {"price": "10.10", "timestamp": "2025-06-01T00:00:00Z"},
                "last": {"price": "11", "timestamp": "2025-06-01T00:00:01Z"},
                "buys": {"count": 2, "volume": "2.50"},
                "sells": {"count": 1, "volume": "1.5"},
            },
            {
                "ticker": "MSFT",
                "currency": "USD",
                "count": 1,
                "volume": "3",
                "notional": "9",
                "vwap": "3",
                "high": "3",
                "low": "3",
                "first": {"price": "3", "timestamp": "2025-06-01T00:00:00Z"},
                "last": {"price": "3", "timestamp": "2025-06-01T00:00:00Z"},
                "buys": {"count": 1, "volume": "3"},
                "sells": {"count": 0, "volume": "0"},
            },
        ],
    }


amounts = st.decimals("1e-18", "99999999999999999999.999999999999999999", places=18)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("AB"), amounts, amounts), min_size=1, max_size=12))
def test_its_sums_are_exact(trades: list[tuple[str, Decimal, Decimal]]) -> None:
    Trade.objects.all().delete()
    for number, (ticker, price, quantity) in enumerate(trades):
        record(FIRST + timedelta(microseconds=number // 3), ticker=ticker, price=price, quantity=quantity)
    results = ApiClient().get(SUMMARY).json()["results"]
    assert {result["ticker"] for result in results} == {ticker for ticker, _, _ in trades}
    for result in results:
        own = [(price, quantity) for ticker, price, quantity in trades if ticker == result["ticker"]]
        volume = sum(Fraction(quantity) for _, quantity in own)
        notional = sum(Fraction(price) * Fraction(quantity) for price, quantity in own)
        assert (Fraction(result["volume"]), Fraction(result["notional"])) == (volume, notional)
        error = abs(Fraction(result["vwap"]) - notional / volume) / (notional / volume)
        assert error <= Fraction(1, 10**27)
        assert [result["first"]["price"], result["last"]["price"]] == [f"{own[0][0]:f}", f"{own[-1][0]:f}"]
        assert [result["low"], result["high"]] == [f"{edge(own)[0]:f}" for edge in (min, max)]


def test_it_reads_the_filters_and_the_book_as_it_was(api: APIClient, fill: dict[str, Any]) -> None:
    trade = api.post(URL, fill).json()
    record(FIRST, ticker="MSFT")
    api.patch(f"{URL}{trade['id']}/", {"quantity": "11"})

    def volume(**parameters: str) -> list[str]:
        return [result["volume"] for result in api.get(SUMMARY, parameters).json()["results"]]

    assert volume(ticker="AAPL") == ["11"]
    assert volume(ticker="AAPL", as_of=trade["updated_at"]) == ["10"]
    assert volume(ticker="AAPL,MSFT", side="buy", start_date="2025-06-06", tz="Asia/Tokyo") == ["11"]
    assert volume(end_date="2025-06-01") == ["1"]


def test_it_takes_as_many_queries_however_many_tickers(api: APIClient) -> None:
    for number in range(5):
        record(FIRST, ticker=f"T{number}")
    with CaptureQueriesContext(connection) as queries:
        assert len(api.get(SUMMARY).json()["results"]) == 5
    assert len(queries) == 6  # which accounts, how much is not folded, and a transaction for their totals


def test_too_many_tickers_are_an_error(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "MAX_SUMMARY", 2)
    for number in range(3):
        record(FIRST, ticker=f"T{number}")
    assert list(api.get(SUMMARY).json()) == ["ticker"]
    assert api.get(SUMMARY, {"ticker": "T0,T1"}).json()["count"] == 2
