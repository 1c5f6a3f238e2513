"""POST /api/trades/bulk/: what is wrong with a file, a row, or a request."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades import parsers, report
from trades.files.rows import MAX_ROW
from trades.models import Import, Trade

from .files import CSV, MIXED, URL, counts, send, tickers

pytestmark = pytest.mark.django_db
HEADER = "ticker,price,quantity,side,timestamp\n"
FAR = (datetime.now(UTC) + timedelta(days=2)).isoformat()


def errors(answer: Any) -> list[tuple[int, str | None, str]]:
    return [(error["line"], error["field"], error["message"]) for error in answer.json()["errors"]]


def test_one_bad_row_keeps_all_out_and_is_told_by_line_and_field(api: APIClient) -> None:
    answer = send(api, MIXED)
    assert counts(answer) == (400, 0, 0, 1)
    assert errors(answer) == [(3, "quantity", "Must be above zero."), (3, "side", 'Must be "buy" or "sell".')]
    assert not Trade.objects.exists()
    assert not Import.objects.exists()


def test_skip_books_the_others_and_lists_it(api: APIClient) -> None:
    answer = send(api, MIXED, "on_error=skip")
    assert counts(answer) == (201, 2, 0, 1)
    assert [error[:2] for error in errors(answer)] == [(3, "quantity"), (3, "side")]
    assert tickers() == ["A", "C"]


def test_a_file_of_nothing_good_books_nothing(api: APIClient) -> None:
    assert counts(send(api, f"{HEADER}A,1,0,buy,2025-06-06T20:00:00Z\n", "on_error=skip")) == (200, 0, 0, 1)


def test_the_first_hundred_errors_are_listed_and_no_more_is_read(api: APIClient) -> None:
    answer = send(api, HEADER + "A,1,1,buy,2025-06-06T20:00:00Z\n" + "A,1,0,buy,2025-06-06T20:00:00Z\n" * 500 + '"')
    assert counts(answer) == (400, 0, 0, 100)
    assert errors(answer) == [(line, "quantity", "Must be above zero.") for line in range(3, 103)]


def test_the_first_errors_are_the_first_whoever_finds_them(api: APIClient) -> None:
    """The clock's rule is kept by PostgreSQL, over all rows at once; the others were told before."""
    rows = [f"A,1,1,buy,{FAR}\n", f"A,1,0,buy,{FAR}\n"] * 200
    answer = send(api, "ticker,price,quantity,side,timestamp\n" + "".join(rows))
    assert answer.status_code == 400
    assert [line for line, _, _ in errors(answer)][:4] == [2, 3, 3, 4]
    assert len(errors(answer)) == 100
    assert errors(answer)[0] == (2, "timestamp", "Must not be more than a day in the future.")
    assert errors(answer)[1:3] == [
        (3, "quantity", "Must be above zero."),
        (3, "timestamp", "Must not be more than a day in the future."),
    ]


