"""GET /api/lots/: which lots there are, and what is told of each."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from portfolio.models import CorporateAction
from trades.models import Trade

from .book import FIRST, LOTS, Fill, book, lots

pytestmark = pytest.mark.django_db
DEAREST: list[Fill] = [("buy", "10", "5"), ("buy", "10", "9"), ("buy", "10", "7"), ("sell", "15", "8")]


def ids() -> list[int]:
    """Of the trades, in their order."""
    return list(Trade.objects.order_by("timestamp", "id").values_list("id", flat=True))


def told(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(lot[name] for name in names) for lot in found]


def test_a_closed_lot_says_what_was_acquired_and_disposed_of(api: APIClient) -> None:
    book([("buy", "10", "170.25"), ("sell", "4", "174.5")], fee="0.5")
    bought, sold = ids()
    assert lots(api) == [
        {
            "ticker": "AAPL",
            "currency": "USD",
            "multiplier": "1",
            "quantity": "4",
            "acquired_at": "2025-06-06T20:00:00Z",
            "opened_by": bought,
            "disposed_at": "2025-06-06T20:01:00Z",
            "closed_by": sold,
            "days_held": 0,
            "proceeds": "698",
            "basis": "681",
            "fees": "0.7",
            "profit": "17",
            "profit_after_fees": "16.3",
        }
    ]


def test_an_open_lot_says_what_is_left_of_it(api: APIClient) -> None:
    book([("buy", "10", "170.25"), ("sell", "4", "174.5")], fee="0.5")
    expected = [
        {
            "ticker": "AAPL",
            "currency": "USD",
            "multiplier": "1",
            "quantity": "6",
            "acquired_at": "2025-06-06T20:00:00Z",
            "opened_by": ids()[0],
            "price": "170.25",
            "basis": "1021.5",
            "fees": "0.3",
        }
    ]
    assert lots(api, "open") == expected
    assert api.get(LOTS).json() == {"state": "open", "method": "fifo", "next": None, "results": expected}


@pytest.mark.parametrize(
    ("method", "closed", "left"),
    [
        ("fifo", [(0, "10", "30"), (1, "5", "-5")], [(1, "5"), (2, "10")]),
        ("lifo", [(2, "10", "10"), (1, "5", "-5")], [(0, "10"), (1, "5")]),
        ("hifo", [(1, "10", "-10"), (2, "5", "5")], [(0, "10"), (2, "5")]),
    ],
)
def test_the_method_says_which_lots_are_closed(api: APIClient, method: str, closed: list[Any], left: list[Any]) -> None:
    book(DEAREST)
    trades = ids()
    found = told(lots(api, method=method), "opened_by", "quantity", "profit")
    assert found == [(trades[number], *more) for number, *more in closed]
    found = told(lots(api, "open", method=method), "opened_by", "quantity")
    assert found == [(trades[number], *more) for number, *more in left]


def test_no_single_trade_has_opened_a_lot_at_average_cost(api: APIClient) -> None:
    book(DEAREST)
    [closed], [held] = lots(api, method="average"), lots(api, "open", method="average")
    assert [closed[name] for name in ("acquired_at", "opened_by", "days_held")] == [None] * 3
    assert [closed[name] for name in ("quantity", "proceeds", "basis", "profit")] == ["15", "120", "105", "15"]
    assert [held[name] for name in ("acquired_at", "opened_by")] == [None] * 2
    assert [held[name] for name in ("quantity", "price", "basis")] == ["15", "7", "105"]


def test_a_lot_that_is_sold_in_parts_is_told_part_by_part(api: APIClient) -> None:
    book([("buy", "3", "10")], fee="1")
    book([("sell", "1", "20")] * 3, minutes=1)
    third = "0.333333333333333333"
    assert told(lots(api), "quantity", "fees") == [("1", third), ("1", f"{third[:-1]}4"), ("1", third)]
    assert lots(api, "open") == []


def test_a_trade_that_goes_through_zero_closes_one_lot_and_opens_another(api: APIClient) -> None:
    book([("buy", "10", "100"), ("sell", "25", "110")])
    bought, sold = ids()
    assert told(lots(api), "quantity", "opened_by", "closed_by") == [("10", bought, sold)]
    assert told(lots(api, "open"), "quantity", "opened_by", "price", "basis") == [("-15", sold, "110", "-1650")]


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo"])
def test_units_sold_short_are_disposed_of_when_they_are_bought_back(api: APIClient, method: str) -> None:
    book([("sell", "10", "60"), ("buy", "4", "50")])
    sold, bought = ids()
    [found] = lots(api, method=method)
    assert (found["acquired_at"], found["opened_by"]) == ("2025-06-06T20:00:00Z", sold)
    assert (found["disposed_at"], found["closed_by"]) == ("2025-06-06T20:01:00Z", bought)
    assert [found[name] for name in ("quantity", "proceeds", "basis", "profit")] == ["-4", "240", "200", "40"]


def test_a_contract_of_an_option_is_100_units(api: APIClient) -> None:
    book([("buy", "2", "1.20"), ("sell", "1", "1.50")], "SPY   250620C00450000", fee="1")
    [closed], [held] = lots(api), lots(api, "open")
    assert [closed[name] for name in ("multiplier", "proceeds", "basis", "profit")] == ["100", "150", "120", "30"]
    assert (closed["fees"], closed["profit_after_fees"]) == ("1.5", "28.5")
    assert [held[name] for name in ("quantity", "price", "basis", "fees")] == ["1", "1.2", "120", "0.5"]


def test_all_is_in_units_of_today(api: APIClient) -> None:
    book([("buy", "10", "800")], "FB")
    book([("sell", "30", "210")], "META", minutes=2)
    at = FIRST + timedelta(minutes=1)
    CorporateAction.objects.create(kind="split", ticker="FB", timestamp=at - timedelta(seconds=1), new=4, old=1)
    CorporateAction.objects.create(kind="rename", ticker="FB", timestamp=at, to="META")
    assert told(lots(api), "ticker", "quantity", "basis", "profit") == [("META", "30", "6000", "300")]
    assert told(lots(api, "open"), "ticker", "quantity", "price", "basis") == [("META", "10", "200", "2000")]
    assert lots(api, ticker="FB") == []
    assert lots(api, ticker="META") == lots(api)


@pytest.mark.parametrize("state", ["open", "closed"])
def test_tickers_are_in_the_order_of_their_names(api: APIClient, state: str) -> None:
    for ticker in ("MSFT", "A.B", "AB", "A-B"):
        book([("buy", "2", "5"), ("sell", "1", "5")], ticker)
    assert told(lots(api, state), "ticker") == [("A-B",), ("A.B",), ("AB",), ("MSFT",)]
    assert told(lots(api, state, ticker="msft,AB"), "ticker") == [("AB",), ("MSFT",)]


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"state": "sold"}, ["state"]), ({"state": ""}, ["state"]), ({"method": "best"}, ["method"]), ({"side": "buy"}, ["side"]),
        ({"start_date": "2025-01-01"}, ["start_date"]), ({"disposed_from": "2025-01-01"}, ["disposed_from"]),
        ({"state": "open", "disposed_from": "2025-01-01", "disposed_to": "2025-01-01"}, ["disposed_from", "disposed_to"]),
        ({"state": "closed", "disposed_from": "2025"}, ["disposed_from"]), ({"state": "closed", "disposed_to": "2025-02-30"}, ["disposed_to"]),
        ({"state": "closed", "disposed_from": "2025-01-02", "disposed_to": "2025-01-01"}, ["disposed_from"]), ({"tz": "Berlin"}, ["tz"]),
        ({"page_size": "0"}, ["page_size"]), ({"page_size": "1001"}, ["page_size"]), ({"ordering": "timestamp"}, ["ordering"]),
        ({"ticker": "A;B"}, ["ticker"]), ({"as_of": "soon"}, ["as_of"]), ({"format": "xml"}, ["format"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(api: APIClient, parameters: dict[str, str], wrong: list[str]) -> None:
    answer = api.get(LOTS, parameters)
    assert (answer.status_code, answer["Content-Type"], list(answer.json())) == (400, "application/json", wrong)


@pytest.mark.parametrize("method", METHODS)
def test_as_many_queries_whatever_there_is(api: APIClient, method: str) -> None:
    counts = []
    for number in range(2):
        book([("buy", "1", "5"), ("sell", "1", "5")] * 20, str(number))
        with CaptureQueriesContext(connection) as queries:
            lots(api, method=method)
        counts.append(len(queries))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 6  # of which two are of the test's own transaction


def test_a_browser_gets_a_page(api: APIClient) -> None:
    book([("buy", "1", "5")])
    assert "acquired_at" in api.get(LOTS, headers={"Accept": "text/html"}).content.decode()
