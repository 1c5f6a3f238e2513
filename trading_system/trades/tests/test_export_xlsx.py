"""GET /api/trades/export/?format=xlsx: a spreadsheet that keeps every digit."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
from django.db import connection
from hypothesis import given, settings
from openpyxl.utils.escape import unescape
from rest_framework.test import APIClient

from reference.models import Account
from rest import instants, spreadsheets
from rest.tests.clients import ApiClient
from trades import renderers
from trades.models import Trade
from trades.selection import OWN_FIELDS

from .book import FIRST, record
from .exports import URL, export
from .test_round_trip import trades

pytestmark = pytest.mark.django_db
Row = dict[str, Any]


def sheet(api: APIClient, **parameters: str) -> Any:
    """The sheet as openpyxl reads it: cells with types and formats."""
    return openpyxl.load_workbook(io.BytesIO(export(api, format="xlsx", **parameters))).active


def rows(api: APIClient) -> list[Row]:
    header, *others = sheet(api).iter_rows(values_only=True)
    return [dict(zip(header, cells, strict=True)) for cells in others]


def cell(api: APIClient, name: str) -> Any:
    """The cell of the only trade."""
    return sheet(api).cell(2, OWN_FIELDS.index(name) + 1)


def test_it_has_a_header_and_a_row_for_each_trade_oldest_first(api: APIClient) -> None:
    record(FIRST + timedelta(days=1), ticker="B")
    record(FIRST, ticker="A", price="1.50", note="hello", external_id="007", fee="-0.25")
    found = sheet(api)
    assert found.title == "trades"
    assert [cell.value for cell in found[1]] == list(OWN_FIELDS)
    assert [cell.value for cell in found[2]] == [
        "A", 1.5, 1, "buy", FIRST.replace(tzinfo=None), -0.25, "007", "hello", "main", "USD", "USD",
    ]  # fmt: skip
    assert [row[0].value for row in found] == ["ticker", "A", "B"]


def test_an_empty_ledger_is_a_header(api: APIClient) -> None:
    assert list(sheet(api).iter_rows(values_only=True)) == [OWN_FIELDS]


def test_it_has_the_filters_of_the_list_and_the_name_of_a_file(api: APIClient) -> None:
    record(FIRST, ticker="A")
    record(FIRST, ticker="B")
    assert [row[0] for row in sheet(api, ticker="B").iter_rows(values_only=True)] == ["ticker", "B"]
    for asked in ({"query_params": {"format": "xlsx"}}, {"headers": {"accept": spreadsheets.MEDIA_TYPE}}):
        answer = api.head(URL, **asked)
        assert (answer["Content-Type"], answer.getvalue()) == (spreadsheets.MEDIA_TYPE, b"")
        assert answer["Content-Disposition"] == 'attachment; filename="trades.xlsx"'


@pytest.mark.parametrize(
    "text",
    ["0.1", "170.25", "1.50", "123456789012345", "-0.000000000000000001", "100000000000000000000", "999999999999999"],
)
def test_a_number_of_15_digits_is_a_number(api: APIClient, text: str) -> None:
    record(FIRST, price=text if len(text) < 21 else text[:-1])
    found = cell(api, "price")
    assert (found.data_type, Decimal(repr(found.value))) == ("n", Trade.objects.get().price)


@pytest.mark.parametrize(
    "text", ["1234567890.1234567", "99999999999999999999.999999999999999999", "-0.1234567890123456", "9007199254740993"]
)
def test_a_number_that_would_lose_digits_is_text(api: APIClient, text: str) -> None:
    record(FIRST, price=text)
    found = cell(api, "price")
    assert (found.data_type, found.value) == ("s", text)


@pytest.mark.parametrize("milliseconds", [0, 1, 500, 999])
def test_an_instant_is_a_date_that_shows_milliseconds(api: APIClient, milliseconds: int) -> None:
    at = datetime(2025, 6, 6, 23, 59, 59, milliseconds * 1000)
    record(at.replace(tzinfo=UTC))
    found = cell(api, "timestamp")
    assert (found.data_type, found.value, found.number_format) == ("d", at, "yyyy-mm-dd hh:mm:ss.000")


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2025, 6, 6, 20, 0, 0, 123456), "2025-06-06T20:00:00.123456Z"),
        (datetime(1900, 2, 28, 23), "1900-02-28T23:00:00.000000Z"),  # Excel has a 29th
        (datetime(1, 1, 1), "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_an_instant_that_excel_cannot_hold_is_text(api: APIClient, at: datetime, text: str) -> None:
    record(at.replace(tzinfo=UTC))
    found = cell(api, "timestamp")
    assert (found.data_type, found.value) == ("s", text)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "=cmd|' /C calc'!A0",
        "007",
        "1e5",
        "NA",
        "TRUE",
        "2025-06-06",
        "https://example.org",
    ],
)
def test_an_id_is_text_whatever_it_looks_like(api: APIClient, text: str) -> None:
    record(FIRST, external_id=text, ticker="=A")
    found = cell(api, "external_id")
    assert (found.data_type, found.value, found.number_format, found.hyperlink) == ("s", text, "@", None)
    assert (cell(api, "ticker").data_type, cell(api, "ticker").value) == ("s", "=A")


@pytest.mark.parametrize(
    "note",
    [
        "<b>&amp;</b>",
        "]]>",
        "two\nlines",
        "\ttab",
        " spaces ",
        "\ufffe",
        "\uffff",
        "_x000D_",
        "_x005F_x",
        "a\r\nb",
        "🚀" * 500,
        "&" * 500,
    ],
)
def test_a_note_keeps_every_character(api: APIClient, note: str) -> None:
    record(FIRST, note=note)
    assert unescape(cell(api, "note").value) == note


def test_an_account_may_have_any_name(api: APIClient) -> None:
    record(FIRST, account=Account.objects.create(name='=<"A&B">', currency_id="USD"))
    assert cell(api, "account").value == '=<"A&B">'


def told(row: Row) -> Row:
    """A row of the sheet as the ledger's own values."""
    at = row["timestamp"]
    return {name: unescape(value) if isinstance(value, str) else value or "" for name, value in row.items()} | {
        **{name: Decimal(str(row[name])) for name in ("price", "quantity", "fee")},
        "timestamp": at.replace(tzinfo=UTC) if isinstance(at, datetime) else instants.parse(at),
    }