@pytest.mark.parametrize("found_by", ["serializer", "PostgreSQL"])
def test_skip_counts_more_errors_than_it_lists(api: APIClient, monkeypatch: pytest.MonkeyPatch, found_by: str) -> None:
    monkeypatch.setattr(report, "LISTED_SKIPPED", 3)
    row = "A,1,0,buy,2025-06-06T20:00:00Z\n" if found_by == "serializer" else f"A,1,1,buy,{FAR}\n"
    answer = send(
        api, "ticker,price,quantity,side,timestamp\nA,1,1,buy,2025-06-06T20:00:00Z\n" + row * 5, "on_error=skip"
    )
    assert counts(answer) == (201, 1, 0, 5)
    assert [line for line, _, _ in errors(answer)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("content_type", "file", "line"),
    [
        ("text/csv", "", 0),
        ("text/csv", "symbol,price\n", 0),
        ("text/csv", f"{HEADER}A,1,1,buy,2025-06-06T20:00:00Z\nA,1,1,\"buy\n", 3),
        ("text/csv", f"{HEADER}A,1,1,{'x' * MAX_ROW}\n", 2),
        ("text/csv", "ticker,price,quantity,side,timestamp,\udcff\n".encode(errors="surrogateescape"), 1),
        ("application/json", "", 0),
        ("application/json", '{"ticker": "A"}', 0),
        ("application/json", b"\xff", 0),
        ("application/json", '[{"ticker": "A"}, ', 2),
        ("application/json", "[" * 100_000, 1),
            ],
)  # fmt: skip
@pytest.mark.parametrize("options", ["", "on_error=skip", "dry_run=true"])
def test_a_file_that_cannot_be_read_on_books_nothing(
    api: APIClient, content_type: str, file: str | bytes, line: int, options: str
) -> None:
    answer = send(api, file, options, content_type)
    assert counts(answer) == (400, 0, 0, 1)
    assert errors(answer)[0][:2] == (line, None)
    assert not Trade.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("7", None), ("[]", None), ("{", None), ('{"a": 1, "a": 2}', None), ('{"\\ud800": 1}', "\\ud800"), ("{}", "ticker"), ('{"\\u0000": 1}', "\\x00"),
        ('{"note": "\\ud800"}', "note"), ('{"note": "\x00"}', None), (f'{{"{"n" * 300}": 1}}', "n" * 100),
        ('{"ticker": "A", "price": 1, "quantity": 1, "side": "buy", "timestamp": ""}', "timestamp"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_trade_is_one_error_among_trades(
    api: APIClient, fill: dict[str, Any], row: str, field: str | None
) -> None:
    file = f"{json.dumps(fill)}\n{row}\n{json.dumps(fill)}\n"
    answer = send(api, file, "on_error=skip", "application/x-ndjson")
    assert counts(answer) == (201, 2, 0, 1)
    assert errors(answer)[0][:2] == (2, field)


def test_bytes_that_are_not_utf_8_are_told_by_field(api: APIClient) -> None:
    answer = send(
        api, HEADER.encode() + b"A\xff,1,1,buy,2025-06-06T20:00:00Z\nA,1,1,buy,2025-06-06T20:00:00Z\n", "on_error=skip"
    )
    assert counts(answer) == (201, 1, 0, 1)
    assert errors(answer) == [(2, "ticker", "Has bytes or characters that are not Unicode.")]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("on_error=ignore", "on_error"), ("on_error=", "on_error"), ("dry_run=1", "dry_run"), ("dry_run=TRUE", "dry_run"),
        ("again=yes", "again"), ("skip=true", "skip"), ("ticker=AAPL", "ticker"), ("again=true&again=true", "again"),
        ("on_error=skip'; DROP TABLE trades_trade; --", "on_error"),
    ],
)  # fmt: skip
def test_it_refuses_options_that_are_none(api: APIClient, options: str, name: str) -> None:
    answer = send(api, options=options)
    assert (answer.status_code, list(answer.json())) == (400, [name])
    assert not Trade.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x", "text/csv; charset=latin-1", "text/csv; charset=utf-16", "application/json; charset=",
    ],
)  # fmt: skip
def test_it_refuses_media_types_and_charsets_that_it_cannot_read(api: APIClient, content_type: str) -> None:
    answer = send(api, content_type=content_type)
    assert answer.status_code == 415
    assert not Trade.objects.exists()


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 201), ("Identity", 201)])
def test_it_refuses_encodings_that_it_cannot_read(api: APIClient, encoding: str, status: int) -> None:
    assert send(api, headers={"content-encoding": encoding}).status_code == status


def test_over_the_cap_is_an_error_and_nothing_is_cut(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "MAX_UPLOAD", len(CSV))
    answer = send(api, CSV + "\n")
    assert (answer.status_code, answer.json()) == (413, {"detail": f"A body has at most {len(CSV)} bytes here."})
    assert not Trade.objects.exists()
    assert counts(send(api)) == (201, 2, 0, 0)


def test_a_body_in_chunks_has_no_length_to_hold_it_to(api: APIClient) -> None:
    assert send(api, headers={"transfer-encoding": "chunked"}).status_code == 411
    assert send(api, CONTENT_LENGTH="many").status_code == 400


@pytest.mark.parametrize("options", ["", "on_error=skip", "dry_run=true"])
@pytest.mark.parametrize("there", [0, 5, -20, -1])
def test_a_body_that_was_cut_off_books_nothing(api: APIClient, there: int, options: str) -> None:
    cut = {"wsgi.input": BytesIO(CSV.encode()[:there]), "CONTENT_LENGTH": str(len(CSV))}
    answer = send(api, CSV, options, **cut)
    assert (answer.status_code, answer.json()) == (400, {"detail": "The body ended before its Content-Length."})
    assert not Trade.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_it_only_takes_posts(api: APIClient, method: str) -> None:
    assert getattr(api, method)(URL).status_code == 405


def test_only_its_own_pages_may_post(api: APIClient) -> None:
    assert send(api, headers={"origin": "https://evil.example"}).status_code == 403
