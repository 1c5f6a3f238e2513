"""The last price of each ticker, and the last one of the day before, which the day's change is counted from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from market import prices
from market.models import Candle
from rest import instants

from .seen import PRICES, keep, minute

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 6, 10, 3, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def told(api: APIClient, **parameters: Any) -> list[dict[str, Any]]:
    answer = api.get(PRICES, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_the_newest_close_is_the_price_and_an_older_one_never(api: APIClient) -> None:
    today = NOW - timedelta(minutes=2)
    keep(minute(today, "12.50"))
    keep(minute(today - timedelta(minutes=1), "11"))
    assert told(api) == [
        {"ticker": "AAPL", "price": "12.50", "timestamp": instants.render(today + timedelta(seconds=59)),
         "previous_close": None, "previous_timestamp": None}
    ]  # fmt: skip


def test_the_day_before_ends_at_midnight_where_somebody_is(api: APIClient) -> None:
    for hours, price in ((30, "1"), (4, "2"), (1, "3")):
        keep(minute(NOW - timedelta(hours=hours), price))
    closes = {zone: told(api, tz=zone)[0]["previous_close"] for zone in ("UTC", "Europe/Berlin", "America/New_York")}
    assert closes == {"UTC": "2", "Europe/Berlin": "1", "America/New_York": "1"}


def test_a_price_outlives_its_candle(api: APIClient) -> None:
    keep(minute(NOW, "12"))
    Candle.objects.all().delete()
    assert [one["price"] for one in told(api)] == ["12"]


def test_those_that_are_asked_for(api: APIClient) -> None:
    keep(*(minute(NOW, ticker=ticker) for ticker in "CAB"))
    assert [one["ticker"] for one in told(api)] == ["A", "B", "C"]
    for several in (["c", "A", "Z"], "c,A,Z"):
        assert [one["ticker"] for one in told(api, ticker=several)] == ["A", "C"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"ticker": "A,"}, "ticker"), ({"tz": "Mars"}, "tz"), ({"tz": ["UTC", "UTC"]}, "tz"), ({"day": "1"}, "day")],
)
def test_what_is_wrong_is_named(api: APIClient, parameters: dict[str, Any], field: str) -> None:
    answer = api.get(PRICES, parameters)
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_more_than_an_answer_has_are_not_cut_off(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(*(minute(NOW, ticker=ticker) for ticker in "ABC"))
    monkeypatch.setattr(prices, "MAX_PRICES", 2)
    assert api.get(PRICES).json() == {"ticker": ["An answer has at most 2 prices; choose some by ticker."]}
    assert len(told(api, ticker="A,B")) == 2


def test_one_query_whatever_there_is(api: APIClient) -> None:
    for ticker in "AB":
        keep(minute(NOW, ticker=ticker))
        with CaptureQueriesContext(connection) as queries:
            told(api)
        assert len(queries) == 1
