"""An instrument's address is its ticker, percent-encoded; lists are pages in the order of tickers."""

from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from reference.models import Instrument
from rest.bodies import JSON

from .tickers import CALL, INSTRUMENTS, add, address_of

pytestmark = pytest.mark.django_db
ODD = [
    "ETH/USD", "/ESM5", "A/", "/", "A//B", CALL, "BRK B", "A#B", "A?B=C", "A%B", "A%2FB", "100%", "BF+B", "M&M", "^GSPC",
    "BRK.B", "A=B", "[A]", "BINANCE:BTCUSDT", "~A", "$A", "(A)*!", "{A|B}", "A@B", "_A",
]  # fmt: skip


@pytest.mark.parametrize("ticker", ODD)
def test_any_ticker_has_an_address(api: APIClient, ticker: str) -> None:
    Instrument.objects.create(ticker="A")
    created = api.post(INSTRUMENTS, {"ticker": ticker, "name": "odd"})
    assert created["Location"] == f"http://testserver{INSTRUMENTS}{quote(ticker, safe='')}/"
    assert api.get(created["Location"]).json() == created.json()
    assert api.patch(created["Location"], {"name": "changed"}).json()["ticker"] == ticker
    assert api.delete(created["Location"]).status_code == 204
    assert [one.ticker for one in Instrument.objects.all()] == ["A"]


def test_it_is_spelled_out(api: APIClient) -> None:
    assert api.post(INSTRUMENTS, {"ticker": CALL})["Location"].endswith("/SPY%20%20%20250620C00450000/")
    assert api.post(INSTRUMENTS, {"ticker": "ETH/USD"})["Location"].endswith("/api/instruments/ETH%2FUSD/")


@pytest.mark.parametrize("address", ["eth%2fusd/", "ETH/USD/", "eth%2Fusd", "%20ETH%2FUSD%20/"])
def test_it_is_found_in_any_case_and_without_the_last_slash(api: APIClient, address: str) -> None:
    add(api, ticker="ETH/USD")
    assert api.get(INSTRUMENTS + address).json()["ticker"] == "ETH/USD"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["NONE/", "A%00B/", "A;B/", "%C3%A9/", "%FF/", "A%0AB/", f"{'A' * 65}/", "%20/"])
def test_what_is_none_is_not_found(api: APIClient, method: str, address: str) -> None:
    assert api.generic(method, INSTRUMENTS + address, '{"ticker": "AAPL"}', JSON).status_code == 404


def tickers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["ticker"] for one in answer.json()["results"]]


def test_pages_follow_each_other_in_the_order_of_tickers(api: APIClient) -> None:
    Instrument.objects.bulk_create(Instrument(ticker=ticker) for ticker in ("C", "A", "E", "B/A", "D"))
    page, found = api.get(INSTRUMENTS, {"page_size": 2}), []
    while page.json()["next"]:
        found.append(tickers(page))
        page = api.get(page.json()["next"])
    assert [*found, tickers(page)] == [["A", "B/A"], ["C", "D"], ["E"]]


def test_a_page_that_is_full_and_the_last_has_no_next(api: APIClient) -> None:
    Instrument.objects.create(ticker="A")
    assert api.get(INSTRUMENTS, {"page_size": 1}).json()["next"] is None
    assert list(api.get(INSTRUMENTS).json()) == ["next", "results"]


def test_filters_go_along_with_pages(api: APIClient) -> None:
    for ticker, kind in (("A", "share"), ("B", "fund"), ("C", "share"), ("D", "share")):
        Instrument.objects.create(ticker=ticker, kind=kind)
    page = api.get(INSTRUMENTS, {"kind": "SHARE", "page_size": 2, "ticker": "a,b,c,d"})
    assert tickers(page) == ["A", "C"]
    assert tickers(api.get(page.json()["next"])) == ["D"]
    assert tickers(api.get(INSTRUMENTS, {"ticker": "b,X"})) == ["B"]
    assert tickers(api.get(INSTRUMENTS, {"ticker": "", "kind": ""})) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("parameters", "field", "message"),
    [
        ({"kind": "stock"}, "kind", "Must be one of share, fund"),
        ({"page_size": 1001}, "page_size", "Must be a whole number from 1 to 1000."),
        ({"cursor": ""}, "cursor", "Must be a cursor of an answer"),
        ({"cursor": "QQ:x"}, "cursor", "Must be a cursor of an answer"),
        ({"ticker": "A;B"}, "ticker", "Must be printable ASCII"),
        ({"ordering": "ticker"}, "ordering", "Unknown parameter"),
        ({"name": "A"}, "name", "Unknown parameter"),
    ],
)
def test_a_wrong_parameter_is_named(api: APIClient, parameters: dict[str, Any], field: str, message: str) -> None:
    answer = api.get(INSTRUMENTS, parameters)
    assert answer.status_code == 400
    assert answer.json()[field][0].startswith(message)


def test_one_takes_no_parameters(api: APIClient) -> None:
    add(api, ticker="A")
    assert api.get(address_of("A"), {"kind": "share"}).status_code == 400


def test_a_page_takes_one_query(api: APIClient, django_assert_num_queries: Any) -> None:
    for ticker in ("A", "B", "C"):
        add(api, ticker=ticker, currency="USD", base_asset="ETH")
    with django_assert_num_queries(1):
        assert tickers(api.get(INSTRUMENTS)) == ["A", "B", "C"]
