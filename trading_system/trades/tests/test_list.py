"""GET /api/trades/"""

from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades.models import Trade

from .book import FIRST, URL, found, record, walk

pytestmark = pytest.mark.django_db


def test_an_empty_ledger_is_an_empty_page(api: APIClient) -> None:
    assert api.get(URL).json() == {"next": None, "previous": None, "results": []}


def test_the_readme_example_finds_the_readme_trade(api: APIClient, fill: dict[str, Any]) -> None:
    created = api.post(URL, fill).json()
    answer = api.get(f"{URL}?ticker=AAPL&start_date=2025-06-01&end_date=2025-06-06").json()
    assert answer["results"] == [created]


def test_newest_come_first_and_the_later_recorded_of_equals(api: APIClient) -> None:
    one, two, three = record(FIRST, FIRST, FIRST - timedelta(seconds=1))
    assert found(api) == [two.pk, one.pk, three.pk]


@pytest.mark.parametrize("ticker", ["xrp/eth", "XRP/ETH", " XRP/ETH "])
def test_ticker_is_matched_in_any_case(api: APIClient, ticker: str) -> None:
    record(FIRST)
    [wanted] = record(FIRST, ticker="XRP/ETH")
    assert found(api, ticker=ticker) == [wanted.pk]


DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("parameters", "offsets"),
    [
        ({"start_date": "2025-06-01"}, [timedelta(0), DAY - TICK, DAY]),
        ({"end_date": "2025-06-01"}, [-TICK, timedelta(0), DAY - TICK]),
        ({"start_date": "2025-06-01", "end_date": "2025-06-01"}, [timedelta(0), DAY - TICK]),
        ({"start_date": "2025-06-01T00:00:00Z", "end_date": "2025-06-01T23:59:59.999999Z"}, [timedelta(0), DAY - TICK]),
        ({"start_date": "2025-06-02T00:00:00", "end_date": "2025-06-02T00:00:00"}, [DAY]),
        ({"start_date": "2025-06-02T02:00:00+02:00"}, [DAY]),
        ({"start_date": "2025-06-02T02:00:00 02:00"}, [DAY]),
        ({"start_date": "2025-06-02T00:00 00:00"}, [DAY]),
        ({"start_date": "2025-06-02 00:00 00:00"}, [DAY]),
        ({"start_date": "2025-06-02 00:00"}, [DAY]),
        ({"start_date": "2025-06-02 00:00:00"}, [DAY]),
        ({"start_date": "2025-06-01T08:00:00-16:00"}, [DAY]),
        ({"start_date": "", "end_date": ""}, [-TICK, timedelta(0), DAY - TICK, DAY]),
        ({"start_date": "0001-01-01", "end_date": "9999-12-31"}, [-TICK, timedelta(0), DAY - TICK, DAY]),
    ],
)
def test_dates_are_whole_utc_days_and_instants_are_exact(
    api: APIClient, parameters: dict[str, str], offsets: list[timedelta]
) -> None:
    trades = record(*(FIRST + offset for offset in [-TICK, timedelta(0), DAY - TICK, DAY]))
    wanted = [trade.pk for trade in reversed(trades) if trade.timestamp - FIRST in offsets]
    assert found(api, **parameters) == wanted


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("tikcer=AAPL", "tikcer"),
        ("ordering=price", "ordering"),
        ("ticker=AAPL&ticker=MSFT", "ticker"),
        ("ticker=%00", "ticker"),
        ("ticker=%20", "ticker"),
        ("ticker=AAPL%09", "ticker"),
        ("ticker=AAPL%C2%A0", "ticker"),
        ("ticker=A%0AB", "ticker"),
        ("ticker=%C3%9F", "ticker"),
        ("ticker=" + "A" * 65, "ticker"),
        ("start_date=yesterday", "start_date"),
        ("start_date=2025-02-30", "start_date"),
        ("start_date=2025-06-06T00:00:00%2B00:60", "start_date"),
        ("start_date=%20", "start_date"),
        ("start_date=2025-6-1", "start_date"),
        ("start_date=20250601", "start_date"),
        ("end_date=2025-06-06T25:00:00Z", "end_date"),
        ("end_date=2025-06-06T00:00:00%2B25:00", "end_date"),
        ("end_date=9999-12-31T23:59:59-01:00", "end_date"),
        ("end_date=%00", "end_date"),
        ("start_date=2025-06-02&end_date=2025-06-01", "start_date"),
        ("start_date=2025-06-01T12:00:00Z&end_date=2025-06-01T11:00:00Z", "start_date"),
        ("page_size=", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=1001", "page_size"),
        ("page_size=9223372036854775808", "page_size"),
        ("page_size=%D9%A3", "page_size"),
        ("page_size=ten", "page_size"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=W3RydWUsMSwxXQ:aGVsbG8", "cursor"),
        ("cursor=%00", "cursor"),
        ("offset=10", "offset"),
        ("count=yes", "count"),
        ("ticker=AAPL,", "ticker"),
        ("ticker=,", "ticker"),
        ("ticker=AAPL,A%3BB", "ticker"),
        ("ticker=" + ",".join(f"T{number}" for number in range(101)), "ticker"),
        ("tz=Mars/Olympus", "tz"),
        ("tz=../../etc/passwd", "tz"),
        ("tz=America", "tz"),
        ("tz=%00", "tz"),
        ("side=hold", "side"),
        ("min_price=abc", "min_price"),
        ("min_price=NaN", "min_price"),
        ("min_price=1_000", "min_price"),
        ("min_price=%D9%A3", "min_price"),
        ("max_quantity=1e99999", "max_quantity"),
        ("min_price=2&max_price=1", "min_price"),
        ("min_quantity=2&max_quantity=1", "min_quantity"),
        ("updated_since=soon", "updated_since"),
        ("as_of=then", "as_of"),
        ("external_id=%00", "external_id"),
    ],
)
def test_it_refuses_bad_parameters_and_names_them(api: APIClient, query: str, name: str) -> None:
    answer = api.get(f"{URL}?{query}")
    assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.parametrize("debug", [True, False])
