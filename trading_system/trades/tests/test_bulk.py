"""POST /api/trades/bulk/: many trades at once."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from rest import instants
from trades import staging
from trades.models import Import, Trade

from .files import MIXED, counts, send, tickers

pytestmark = pytest.mark.django_db


def test_it_books_every_row_and_says_how_many(api: APIClient) -> None:
    answer = send(api)
    assert answer.status_code == 201
    assert answer.json() == {
        "import": Import.objects.get().pk,
        "created": 2,
        "duplicates": 0,
        "repeated": 0,
        "corrected": 0,
        "failed": 0,
        "left_out": [],
        "missing": 0,
        "errors": [],
        "dry_run": False,
        "imported_at": None,
    }
    first, second = Trade.objects.order_by("id").values("ticker", "price", "side", "timestamp", "external_id", "note")
    assert (first["ticker"], str(first["price"]), first["side"], first["note"]) == ("AAPL", "170.25", "buy", "")
    assert (second["ticker"], str(second["price"]), second["side"], second["note"]) == ("MSFT", "100", "sell", "two")
    assert (first["timestamp"].isoformat(), first["external_id"]) == ("2025-06-06T20:00:00+00:00", None)


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("ticker,price,quantity,side,timestamp\nAAPL,1,1,buy,\n", "text/csv"),
        ("ticker,price,quantity,side\nAAPL,1,1,buy\n", "text/csv"),
        ('{"ticker": "AAPL", "price": 1, "quantity": 1, "side": "buy"}', "application/x-ndjson"),
        ('[{"ticker": "AAPL", "price": 1, "quantity": 1, "side": "buy", "timestamp": ""}]', "application/json"),
        ('[{"ticker": "AAPL", "price": 1, "quantity": 1, "side": "buy", "timestamp": null}]', "application/json"),
    ],
)
def test_no_timestamp_or_an_empty_cell_is_refused_in_a_file(api: APIClient, file: str, content_type: str) -> None:
    """A trade that is booked alone is of now; what a file has not dated did not happen when it is imported."""
    answer = send(api, file, content_type=content_type)
    assert counts(answer) == (400, 0, 0, 1)
    [error] = answer.json()["errors"]
    assert (error["field"], error["message"]) == ("timestamp", "A row of a file needs one.")


def test_what_else_is_wrong_is_told_with_it(api: APIClient) -> None:
    answer = send(api, "ticker,price,quantity,side,timestamp\nAAPL,x,1,hold,\n")
    assert [error["field"] for error in answer.json()["errors"]] == ["price", "side", "timestamp"]


@pytest.mark.parametrize(
    "content_type",
    ["text/csv", "text/csv; charset=utf-8", 'text/csv;charset="UTF-8"', "TEXT/CSV; header=present; charset=us-ascii"],
)
def test_csv_by_its_media_type(api: APIClient, content_type: str) -> None:
    assert counts(send(api, content_type=content_type)) == (201, 2, 0, 0)


@pytest.mark.parametrize(
    ("media_type", "between"),
    [
        ("application/x-ndjson", "{}\n{}\n"),
        ("application/ndjson", "{}\n\n{}"),
        ("application/jsonl", "{}\n{}"),
        ("application/json", "[{}, {}]"),
    ],
)
def test_json_by_its_media_type(api: APIClient, fill: dict[str, Any], media_type: str, between: str) -> None:
    text = json.dumps(fill).join(between.split("{}", 1))
    text = json.dumps(fill | {"price": 2}).join(text.split("{}", 1))
    assert counts(send(api, text, content_type=media_type)) == (201, 2, 0, 0)
    assert [str(price) for price in Trade.objects.order_by("id").values_list("price", flat=True)] == ["170.25", "2"]


def test_a_list_that_was_read_can_be_sent_back(api: APIClient) -> None:
    send(api)
    results = json.dumps(api.get("/api/trades/?ordering=timestamp").json()["results"])
    assert counts(send(api, results, "repeated=book", "application/json")) == (201, 2, 0, 0)
    assert tickers() == ["AAPL", "MSFT"] * 2


def test_the_order_of_the_file_is_kept(api: APIClient) -> None:
    names = [f"T{number}" for number in range(3000)]
    file = "ticker,price,quantity,side,timestamp\n" + "".join(f"{n},1,1,buy,2025-06-06T20:00:00Z\n" for n in names)
    assert counts(send(api, file)) == (201, 3000, 0, 0)
    assert tickers() == names


def test_rows_reach_copy_a_piece_at_a_time() -> None:
    made = iter(range(10_000))
    lines = staging.Lines(f"{number}\n" for number in made)
    first = lines.read(10)
    assert (first, lines.count) == (b"0\n1\n2\n3\n4\n", staging.AT_ONCE)
    rest = b"".join(iter(lambda: lines.read(4096), b""))
    assert first + rest == b"".join(b"%d\n" % number for number in range(10_000))
    assert lines.count == 10_000


@pytest.mark.parametrize("file", ["ticker,price,quantity,side,timestamp\n", "[]", "\n"])
def test_an_empty_file_adds_nothing(api: APIClient, file: str) -> None:
    content_type = {"t": "text/csv", "[": "application/json", "\n": "application/x-ndjson"}[file[0]]
    assert counts(send(api, file, content_type=content_type)) == (200, 0, 0, 0)


def test_the_same_bytes_add_nothing_and_that_is_said(api: APIClient) -> None:
    send(api)
    answer = send(api)
    assert counts(answer) == (200, 0, 2, 0)
    assert answer.json()["imported_at"] == instants.render(Import.objects.get().booked_at)


def test_the_same_bytes_again_if_that_is_meant(api: APIClient) -> None:
    assert counts(send(api, options="again=true")) == (201, 2, 0, 0)
    assert counts(send(api, options="again=true")) == (200, 0, 0, 0)
    answer = send(api, options="again=true&repeated=book")
    assert counts(answer) == (201, 2, 0, 0)
    assert answer.json()["imported_at"]
    assert counts(send(api, options="again=false")) == (200, 0, 2, 0)
    assert Trade.objects.count() == 4


def test_a_file_that_was_refused_is_none_that_was_read(api: APIClient) -> None:
    assert counts(send(api, MIXED)) == (400, 0, 0, 1)
    assert not Import.objects.exists()
    assert counts(send(api, MIXED, "on_error=skip")) == (201, 2, 0, 1)
    assert tickers() == ["A", "C"]
    assert counts(send(api, MIXED, "on_error=skip")) == (200, 0, 2, 1)
    assert counts(send(api, MIXED, "on_error=skip&again=true&repeated=book")) == (201, 2, 0, 1)


@pytest.mark.parametrize("options", ["", "&on_error=skip", "&on_error=abort", "&again=true&repeated=book"])
def test_a_dry_run_says_what_would_happen_and_leaves_nothing(api: APIClient, options: str) -> None:
    key = {"headers": {"idempotency-key": "k"}}
    answer = send(api, options=f"dry_run=true{options}", **key)
    assert (counts(answer), answer.json()["dry_run"]) == ((200, 2, 0, 0), True)
    assert not Trade.objects.exists()
    assert not Import.objects.exists()
    assert "Idempotency-Replayed" not in send(api, **key)
    answer = send(api, options=f"dry_run=true{options}")
    assert counts(answer) == ((200, 2, 0, 0) if "again" in options else (200, 0, 2, 0))
    assert Trade.objects.count() == 2


def test_a_dry_run_tells_the_errors(api: APIClient) -> None:
    real, dry = send(api, MIXED), send(api, MIXED, "dry_run=true")
    assert dry.status_code == 400
    assert dry.json() == real.json() | {"dry_run": True}
    assert counts(send(api, MIXED, "dry_run=true&on_error=skip")) == (200, 2, 0, 1)
    assert not Trade.objects.exists()


def test_what_is_added_is_seen_by_lists_and_changes_have_a_history(api: APIClient) -> None:
    send(api)
    [trade] = api.get("/api/trades/", {"ticker": "MSFT"}).json()["results"]
    assert api.patch(f"/api/trades/{trade['id']}/", {"price": "5"}).status_code == 200
    [event] = api.get(f"/api/trades/{trade['id']}/history/").json()["results"]
    assert event["before"] == trade


@pytest.mark.parametrize(
    ("accept", "shown"),
    [("application/json", b'"created"'), ("*/*", b'"created"'), ("text/html", b"&quot;created&quot;")],
)
def test_whoever_asks_gets_an_answer_in_json_or_on_a_page(api: APIClient, accept: str, shown: bytes) -> None:
    answer = send(api, headers={"accept": accept})
    assert answer.status_code == 201
    assert shown in answer.content


def test_many_rows_take_a_constant_number_of_queries(api: APIClient, django_assert_num_queries: Any) -> None:
    send(api)
    for count in (1, 1500):
        rows = f"X{count},1,1,buy,2025-06-06T20:00:00Z\n" * count
        with django_assert_num_queries(26):
            answer = send(api, f"ticker,price,quantity,side,timestamp\nA,1,0,buy,\n{rows}", "on_error=skip")
        assert counts(answer) == (201, count, 0, 1)
