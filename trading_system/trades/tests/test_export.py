"""GET /api/trades/export/: trades as a file."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from rest_framework.test import APIClient

from rest import selection

from .book import FIRST, record
from .exports import MEDIA_TYPES, URL, export

pytestmark = pytest.mark.django_db


def tickers(api: APIClient, **parameters: str) -> list[str]:
    lines = export(api, format="ndjson", **parameters).splitlines()
    return [json.loads(line)["ticker"] for line in lines]


def test_csv_has_a_header_and_quotes_what_needs_it(api: APIClient) -> None:
    record(FIRST, note='say "hi", twice', external_id="a,b", price="1.50", fee="-0.10")
    record(FIRST + timedelta(seconds=1.5), note=" two\nlines ")
    assert export(api, format="csv").decode() == (
        "ticker,price,quantity,side,timestamp,fee,external_id,note,account,currency,fee_currency\n"
        'AAPL,1.50,1,buy,2025-06-01T00:00:00.000000Z,-0.10,"a,b","say ""hi"", twice",main,USD,USD\n'
        'AAPL,1,1,buy,2025-06-01T00:00:01.500000Z,0,," two\nlines ",main,USD,USD\n'
    )


def test_ndjson_has_an_object_a_line(api: APIClient) -> None:
    record(FIRST, note='say "hi"\n\\', external_id='"')
    record(FIRST)
    assert export(api, format="ndjson").decode() == (
        '{"ticker":"AAPL","price":"1","quantity":"1","side":"buy","timestamp":"2025-06-01T00:00:00.000000Z","fee":"0","external_id":"\\"","note":"say \\"hi\\"\\n\\\\","account":"main","currency":"USD","fee_currency":"USD"}\n'
        '{"ticker":"AAPL","price":"1","quantity":"1","side":"buy","timestamp":"2025-06-01T00:00:00.000000Z","fee":"0","external_id":null,"note":"","account":"main","currency":"USD","fee_currency":"USD"}\n'
    )


def test_an_empty_ledger_is_a_file_as_well(api: APIClient) -> None:
    assert (
        export(api, format="csv")
        == b"ticker,price,quantity,side,timestamp,fee,external_id,note,account,currency,fee_currency\n"
    )
    assert export(api, format="ndjson") == b""


def test_it_is_oldest_first_and_equal_timestamps_keep_their_order(api: APIClient) -> None:
    for number in range(20):
        record(FIRST - timedelta(days=number % 2), ticker=f"T{number}")
    assert tickers(api) == [f"T{number}" for number in [*range(1, 20, 2), *range(0, 20, 2)]]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, "ABC"), ({"ticker": "A,C"}, "AC"), ({"start_date": "2025-06-02"}, "BC"), ({"end_date": "2025-06-02"}, "AB"), ({"side": "sell"}, "B"),
        ({"start_date": "2025-06-02", "tz": "Asia/Tokyo"}, "BC"), ({"min_price": "2", "max_price": "2"}, "B"), ({"external_id": "c"}, "C"),
        ({"updated_since": "2100-01-01"}, ""), ({"as_of": "2020-01-01"}, ""), ({"ticker": "D"}, ""),
    ],
)  # fmt: skip
def test_it_has_the_filters_of_the_list(api: APIClient, parameters: dict[str, str], found: str) -> None:
    record(FIRST, ticker="A")
    record(FIRST + timedelta(days=1), ticker="B", side="sell", price=2)
    record(FIRST + timedelta(days=2), ticker="C", external_id="c")
    assert "".join(tickers(api, **parameters)) == found


@pytest.mark.parametrize(
    ("parameters", "accept", "found"),
    [
        ({"format": "csv"}, "*/*", "csv"), ({"format": "ndjson"}, "*/*", "ndjson"), ({"format": "ndjson"}, "*/*, text/csv", "ndjson"),
        ({}, "text/csv", "csv"), ({}, "application/x-ndjson", "ndjson"), ({}, "*/*", "csv"), ({}, "text/html, */*;q=0.8", "csv"),
        ({}, "application/x-ndjson, text/csv", "csv"), ({"format": "csv"}, "application/json", "csv"), ({"format": "csv"}, "application/x-ndjson", "csv"),
        ({"format": "ndjson"}, "text/csv, text/html;q=0.5", "ndjson"),
    ],
)  # fmt: skip
def test_the_format_is_chosen_by_name_or_by_accept(
    api: APIClient, parameters: dict[str, str], accept: str, found: str
) -> None:
    answer = api.get(URL, parameters, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, f"{MEDIA_TYPES[found]}; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="trades.{found}"'
    assert answer.getvalue().startswith(b"ticker,") is (found == "csv")


@pytest.mark.parametrize(
    ("parameters", "accept", "status", "name"),
    [
        ({"format": "xml"}, "*/*", 400, "format"), ({"format": "csv'; DROP TABLE trades_trade; --"}, "*/*", 400, "format"), ({"format": "\x00"}, "*/*", 400, "format"),
        ({}, "application/pdf", 406, "detail"), ({"format": "csv", "sied": "buy"}, "*/*", 400, "sied"), ({"start_date": "x"}, "text/csv", 400, "start_date"),
        ({"ticker": "'; DROP TABLE trades_trade; --"}, "application/x-ndjson", 400, "ticker"), ({"cursor": "x"}, "*/*", 400, "cursor"),
    ],
)  # fmt: skip
def test_errors_are_json_whatever_was_asked_for(
    api: APIClient, parameters: dict[str, str], accept: str, status: int, name: str
) -> None:
    answer = api.get(URL, parameters, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"], list(answer.json())) == (status, "application/json", [name])


def test_what_fails_before_the_first_row_is_an_error_and_what_fails_later_cuts_the_file_off(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    record(*[FIRST] * 3)
    with connection.execute_wrapper(fail):
        answer = api.get(URL)
    assert (answer.status_code, list(answer.json())) == (503, ["detail"])
    monkeypatch.setattr(selection, "FETCHED", 2)
    pieces = iter(api.get(URL))
    assert next(pieces).startswith(b"ticker,")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_cursors")
        cursor.execute(f'CLOSE "{cursor.fetchone()[0]}"')
    assert next(pieces).count(b"\n") == 2
    with pytest.raises(Exception, match="cursor"):
        next(pieces)


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


def test_rows_stay_in_the_database_until_they_are_sent(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FETCHED", 3)
    record(*[FIRST] * 10)
    answer = api.get(URL)
    assert open_cursors() == 1
    assert [piece.count(b"\n") for piece in answer.streaming_content] == [1, 3, 3, 3, 1]
    assert open_cursors() == 0


def test_a_reader_that_goes_away_ends_the_transaction(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FETCHED", 3)
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # it is the test's, too
    record(*[FIRST] * 10)
    for read in range(3):
        answer = api.get(URL)
        assert [next(answer.streaming_content).count(b"\n") for _ in range(read)] == [1, 3][:read]
        assert (open_cursors(), len(connection.savepoint_ids)) == (1, 1)
        answer.close()
        assert (open_cursors(), len(connection.savepoint_ids)) == (0, 0)


def test_head_answers_without_a_body(api: APIClient) -> None:
    record(FIRST)
    answer = api.head(URL)
    assert (answer.status_code, answer["Content-Type"], answer.getvalue()) == (200, "text/csv; charset=utf-8", b"")
    assert open_cursors() == 0