def test_it_refuses_thousands_of_parameters(api: APIClient, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    answer = api.get(URL + "?" + "&".join(f"p{number}=1" for number in range(2000)))
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


def test_pages_have_a_hundred_trades_or_as_many_as_asked(api: APIClient) -> None:
    record(*[FIRST] * 1001)
    assert len(found(api)) == 100
    assert len(found(api, page_size="7")) == 7
    assert len(found(api, page_size="1000")) == 1000


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 7), st.booleans())
def test_walking_pages_in_both_directions_sees_every_trade_once(
    seconds: list[int], size: int, oldest_first: bool
) -> None:
    api = ApiClient()
    Trade.objects.all().delete()
    trades = record(*(FIRST + timedelta(seconds=second) for second in seconds))
    wanted = [t.pk for t in sorted(trades, key=lambda trade: (trade.timestamp, trade.pk), reverse=not oldest_first)]
    order = "timestamp" if oldest_first else "-timestamp"
    pages, last = walk(api, f"{URL}?page_size={size}&ordering={order}", "next")
    assert list(chain(*pages)) == wanted
    assert all(len(page) == size for page in pages[:-1])
    pages, _ = walk(api, last, "previous")
    assert list(chain(*reversed(pages))) == wanted


def test_pages_stay_right_while_trades_arrive(api: APIClient) -> None:
    trades = record(*(FIRST + timedelta(seconds=second) for second in range(6)))
    first = api.get(URL, {"page_size": "3"}).json()
    [newer] = record(FIRST + DAY)
    second = api.get(first["next"]).json()
    assert [trade["id"] for trade in second["results"]] == [trade.pk for trade in reversed(trades[:3])]
    back = api.get(second["previous"]).json()
    assert back["results"] == first["results"]
    assert [trade["id"] for trade in api.get(back["previous"]).json()["results"]] == [newer.pk]


