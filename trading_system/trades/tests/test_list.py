"""GET /api/trades/"""

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from trades.models import Trade

pytestmark = pytest.mark.django_db
URL = "/api/trades/"
FIRST = datetime(2025, 6, 1, tzinfo=UTC)


def record(*instants: datetime, ticker: str = "AAPL") -> list[Trade]:
    return Trade.objects.bulk_create(
        Trade(ticker=ticker, price=1, quantity=1, side="buy", timestamp=instant) for instant in instants
    )


def found(api: APIClient, **parameters: str) -> list[int]:
    answer = api.get(URL, parameters)
    assert answer.status_code == 200, answer.content
    return [trade["id"] for trade in answer.json()["results"]]


def walk(api: APIClient, url: str | None, link: str) -> tuple[list[list[int]], str | None]:
    """The ids on each page, from `url` along `link`, and the address of the last."""
    pages, last = [], url
    while url:
        answer = api.get(url).json()
        pages.append([trade["id"] for trade in answer["results"]])
        last, url = url, answer[link]
    return pages, last


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
        ("ticker=" + "A" * 33, "ticker"),
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


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 7))
def test_walking_pages_in_both_directions_sees_every_trade_once(seconds: list[int], size: int) -> None:
    api = APIClient()
    Trade.objects.all().delete()
    trades = record(*(FIRST + timedelta(seconds=second) for second in seconds))
    wanted = [t.pk for t in sorted(trades, key=lambda trade: (trade.timestamp, trade.pk), reverse=True)]
    pages, last = walk(api, f"{URL}?page_size={size}", "next")
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


def test_links_keep_the_filters(api: APIClient) -> None:
    record(*[FIRST] * 2)
    record(*[FIRST] * 2, ticker="MSFT")
    link = api.get(URL, {"ticker": "msft", "page_size": "1"}).json()["next"]
    assert "ticker=msft" in urlsplit(link).query
    pages, _ = walk(api, link, "next")
    assert len(list(chain(*pages))) == 1


@pytest.mark.parametrize("rows", [1, 100])
def test_a_list_request_is_one_query(api: APIClient, rows: int) -> None:
    record(*[FIRST] * rows)
    with CaptureQueriesContext(connection) as queries:
        found(api, ticker="AAPL", start_date="2025-06-01")
    assert len(queries) == 1
