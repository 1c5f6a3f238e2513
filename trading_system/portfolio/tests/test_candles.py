"""Candles: what the trades of each interval amount to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from rest import instants
from trades.models import Trade

from . import oracle
from .book import CANDLES, FIRST, book

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
LENGTHS = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}  # minutes


def candles(api: APIClient, **parameters: Any) -> list[dict[str, Any]]:
    answer = api.get(CANDLES, {"ticker": "AAPL", **parameters})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def at(*moments: datetime) -> None:
    Trade.objects.bulk_create(
        Trade(ticker="AAPL", side="buy", quantity=1, price=i + 1, timestamp=moment) for i, moment in enumerate(moments)
    )


def test_a_candle_has_what_its_trades_have(api: APIClient) -> None:
    book([("buy", "1", "10.0"), ("sell", "2", "12"), ("buy", "1", "9"), ("buy", "4", "11.50")])
    assert candles(api, interval="5m") == [
        {
            "timestamp": "2025-06-06T20:00:00Z", "open": "10.0", "high": "12", "low": "9", "close": "11.50",
            "volume": "8", "vwap": "11.125", "count": 4,
        }
    ]  # fmt: skip


@settings(max_examples=60)
@given(
    trades=st.lists(
        st.tuples(st.integers(0, 7200), st.decimals("0.00000001", "99", places=8), st.decimals("0.01", "99", places=2)),
        min_size=1,
        max_size=30,
    ),
    interval=st.sampled_from(sorted(LENGTHS)),
)
def test_they_are_what_a_loop_finds(api: APIClient, trades: list[tuple[int, Decimal, Decimal]], interval: str) -> None:
    Trade.objects.all().delete()
    placed = [(FIRST + timedelta(seconds=second), f"{quantity:f}", f"{price:f}") for second, quantity, price in trades]
    Trade.objects.bulk_create(
        Trade(ticker="AAPL", side="buy", quantity=quantity, price=price, timestamp=moment)
        for moment, quantity, price in placed
    )
    step = timedelta(minutes=LENGTHS[interval])
    begins = [FIRST + i * step for i in range(7200 // (60 * LENGTHS[interval]) + 2)]
    found = candles(api, interval=interval)
    expected = oracle.candles(sorted(placed, key=lambda trade: trade[0]), begins)
    assert [candle["timestamp"] for candle in found] == [instants.render(candle["timestamp"]) for candle in expected]
    for got, exact in zip(found, expected, strict=True):
        assert {
            name: Fraction(got[name]) for name in ("open", "high", "low", "close", "volume")
        }.items() <= exact.items()
        assert abs(Fraction(got["vwap"]) - exact["vwap"]) <= exact["vwap"] / 10**27
        assert got["count"] == exact["count"]


def test_open_and_close_at_one_instant_go_by_id(api: APIClient) -> None:
    at(FIRST, FIRST, FIRST)
    [candle] = candles(api, interval="1m")
    assert (candle["open"], candle["close"]) == ("1", "3")


def test_days_begin_at_midnight_where_somebody_is(api: APIClient) -> None:
    """Also where a day has 23 or 25 hours."""
    shorter, longer = datetime(2025, 3, 30, tzinfo=BERLIN), datetime(2025, 10, 26, tzinfo=BERLIN)
    for day in (shorter, longer):
        end = (day + timedelta(days=1)).astimezone(UTC)
        at(day.astimezone(UTC), end - timedelta(microseconds=1), end)
    found = candles(api, interval="1d", tz="Europe/Berlin")
    assert [(candle["timestamp"], candle["count"]) for candle in found] == [
        ("2025-03-29T23:00:00Z", 2),
        ("2025-03-30T22:00:00Z", 1),
        ("2025-10-25T22:00:00Z", 2),
        ("2025-10-26T23:00:00Z", 1),
    ]
    assert len(candles(api, interval="1d")) == 4


def test_a_day_whose_midnight_clocks_show_twice_begins_with_the_first(api: APIClient) -> None:
    """Havana goes from one o'clock back to midnight; PostgreSQL alone would take the second for the day's begin."""
    at(*(datetime(2024, 11, 3, hour, 30, tzinfo=UTC) for hour in (3, 4, 12)))
    asked = {"interval": "1d", "tz": "America/Havana"}
    saturday, sunday = candles(api, **asked)
    assert (saturday["timestamp"], saturday["count"]) == ("2024-11-02T04:00:00Z", 1)
    assert (sunday["timestamp"], sunday["count"]) == ("2024-11-03T04:00:00Z", 2)
    newest = api.get(CANDLES, {"ticker": "AAPL", "limit": "1", **asked}).json()
    assert newest["results"] == [sunday]
    assert api.get(newest["previous"]).json()["results"] == [saturday]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_a_day_that_began_before_the_year_1_is_cut_off_there(api: APIClient, zone: str) -> None:
    at(datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 20, tzinfo=UTC))
    found = candles(api, interval="1d", tz=zone)
    assert found[0]["timestamp"] == "0001-01-01T00:00:00Z"
    assert sum(candle["count"] for candle in found) == 2


def test_the_newest_come_first_and_lead_to_those_before(api: APIClient) -> None:
    at(*(FIRST + timedelta(minutes=i) for i in range(7)))
    pages, url = [], f"{CANDLES}?ticker=AAPL&interval=1m&limit=3"
    while url:
        answer = api.get(url).json()
        pages.append([candle["open"] for candle in answer["results"]])
        url = answer["previous"]
    assert pages == [["5", "6", "7"], ["2", "3", "4"], ["1"]]


def test_they_are_bounded_by_dates_and_of_one_book(api: APIClient) -> None:
    at(*(FIRST + timedelta(minutes=i) for i in range(4)))
    book([("buy", "1", "99")], "MSFT")
    bounds = {"start_date": "2025-06-06T20:01:00Z", "end_date": "2025-06-06T20:02:00Z"}
    assert [candle["open"] for candle in candles(api, interval="1m", **bounds)] == ["2", "3"]
    assert candles(api, as_of="2025-06-06T20:02:00Z") == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"ticker": ""}, "ticker"), ({"ticker": "A,B"}, "ticker"), ({"interval": "2m"}, "interval"), ({"limit": "0"}, "limit"), ({"limit": "5001"}, "limit"),
        ({"limit": "٣"}, "limit"), ({"page_size": "3"}, "page_size"), ({"side": "buy"}, "side"), ({"start_date": "x"}, "start_date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(api: APIClient, parameters: dict[str, str], field: str) -> None:
    answer = api.get(CANDLES, {"ticker": "AAPL", **parameters})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_as_many_queries_whatever_there_is(api: APIClient) -> None:
    at(*(FIRST + timedelta(minutes=i) for i in range(9)))
    with CaptureQueriesContext(connection) as queries:
        candles(api, interval="1m")
    assert len(queries) == 4  # accounts, what happened to the ticker, its currency, and its candles
