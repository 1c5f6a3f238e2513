"""Lots as a file: all of them, in the formats of exports."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from rest_framework.test import APIClient

from portfolio import renderers
from portfolio.lot_list import FIELDS
from portfolio.lots import METHODS
from reference.models import Account

from .book import LOTS, book, lots

pytestmark = pytest.mark.django_db
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


def file(api: APIClient, format_: str, **parameters: str) -> str:
    answer = api.get(LOTS, {"format": format_, **parameters})
    assert answer.status_code == 200, answer.content
    return bytes(answer.getvalue()).decode()


def in_file(lot: dict[str, Any]) -> dict[str, Any]:
    """A lot of the list as a file has it: its instants have six decimals."""
    return lot | {name: lot[name].replace("Z", ".000000Z") for name in renderers.INSTANTS if lot.get(name)}


def as_cells(lot: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in lot.items()}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("state", FIELDS)
def test_a_file_has_the_lots_of_the_list(api: APIClient, state: str, method: str) -> None:
    for ticker in ("AAPL", "SPY   250620C00450000"):
        book([("buy", "3", "5"), ("buy", "2", "7.5"), ("sell", "4", "6")], ticker, fee="-0.1")
        book([("sell", "3", "5")], ticker, minutes=10)
    found = [in_file(lot) for lot in lots(api, state, method=method)]
    assert len(found) > 1
    lines = file(api, "ndjson", state=state, method=method).splitlines()
    assert [json.loads(line) for line in lines] == found
    text = file(api, "csv", state=state, method=method)
    assert text.startswith(f"ticker,currency,{','.join(FIELDS[state])}\n")
    assert list(csv.DictReader(StringIO(text))) == [as_cells(lot) for lot in found]


def test_a_file_of_nothing_has_its_header(api: APIClient) -> None:
    assert file(api, "csv", state="closed") == f"ticker,currency,{','.join(FIELDS['closed'])}\n"
    assert file(api, "ndjson", state="closed") == ""


def test_a_file_has_more_than_a_page(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "FETCHED", 3)
    book([("buy", "1", "5")] * 8)
    answer = api.get(LOTS, {"format": "csv"})
    assert [piece.count(b"\n") for piece in answer.streaming_content] == [1, 3, 3, 2]


@pytest.mark.parametrize("sign", "+-=@")
def test_a_spreadsheet_takes_no_ticker_for_a_formula(api: APIClient, sign: str) -> None:
    book([("sell", "1", "5")], f"{sign}A1")
    _, row = csv.reader(StringIO(file(api, "csv")))
    assert row[:4] == [f"'{sign}A1", "USD", "1", "-1"]
    assert json.loads(file(api, "ndjson"))["ticker"] == f"{sign}A1"


def test_a_file_has_the_filters_of_the_list(api: APIClient) -> None:
    for ticker in "AB":
        book([("buy", "2", "5"), ("sell", "1", "5"), ("sell", "1", "6")], ticker)
    asked = {"state": "closed", "ticker": "B", "disposed_from": "2025-06-06T20:02:00Z"}
    [line] = file(api, "ndjson", **asked).splitlines()
    assert [json.loads(line)] == [in_file(lot) for lot in lots(api, **asked)]


@pytest.mark.parametrize(
    ("parameters", "accept", "found"),
    [
        ({"format": "csv"}, "*/*", "csv"), ({"format": "ndjson"}, "text/csv", "ndjson"), ({}, "text/csv", "csv"),
        ({}, "application/x-ndjson", "ndjson"),
    ],
)  # fmt: skip
def test_the_format_is_chosen_by_name_or_by_accept(
    api: APIClient, parameters: dict[str, str], accept: str, found: str
) -> None:
    answer = api.get(LOTS, parameters, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, f"{MEDIA_TYPES[found]}; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="lots.{found}"'


@pytest.mark.parametrize(
    ("parameters", "accept"), [({}, "*/*"), ({"format": "json"}, "text/csv"), ({}, "application/json")]
)
def test_without_a_format_it_is_a_page(api: APIClient, parameters: dict[str, str], accept: str) -> None:
    answer = api.get(LOTS, parameters, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("parameters", "accept", "name"),
    [
        ({"format": "csv", "state": "sold"}, "*/*", "state"), ({"tikcer": "A"}, "text/csv", "tikcer"),
        ({"format": "ndjson", "disposed_from": "2025-01-01"}, "*/*", "disposed_from"), ({"end_date": "x"}, "text/csv", "end_date"),
        ({"format": "csv", "page_size": "10"}, "*/*", "page_size"), ({"cursor": "x"}, "application/x-ndjson", "cursor"),
    ],
)  # fmt: skip
def test_errors_are_json_whatever_was_asked_for(
    api: APIClient, parameters: dict[str, str], accept: str, name: str
) -> None:
    answer = api.get(LOTS, parameters, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"], list(answer.json())) == (400, "application/json", [name])


def test_a_file_has_no_pages(api: APIClient) -> None:
    answer = api.get(LOTS, {"format": "csv", "page_size": "10"})
    assert answer.json() == {"page_size": ["A file has no pages: leave it out."]}


@pytest.mark.parametrize("format_", ["json", "csv", "ndjson"])
def test_an_outage_before_the_first_lot_is_an_error(api: APIClient, format_: str) -> None:
    def fail(*arguments: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        answer = api.get(LOTS, {"format": format_})
    assert (answer.status_code, list(answer.json())) == (503, ["detail"])


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("parameters", [{"page_size": "2"}, {"page_size": "10"}])
def test_a_page_leaves_no_transaction_behind(api: APIClient, parameters: dict[str, str]) -> None:
    book([("buy", "1", "5")] * 10)
    api.get(LOTS, parameters)
    assert (open_cursors(), len(connection.savepoint_ids)) == (0, 0)


def test_a_reader_that_goes_away_ends_the_transaction(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "FETCHED", 3)
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # it is the test's, too
    for ticker in "ABCD":
        book([("buy", "1", "5")] * 3, ticker)
    for read in range(3):
        answer = api.get(LOTS, {"format": "csv"})
        assert [next(answer.streaming_content).count(b"\n") for _ in range(read)] == [1, 3][:read]
        assert (open_cursors(), len(connection.savepoint_ids)) == (1, 1)
        answer.close()
        assert (open_cursors(), len(connection.savepoint_ids)) == (0, 0)


def test_head_answers_without_a_body(api: APIClient) -> None:
    book([("buy", "1", "5")])
    answer = api.head(LOTS, {"format": "csv"})
    assert (answer.status_code, answer["Content-Type"], answer.getvalue()) == (200, "text/csv; charset=utf-8", b"")
    assert open_cursors() == 0


def test_an_account_of_any_name_comes_back_from_a_file(api: APIClient) -> None:
    names = ["=1+1", "'quoted", 'the "other" one']
    for name in names:
        account = Account.objects.create(name=name, currency_id="USD")
        book([("buy", "1", "5")], account=account)
    _, *rows = csv.reader(StringIO(file(api, "csv", group="account")))
    assert sorted(row[2] for row in rows) == sorted(["'=1+1", "''quoted", 'the "other" one'])