@pytest.mark.parametrize("link", ["next", "previous"])
def test_a_page_whose_trades_were_deleted_leads_back(api: APIClient, link: str) -> None:
    trades = record(*(FIRST + timedelta(seconds=second) for second in range(4)))
    older, newer = trades[:2], trades[2:]
    first = api.get(URL, {"page_size": "2"}).json()
    url, gone, back, left = first["next"], older, "previous", newer
    if link == "previous":
        url, gone, back, left = api.get(url).json()["previous"], newer, "next", older
    Trade.objects.filter(pk__in=[trade.pk for trade in gone]).delete()
    empty = api.get(url).json()
    assert (empty["results"], empty[link]) == ([], None)
    page = api.get(empty[back]).json()
    assert [trade["id"] for trade in page["results"]] == [trade.pk for trade in reversed(left)]


def test_a_cursor_that_was_changed_in_one_character_is_refused(api: APIClient) -> None:
    record(*[FIRST] * 2)
    link = api.get(URL, {"page_size": "1"}).json()["next"]
    url, cursor = link.split("cursor=")[0], link.split("cursor=")[1].split("&")[0]
    for place in range(0, len(cursor), 5):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert api.get(f"{url}cursor={changed}").status_code == 400


def test_the_oldest_come_first_if_asked(api: APIClient) -> None:
    one, two, three = record(FIRST, FIRST, FIRST - timedelta(seconds=1))
    assert found(api, ordering="timestamp") == [three.pk, one.pk, two.pk]


@pytest.mark.parametrize("ordering", ["timestamp", "-timestamp"])
def test_next_of_the_first_page_leads_on_and_previous_of_the_second_leads_back(api: APIClient, ordering: str) -> None:
    record(*(FIRST + timedelta(seconds=second) for second in range(4)))
    first = api.get(URL, {"page_size": "2", "ordering": ordering}).json()
    second = api.get(first["next"]).json()
    assert (first["previous"], second["next"]) == (None, None)
    assert api.get(second["previous"]).json() == first


def test_the_count_is_of_all_pages_and_only_if_asked(api: APIClient) -> None:
    record(*[FIRST] * 3)
    record(FIRST, ticker="MSFT")
    answer = api.get(URL, {"ticker": "AAPL", "page_size": "1", "count": "true"}).json()
    assert (answer["count"], len(answer["results"])) == (3, 1)
    assert "count" not in api.get(URL, {"count": "false"}).json()


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"side": "sell"}, 2),
        ({"side": "sell", "end_date": "2025-06-01"}, 1),
        ({"start_date": "2025-06-01T00:00:01Z"}, 3),
        ({"min_price": "2"}, 1),
        ({"side": "sell", "min_price": "1"}, 2),
        ({"ticker": "NONE"}, 0),
    ],
)
def test_the_count_knows_the_filters(api: APIClient, parameters: dict[str, str], count: int) -> None:
    record(FIRST, price="1")
    record(FIRST + timedelta(seconds=1), FIRST + timedelta(days=9), price="1", side="sell")
    record(FIRST + timedelta(days=9), price="2")
    assert api.get(URL, {**parameters, "count": "true"}).json()["count"] == count


def test_a_count_is_estimated_only_if_asked(api: APIClient) -> None:
    record(*[FIRST] * 3)
    answer = api.get(URL, {"count": "estimate"}).json()
    assert answer["estimate"] >= 0
    assert "count" not in answer


def test_links_keep_the_filters(api: APIClient) -> None:
    record(*[FIRST] * 2)
    record(*[FIRST] * 2, ticker="MSFT")
    link = api.get(URL, {"ticker": "msft", "page_size": "1"}).json()["next"]
    assert "ticker=msft" in urlsplit(link).query
    pages, _ = walk(api, link, "next")
    assert len(list(chain(*pages))) == 1


@pytest.mark.parametrize(
    ("parameters", "queries"),
    [
        ({}, 1),
        ({"ticker": "AAPL", "start_date": "2025-06-01", "tz": "Europe/Berlin"}, 1),
        ({"ticker": "AAPL,MSFT", "as_of": "2999-01-01", "side": "buy"}, 1),
        ({"count": "true"}, 4),
    ],
)
@pytest.mark.parametrize("rows", [1, 100])
def test_a_list_request_has_as_many_queries_for_many_trades_as_for_one(
    api: APIClient, parameters: dict[str, str], queries: int, rows: int
) -> None:
    record(*[FIRST] * rows)
    with CaptureQueriesContext(connection) as captured:
        assert len(found(api, **parameters)) == rows
    assert len(captured) == queries