@settings(max_examples=10)
@given(trades)
def test_the_values_of_every_trade_come_back(trade: Trade) -> None:
    Trade.objects.all().delete()
    trade.pk = None
    Trade.objects.bulk_create([trade])
    [booked] = Trade.objects.values(*OWN_FIELDS)
    [found] = rows(ApiClient())
    assert told(found) == booked | {"account": "main", "external_id": booked["external_id"] or ""}


def test_another_reader_finds_the_same(api: APIClient) -> None:
    record(FIRST, ticker="NA", price="0.1", external_id="007")
    record(FIRST + timedelta(seconds=0.5), price="1234567890.1234567")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(export(api, format="xlsx")))
    _, *found = book.get_sheet_by_name("trades").to_python()
    assert [row[:7] for row in found] == [
        ["NA", 0.1, 1.0, "buy", datetime(2025, 6, 1).date(), 0.0, "007"],  # as it tells every date-time at midnight
        ["AAPL", "1234567890.1234567", 1.0, "buy", datetime(2025, 6, 1, 0, 0, 0, 500000), 0.0, ""],
    ]


def test_more_trades_than_a_sheet_has_room_for_are_refused(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "MAX_TRADES", 2)
    record(FIRST, FIRST)
    assert len(rows(api)) == 2
    record(FIRST)
    answer = api.get(URL, {"format": "xlsx"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert answer.json() == {
        "format": ["A sheet has room for 2 trades: choose fewer by filters, or take csv or ndjson."]
    }


def test_trades_that_arrive_too_late_to_be_counted_cut_it_off(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 2)
    record(FIRST, FIRST)
    with pytest.raises(OverflowError, match="at most 2 rows"):
        export(api, format="xlsx")


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


def test_it_is_sent_while_it_is_made_and_a_reader_may_go_away(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest.selection.FETCHED", 3)
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # it is the test's, too
    record(*[FIRST] * 10)
    answer = api.get(URL, {"format": "xlsx"})
    assert next(answer.streaming_content).startswith(b"PK")
    assert open_cursors() == 1
    answer.close()
    assert (open_cursors(), len(connection.savepoint_ids)) == (0, 0)
    assert api.head(URL, {"format": "xlsx"}).getvalue() == b""
    assert open_cursors() == 0
