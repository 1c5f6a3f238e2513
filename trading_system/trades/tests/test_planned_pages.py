"""Pages and bookings outside of a transaction, as in production: PostgreSQL plans them once."""

from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from rest_framework.test import APIClient

from .book import FIRST, URL, found, record, walk

pytestmark = pytest.mark.django_db(transaction=True)

PLANS = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s"
RANGE = {"ticker": "AAPL,MSFT", "start_date": "2025-06-01", "end_date": "2025-06-02"}


def plans_of(what: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(PLANS, [f"%{what}%"])
        return len(cursor.fetchall())


@pytest.mark.parametrize("filters", [{}, RANGE])
@pytest.mark.parametrize("order", ["timestamp", "-timestamp"])
def test_walking_in_both_directions_sees_every_trade_once(api: APIClient, filters: dict[str, str], order: str) -> None:
    trades = record(*(FIRST + timedelta(seconds=second // 3) for second in range(10)))
    wanted = [trade.pk for trade in trades] if order == "timestamp" else [trade.pk for trade in reversed(trades)]
    for _ in range(2):
        pages, last = walk(api, f"{URL}?{urlencode({**filters, 'ordering': order, 'page_size': '3'})}", "next")
        assert list(chain(*pages)) == wanted
        pages, _ = walk(api, last, "previous")
        assert list(chain(*reversed(pages))) == wanted


def test_each_kind_of_page_has_one_plan_whatever_is_asked(api: APIClient) -> None:
    connection.close()
    [apple] = record(FIRST)
    [other] = record(FIRST, ticker="MSFT")
    assert found(api, ticker="AAPL") == [apple.pk]
    assert found(api, ticker="MSFT") == [other.pk]
    assert plans_of("trades_trade") == 1


def test_a_filter_by_value_is_planned_for_its_value(api: APIClient) -> None:
    connection.close()
    record(FIRST)
    assert found(api, min_price="2") == []
    assert plans_of("trades_trade") == 0


def test_bookings_of_the_same_fields_share_a_plan(api: APIClient, fill: dict[str, Any]) -> None:
    connection.close()
    first, second = api.post(URL, fill).json(), api.post(URL, fill | {"price": "-3"}).json()
    assert (first["price"], second["price"]) == ("170.25", "-3")
    assert plans_of("INSERT INTO trades_trade") == 1
