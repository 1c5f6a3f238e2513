"""GET /api/trades/changes/?wait=…, and as server-sent events."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from rest.waiting import MAX_WAITING, Places
from trades import change_reader, change_stream, changes_api
from trades.models import Trade

from .book import TRADE
from .book import URL as TRADES
from .followers import URL

pytestmark = pytest.mark.django_db(transaction=True)
IN_TRANSACTION = """SELECT COUNT(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in%'"""


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> Places:
    """Those of this test."""
    places = Places(MAX_WAITING)
    for module in (change_reader, change_stream, changes_api):
        monkeypatch.setattr(module, "places", places)
    return places


@pytest.fixture
def waits(own_places: Places) -> Iterator[Any]:
    """Sends requests that wait, and returns what they will be answered, once they wait."""
    with ThreadPoolExecutor() as pool:

        def waits(api: APIClient, **parameters: str) -> "Future[Any]":
            free = own_places.free._value
            asked = pool.submit(in_own_connection, api, {"after": "now", "wait": "60"} | parameters)
            while own_places.free._value == free and not asked.done():
                time.sleep(0)
            return asked

        yield waits
        own_places.end()


def in_own_connection(api: APIClient, parameters: dict[str, str]) -> Any:
    try:
        return api.get(URL, parameters)
    finally:
        connection.close()


def events(text: str) -> list[dict[str, str]]:
    """The fields of each event; `id` alone is one, too."""
    blocks = [block for block in text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


@pytest.fixture
def stream(api: APIClient) -> Iterator[Any]:
    """Begins streams, and ends them."""
    begun: list[Any] = []

    def stream(status: int = 200, headers: dict[str, str] | None = None, **parameters: str) -> Any:
        answer = api.get(URL, parameters, headers={"accept": "text/event-stream"} | (headers or {}))
        assert answer.status_code == status, answer.content
        begun.append(answer)
        return answer

    yield stream
    for answer in begun:
        answer.close()


def test_it_is_answered_when_something_is_committed(api: APIClient, waits: Any) -> None:
    asked = waits(api)
    trade = api.post(TRADES, TRADE).json()
    [change] = asked.result(timeout=30).json()["results"]
    assert (change["change"], change["trade"]) == ("insert", trade)


def test_it_is_answered_at_once_if_there_is_something(api: APIClient, own_places: Places) -> None:
    own_places.free = Places(0).free  # nobody may wait
    api.post(TRADES, TRADE)
    assert len(api.get(URL, {"wait": "60"}).json()["results"]) == 1


def test_after_its_time_it_is_an_empty_page(api: APIClient) -> None:
    page = api.get(URL, {"wait": "1"}).json()
    assert (page["results"], page["more"]) == ([], False)


def test_no_transaction_is_open_meanwhile(api: APIClient, waits: Any) -> None:
    asked = waits(api)
    with connection.cursor() as cursor:
        cursor.execute(IN_TRANSACTION)
        assert cursor.fetchone() == (0,)
    api.post(TRADES, TRADE)
    assert asked.result(timeout=30).status_code == 200


def test_beyond_the_places_none_waits(api: APIClient, waits: Any) -> None:
    asked = [waits(api) for _ in range(MAX_WAITING)]
    refused = api.get(URL, {"after": "now", "wait": "60"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert api.get(URL).status_code == 200  # without waiting
    api.post(TRADES, TRADE)
    assert [one.result(timeout=30).status_code for one in asked] == [200] * MAX_WAITING
    assert api.get(URL, {"after": "now", "wait": "1"}).status_code == 200


def test_the_end_of_the_process_answers_all(api: APIClient, waits: Any, own_places: Places) -> None:
    asked = waits(api)
    own_places.end()
    assert asked.result(timeout=30).json()["results"] == []


@pytest.mark.parametrize("wait", ["-1", "61", "soon", "1.5"])
def test_a_wait_has_limits(api: APIClient, wait: str) -> None:
    answer = api.get(URL, {"wait": wait})
    assert (answer.status_code, answer.json()) == (400, {"wait": ["Must be a whole number from 0 to 60."]})


def test_a_stream_has_what_is_there_and_what_comes(api: APIClient, stream: Any) -> None:
    first = api.post(TRADES, TRADE).json()
    answer = stream()
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    pieces = answer.streaming_content
    retry, change = events(next(pieces).decode())
    assert retry == {"retry": "1000"}
    assert (change["event"], json.loads(change["data"])["trade"]) == ("change", first)
    second = api.post(TRADES, TRADE).json()
    [change] = events(next(pieces).decode())
    assert json.loads(change["data"])["trade"] == second


def test_the_last_event_of_a_page_has_the_cursor(api: APIClient, stream: Any) -> None:
    for _ in range(3):
        api.post(TRADES, TRADE)
    pieces = stream(page_size="2").streaming_content
    _, one, two = events(next(pieces).decode())
    assert "id" not in one
    resumed = stream(headers={"last-event-id": two["id"]}).streaming_content
    _, three = events(next(resumed).decode())
    assert json.loads(three["data"])["trade"]["id"] == max(Trade.objects.values_list("id", flat=True))
    assert events(next(pieces).decode()) == [three]


def test_a_stream_without_changes_says_where_it_is(
    api: APIClient, stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_stream, "HEARTBEAT", 0.01)
    pieces = stream(after="now").streaming_content
    next(pieces)
    [beat] = events(next(pieces).decode())
    assert list(beat) == ["id"]
    assert api.get(URL, {"after": beat["id"]}).status_code == 200


def test_a_stream_ends_with_its_time_or_its_client(stream: Any, own_places: Places, monkeypatch: Any) -> None:
    monkeypatch.setattr(change_stream, "MAX_STREAM", 0)
    assert len(list(stream(after="now").streaming_content)) == 1
    monkeypatch.undo()
    monkeypatch.setattr(change_stream, "places", own_places)
    left = stream(after="now")
    next(left.streaming_content)
    assert own_places.free._value == MAX_WAITING - 1
    left.close()
    assert own_places.free._value == MAX_WAITING


def test_streams_are_among_those_who_wait(stream: Any, own_places: Places) -> None:
    begun = [stream(after="now") for _ in range(MAX_WAITING)]
    assert len(begun) == MAX_WAITING
    assert stream(status=503, after="now")["Content-Type"] == "application/json"


def test_errors_of_a_stream_are_told_before_it_begins(api: APIClient, stream: Any) -> None:
    assert stream(status=400, after="x").json() == {"after": ["Must be a cursor of an answer, from next or previous."]}
    assert "Last-Event-ID" in stream(status=400, headers={"last-event-id": "x"}).json()
    assert "wait" in stream(status=400, wait="1").json()
    head = api.head(URL, headers={"accept": "text/event-stream"})
    assert head.status_code == 405
