"""Alerts are listed newest first, page by page, by ticker, kind and dates."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from trades.models import Trade

from .sent import ABOVE, FALL, NEW, URL, VOLUME

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(api: APIClient) -> list[str]:
    """Ids, newest first; some share their instant."""
    for i in range(9):
        instant = f"2025-06-0{6 + i // 3}T20:01:00Z"
        alert = FALL if i % 2 else NEW
        api.post(URL, alert | {"id": f"alert-{i}", "ticker": "AAPL" if i % 3 else "MSFT", "timestamp": instant})
    return [f"alert-{i}" for i in range(8, -1, -1)]


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [alert["id"] for alert in answer.json()["results"]]


@pytest.mark.parametrize(("ordering", "link"), [("-timestamp", "next"), ("timestamp", "next")])
def test_pages_have_each_alert_once(api: APIClient, many: list[str], ordering: str, link: str) -> None:
    found: list[str] = []
    url = f"{URL}?page_size=2&ordering={ordering}"
    while url:
        answer = api.get(url)
        found += ids(answer)
        url = answer.json()[link]
    assert found == (many if ordering == "-timestamp" else many[::-1])


def test_the_way_back_is_the_same(api: APIClient, many: list[str]) -> None:
    second = api.get(api.get(URL, {"page_size": 4}).json()["next"])
    assert ids(api.get(second.json()["previous"])) == many[:4]


def test_they_are_chosen_by_ticker_kind_and_dates(api: APIClient, many: list[str]) -> None:
    assert ids(api.get(URL, {"ticker": "MSFT"})) == ["alert-6", "alert-3", "alert-0"]
    assert ids(api.get(URL, {"ticker": "msft,AAPL"})) == many
    assert ids(api.get(URL, {"kind": "fall"})) == ["alert-7", "alert-5", "alert-3", "alert-1"]
    assert ids(api.get(URL, {"start_date": "2025-06-07", "end_date": "2025-06-07"})) == [
        "alert-5",
        "alert-4",
        "alert-3",
    ]
    assert ids(api.get(URL, {"end_date": "2025-06-06", "tz": "Asia/Tokyo"})) == []
    assert api.get(URL, {"count": "true", "page_size": 1, "ticker": "AAPL"}).json()["count"] == 6


def test_they_are_chosen_by_rule_and_severity(api: APIClient, many: list[str]) -> None:
    api.post(URL, VOLUME)
    api.post(URL, ABOVE)
    assert ids(api.get(URL, {"rule": "apple-above-174"})) == ["above"]
    assert ids(api.get(URL, {"severity": "Critical"})) == ["volume"]
    assert ids(api.get(URL, {"kind": "above", "rule": "busy"})) == []
    assert ids(api.get(URL, {"rule": "", "severity": "", "acknowledged": ""})) == [*many, "volume", "above"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("kind", "up"),
        ("rule", "A b"),
        ("rule", "a\0"),
        ("severity", "loud"),
        ("acknowledged", "perhaps"),
        ("tickr", "AAPL"),
        ("start_date", "soon"),
        ("page_size", "0"),
        ("ordering", "id"),
        ("cursor", "x"),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, parameter: str, value: str) -> None:
    answer = api.get(URL, {parameter: value})
    assert (answer.status_code, set(answer.json())) == (400, {parameter})


def test_a_cursor_of_trades_is_none_of_alerts(api: APIClient) -> None:
    for _ in range(2):
        Trade.objects.create(ticker="AAPL", price=1, quantity=1, side="buy")
    following = api.get("/api/trades/", {"page_size": 1}).json()["next"]
    assert api.get(following.replace("/trades/", "/alerts/")).status_code == 400


def test_a_page_is_one_query(api: APIClient, many: list[str]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        api.get(URL, {"ticker": "AAPL"})
    assert len(queries) == 1


@pytest.mark.parametrize("name", ["nothing", "%00", "ä", "a%20b"])
def test_there_is_no_such_alert(api: APIClient, name: str) -> None:
    answer = api.get(f"{URL}{name}/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such alert."})


def test_a_browser_gets_pages(api: APIClient, alert: dict[str, Any]) -> None:
    for address in (URL, f"{URL}{alert['id']}/"):
        page = api.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "174.40" in page.content.decode()
