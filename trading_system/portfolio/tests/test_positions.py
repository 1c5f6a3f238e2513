"""What is held, what it cost, and what was earned: worked examples, and the rules around them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from rest import instants
from trades import summary
from trades.models import Trade

from .book import FIRST, POSITIONS, Fill, book, position

pytestmark = pytest.mark.django_db
NAMES = ("quantity", "average_cost", "cost_basis", "realised_profit")


# Each: fills, and quantity, average cost, cost basis, realised profit by either method.
WORKED: dict[str, tuple[list[Fill], tuple[Any, ...], tuple[Any, ...]]] = {
    "a partial sale": (
        [("buy", "100", "10"), ("buy", "100", "20"), ("sell", "150", "30")],
        ("50", "20", "1000", "2500"),
        ("50", "15", "750", "2250"),
    ),
    "a short position": (
        [("sell", "10", "50"), ("sell", "10", "60"), ("buy", "5", "40")],
        ("-15", "56.66666666666666666666666667", "-850", "50"),
        ("-15", "55", "-825", "75"),
    ),
    "a flip through zero": (
        [("buy", "10", "100"), ("sell", "25", "110"), ("buy", "5", "105")],
        ("-10", "110", "-1100", "125"),
        ("-10", "110", "-1100", "125"),
    ),
    "a flip from short to long": (
        [("sell", "4", "10"), ("buy", "6", "9"), ("sell", "1", "12")],
        ("1", "9", "9", "7"),
        ("1", "9", "9", "7"),
    ),
    "a closed position": (
        [("buy", "3", "0.00000001"), ("sell", "3", "0.00000003")],
        ("0", None, "0", "0.00000006"),
        ("0", None, "0", "0.00000006"),
    ),
    "a closed position that is opened again": (
        [("buy", "1", "5"), ("sell", "1", "7"), ("buy", "2", "6")],
        ("2", "6", "12", "2"),
        ("2", "6", "12", "2"),
    ),
    "an average that does not end": (
        [("buy", "1", "1"), ("buy", "2", "2"), ("sell", "1", "3")],
        ("2", "2", "4", "2"),
        ("2", "1.666666666666666666666666667", f"3.{'3' * 48}", f"1.{'3' * 48}"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("method", ["fifo", "average"])
@pytest.mark.parametrize("name", WORKED)
def test_worked_examples(api: APIClient, name: str, method: str) -> None:
    fills, by_fifo, by_average = WORKED[name]
    book(fills)
    found = position(api, method)
    expected = by_fifo if method == "fifo" else by_average
    for field, value in zip(NAMES, expected, strict=True):
        assert found[field] == value, field


def test_section_104_as_its_manual_computes_it(api: APIClient) -> None:
    """1000 shares at 4.00, 500 more at 4.10, and 700 sold at 4.80: the average is 4.0333… (HS284, example 3)."""
    book([("buy", "1000", "4.00"), ("buy", "500", "4.10"), ("sell", "700", "4.80")])
    found = position(api, "average")
    assert found["average_cost"] == "4.033333333333333333333333333"
    assert found["cost_basis"].startswith("3226.666666666666")
    assert found["realised_profit"].startswith("536.666666666666")


@pytest.mark.parametrize("method", METHODS)
def test_fees_and_rebates_are_summed_beside(api: APIClient, method: str) -> None:
    book([("buy", "1", "5")], fee="1.50")
    book([("sell", "1", "7")], fee="-0.25")
    found = position(api, method)
    assert (found["fees"], found["realised_profit"], found["realised_profit_after_fees"]) == ("1.25", "2", "0.75")


@pytest.mark.parametrize("method", METHODS)
def test_fees_of_what_is_held_are_not_realised_yet(api: APIClient, method: str) -> None:
    book([("buy", "4", "5")], fee="1")
    assert position(api, method)["realised_profit_after_fees"] == "0"
    book([("sell", "1", "7")], fee="0.10", minutes=1)
    assert position(api, method)["realised_profit_after_fees"] == "1.65"


DEAREST: list[Fill] = [("buy", "10", "5"), ("buy", "10", "9"), ("buy", "10", "7"), ("sell", "15", "8")]


@pytest.mark.parametrize(("method", "basis", "profit"), [("lifo", "95", "5"), ("hifo", "85", "-5")])
def test_the_newest_or_the_dearest_are_sold_first(api: APIClient, method: str, basis: str, profit: str) -> None:
    book(DEAREST)
    found = position(api, method)
    assert (found["quantity"], found["cost_basis"], found["realised_profit"]) == ("15", basis, profit)
    assert found["last"] == position(api)["last"]


@pytest.mark.parametrize("method", METHODS)
def test_prices_may_be_zero_or_below(api: APIClient, method: str) -> None:
    """An option that expired, and oil in April 2020."""
    book([("buy", "2", "1.20"), ("sell", "2", "0")], "OPTION")
    book([("buy", "1", "-37.63"), ("sell", "1", "10")], "OIL")
    found = {one["ticker"]: one["realised_profit"] for one in api.get(POSITIONS, {"method": method}).json()["results"]}
    assert found == {"OPTION": "-2.4", "OIL": "47.63"}


def test_the_last_trade_is_told_with_its_digits(api: APIClient) -> None:
    book([("buy", "1", "5.10"), ("buy", "1", "4.900")])
    assert position(api)["last"] == {"price": "4.900", "timestamp": "2025-06-06T20:01:00Z"}


def test_trades_at_one_instant_are_in_the_order_of_their_ids(api: APIClient) -> None:
    for price in (1, 2):
        Trade.objects.create(ticker="AAPL", side="buy", quantity=1, price=price, timestamp=FIRST)
    Trade.objects.create(ticker="AAPL", side="sell", quantity=1, price=9, timestamp=FIRST)
    assert position(api)["cost_basis"] == "2"


def test_tickers_are_apart_and_in_the_order_of_their_names(api: APIClient) -> None:
    for ticker in ("MSFT", "A.B", "AB", "A-B"):
        book([("buy", "1", "5")], ticker)
    assert [one["ticker"] for one in api.get(POSITIONS).json()["results"]] == ["A-B", "A.B", "AB", "MSFT"]
    assert [one["ticker"] for one in api.get(POSITIONS, {"ticker": "msft,AB"}).json()["results"]] == ["AB", "MSFT"]


def test_at_the_end_of_a_date(api: APIClient) -> None:
    book([("buy", "1", "5")])
    Trade.objects.create(ticker="AAPL", side="buy", quantity=5, price=1, timestamp=FIRST + timedelta(hours=3))
    assert position(api, end_date="2025-06-06T22:00:00Z")["quantity"] == "1"
    assert position(api, end_date="2025-06-06")["quantity"] == "6"
    assert position(api, end_date="2025-06-06", tz="Europe/Berlin")["quantity"] == "1"


def test_as_the_book_was(api: APIClient) -> None:
    book([("buy", "1", "5")])
    before = instants.render(timezone.now())
    trade = Trade.objects.get()
    trade.quantity = 7
    trade.save()
    assert position(api)["quantity"] == "7"
    assert position(api, as_of=before)["quantity"] == "1"


def test_nothing_is_held_where_nothing_was_traded(api: APIClient) -> None:
    assert api.get(POSITIONS).json() == {"method": "fifo", "results": [], "totals": []}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("method", "best"),
        ("method", ""),
        ("side", "buy"),
        ("start_date", "2025-06-06"),
        ("as_of", "soon"),
        ("tikcer", "A"),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, parameter: str, value: str) -> None:
    answer = api.get(POSITIONS, {parameter: value})
    assert (answer.status_code, list(answer.json())) == (400, [parameter])


@pytest.mark.parametrize("method", METHODS)
def test_as_many_queries_whatever_there_is(api: APIClient, method: str) -> None:
    counts = []
    for number in range(2):
        book([("buy", "1", "5")] * 20, str(number))
        with CaptureQueriesContext(connection) as queries:
            api.get(POSITIONS, {"method": method})
        counts.append(len(queries))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 8  # of which four begin and end transactions


def test_too_many_tickers_are_an_error(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.positions.MAX_SUMMARY", 1)
    for ticker in ("A", "B"):
        book([("buy", "1", "5")], ticker)
    assert api.get(POSITIONS).json() == {"ticker": ["An answer has at most 1 positions; choose some by ticker."]}
    assert summary.MAX_SUMMARY == 10_000


def test_a_browser_gets_a_page(api: APIClient) -> None:
    book([("buy", "1", "5")])
    assert "realised_profit" in api.get(POSITIONS, headers={"Accept": "text/html"}).content.decode()
