"""Candles of the market: what the minutes of each interval amount to."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from market.models import Candle
from rest import instants
from rest.tests.clients import ApiClient

from .seen import BEGIN, CANDLE, CANDLES, MINUTE, keep, minute

pytestmark = pytest.mark.django_db
LENGTHS = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}


def candles(api: APIClient, **parameters: Any) -> list[dict[str, Any]]:
    answer = api.get(CANDLES, {"ticker": "AAPL", **parameters})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_a_minute_is_answered_as_it_was_sent(api: APIClient) -> None:
    keep(CANDLE, CANDLE | {"ticker": "MSFT"})
    told = {name: value for name, value in CANDLE.items() if name not in ("ticker", "first", "last")}
    assert candles(api, interval="1m") == [told]


def test_an_interval_has_what_its_minutes_have(api: APIClient) -> None:
    keep(
        minute(BEGIN, "10.0"),
        minute(BEGIN + MINUTE, "12", volume=None, gap=True),
        minute(BEGIN + 2 * MINUTE, "9", ticks=5, volume="0.25"),
    )
    assert candles(api, interval="5m") == [
        {"timestamp": "2025-06-06T20:00:00Z", "open": "10.0", "high": "12", "low": "9", "close": "9", "volume": "1.25",
         "ticks": 9, "gap": True}
    ]  # fmt: skip


def test_without_a_quantity_there_is_no_volume(api: APIClient) -> None:
    keep(minute(BEGIN, volume=None), minute(BEGIN + MINUTE, volume=None))
    assert [one["volume"] for one in candles(api, interval="1h")] == [None]


@settings(max_examples=40)
@given(
    minutes=st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 9)), min_size=1, max_size=40, unique_by=lambda m: m[0]
    ),
    interval=st.sampled_from(sorted(LENGTHS)),
    limit=st.integers(1, 6),
)
def test_they_are_what_a_loop_finds(minutes: list[tuple[int, int]], interval: str, limit: int) -> None:
    Candle.objects.all().delete()
    keep(*(minute(BEGIN + number * MINUTE, f"{price}") for number, price in minutes))
    groups: dict[datetime, list[int]] = {}
    for number, price in sorted(minutes):
        groups.setdefault(BEGIN + number // LENGTHS[interval] * LENGTHS[interval] * MINUTE, []).append(price)
    expected = [
        (instants.render(begin), prices[0], max(prices), min(prices), prices[-1], len(prices))
        for begin, prices in groups.items()
    ][-limit:]
    assert [
        (one["timestamp"], *(int(one[name]) for name in ("open", "high", "low", "close", "volume")))
        for one in candles(ApiClient(), interval=interval, limit=limit)
    ] == expected


def test_days_begin_at_midnight_where_somebody_is(api: APIClient) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    autumn = datetime(2025, 10, 26, tzinfo=berlin)  # of 25 hours
    keep(*(minute(autumn + timedelta(hours=hour), f"{hour + 2}") for hour in (-1, 0, 23)))
    found = candles(api, interval="1d", tz="Europe/Berlin")
    assert [(one["timestamp"], one["open"], one["close"]) for one in found] == [
        ("2025-10-24T22:00:00Z", "1", "1"), ("2025-10-25T22:00:00Z", "2", "25"),
    ]  # fmt: skip


def test_the_newest_lead_to_those_before(api: APIClient) -> None:
    keep(*(minute(BEGIN + number * MINUTE, f"{number + 1}") for number in range(5)))
    answer = api.get(CANDLES, {"ticker": "AAPL", "interval": "1m", "limit": 2}).json()
    found = []
    while answer["previous"]:
        found[:0] = [one["open"] for one in answer["results"]]
        answer = api.get(answer["previous"]).json()
    assert [*[one["open"] for one in answer["results"]], *found] == ["1", "2", "3", "4", "5"]


def test_they_are_bounded_by_dates(api: APIClient) -> None:
    keep(*(minute(BEGIN + number * timedelta(days=1)) for number in range(3)))
    assert len(candles(api, interval="1m", start_date="2025-06-07", end_date="2025-06-07")) == 1


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"ticker": "A,B"}, "ticker"), ({"ticker": ""}, "ticker"), ({"interval": "2m"}, "interval"),
        ({"limit": "5001"}, "limit"), ({"tz": "Mars"}, "tz"), ({"adjusted": "true"}, "adjusted"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(api: APIClient, parameters: dict[str, str], field: str) -> None:
    answer = api.get(CANDLES, {"ticker": "AAPL", **parameters})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_one_query_whatever_there_is(api: APIClient) -> None:
    for number in range(2):
        keep(minute(BEGIN + number * MINUTE, price=str(Decimal(10) ** number)))
        with CaptureQueriesContext(connection) as queries:
            candles(api, interval="1d")
        assert len(queries) == 1
