"""What went wrong without a word, before files were looked at: each line is a file, and what has to become of it."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

pytestmark = pytest.mark.django_db

COLUMNS = "ticker,price,quantity,side,timestamp"
JANUARY = f"{COLUMNS}\nAAPL,170.25,10,buy,2025-01-06T20:00:00Z\nMSFT,410,1,sell,2025-01-07T20:00:00Z\n"
BROKER = "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n"


def send(api: APIClient, file: str | bytes, **query: str) -> Any:
    address = "/api/trades/bulk/?" + "&".join(f"{name}={value}" for name, value in query.items())
    return api.post(address, file, content_type="application/octet-stream").json()


def counts(body: dict[str, Any]) -> tuple[int, ...]:
    return tuple(body[name] for name in ("created", "duplicates", "repeated", "failed"))


def mapped(api: APIClient, file: str | bytes, answers: dict[str, str]) -> Any:
    """A file of an unknown layout, as is proposed, with these answers."""
    kept = api.post("/api/imports/?name=x.csv", file, content_type="application/octet-stream").json()
    return api.post(f"/api/imports/{kept['id']}/book/", {"answers": answers}, format="json")


def test_two_fills_with_one_order_id_are_a_conflict_with_both_lines(api: APIClient) -> None:
    file = f"{COLUMNS},external_id\nA,1,60,buy,2025-01-06T20:00:00Z,order-1\nA,1,40,buy,2025-01-06T20:00:00Z,order-1\n"
    body = send(api, file)
    assert counts(body) == (0, 0, 0, 2)
    first, second = body["errors"]
    assert ("line 3" in first["message"].lower(), "line 2" in second["message"].lower()) == (True, True)


def test_a_file_that_grew_adds_what_is_new(api: APIClient) -> None:
    send(api, JANUARY)
    assert counts(send(api, f"{JANUARY}AAPL,171,5,sell,2025-02-03T20:00:00Z\n")) == (1, 0, 2, 0)


@pytest.mark.parametrize(
    "saved",
    [
        JANUARY.replace("\n", "\r\n"), f"\ufeff{JANUARY}", JANUARY.rstrip("\n"), JANUARY.replace("AAPL", '"AAPL"'),
        JANUARY.replace("ticker,price", "price,ticker").replace("AAPL,170.25", "170.25,AAPL").replace("MSFT,410", "410,MSFT"),
        JANUARY.replace(",", ";"), JANUARY.replace(",", "\t").encode("utf-16"), JANUARY.upper(),
    ],
    ids=["CRLF", "BOM", "no last newline", "quotes", "order of columns", "semicolons", "Unicode text", "capitals"],
)  # fmt: skip
def test_a_file_that_was_saved_again_adds_nothing(api: APIClient, saved: str | bytes) -> None:
    send(api, JANUARY)
    body = send(api, saved)
    assert counts(body) == (0, 0, 2, 0), body


def test_of_equal_rows_those_are_new_that_the_ledger_does_not_have(api: APIClient) -> None:
    row = "AAPL,170.25,10,buy,2025-01-06T20:00:00Z\n"
    send(api, f"{COLUMNS}\n{row}")
    assert counts(send(api, f"{COLUMNS}\n{row * 3}")) == (2, 0, 1, 0)
    assert Trade.objects.count() == 3


@pytest.mark.parametrize("cell", ["", ","])
def test_a_row_without_a_time_is_refused(api: APIClient, cell: str) -> None:
    header = f"{COLUMNS}\n" if cell else "ticker,price,quantity,side\n"
    body = send(api, f"{header}AAPL,1,1,buy{cell}\n")
    assert (counts(body), body["errors"][0]["field"]) == ((0, 0, 0, 1), "timestamp")


def test_local_time_is_in_the_zone_of_the_file(api: APIClient) -> None:
    assert send(api, f"{BROKER}03/10/2025,Buy,AAPL,APPLE INC,1,$1.00,,-$1.00\n")["created"] == 1
    assert Trade.objects.get().timestamp.isoformat() == "2025-03-10T04:00:00+00:00"  # midnight in New York


def test_a_zone_that_no_one_knows_is_asked(api: APIClient) -> None:
    file = "Symbol,Side,Quantity,Price,Currency,Time\nAAPL,buy,1,170.25,USD,2025-03-10 09:30:00\n"
    asked = mapped(api, file, {})
    assert (asked.status_code, [question["name"] for question in asked.json()["questions"]]) == (400, ["zone"])
    assert mapped(api, file, {"zone": "Europe/Berlin"}).status_code == 201
    assert Trade.objects.get().timestamp.isoformat() == "2025-03-10T08:30:00+00:00"


def test_costs_below_zero_are_costs_where_the_layout_has_them_so(api: APIClient) -> None:
    header = (
        "Buy/Sell,TradeDate,ISIN,Quantity,TradePrice,TradeMoney,CurrencyPrimary,IBCommission,IBCommissionCurrency\n"
    )
    assert send(api, f"{header}BUY,20250310,US0378331005,1,170.25,170.25,USD,-1,USD\n")["created"] == 1
    assert Trade.objects.get().fee == Decimal(1)


def test_a_point_is_for_thousands_where_the_file_shows_it(api: APIClient) -> None:
    file = "Symbol;Side;Quantity;Price;Currency;Time\nAAPL;buy;1.234;170,25;EUR;2025-03-10T09:30:00Z\n"
    assert mapped(api, file, {}).status_code == 201
    assert Trade.objects.get().quantity == Decimal(1234)


def test_a_number_that_could_be_both_is_asked(api: APIClient) -> None:
    file = "Symbol;Side;Quantity;Price;Currency;Time\nAAPL;buy;1.234;170;EUR;2025-03-10T09:30:00Z\n"
    assert [question["name"] for question in mapped(api, file, {}).json()["questions"]] == ["decimal"]
    assert mapped(api, file, {"decimal": ","}).status_code == 201
    assert Trade.objects.get().quantity == Decimal(1234)


def test_a_date_that_could_be_both_is_asked_unless_a_row_settles_it(api: APIClient) -> None:
    file = "Symbol,Side,Quantity,Price,Currency,Date\nAAPL,buy,1,170,EUR,03/04/2025\n"
    asked = {question["name"] for question in mapped(api, file, {"zone": "UTC"}).json()["questions"]}
    assert "dates" in asked
    assert mapped(api, f"{file}AAPL,buy,2,170,EUR,13/04/2025\n", {"zone": "UTC"}).status_code == 201
    assert [str(trade.timestamp.date()) for trade in Trade.objects.order_by("id")] == ["2025-04-03", "2025-04-13"]


def test_newest_first_becomes_oldest_first(api: APIClient) -> None:
    rows = [
        "03/11/2025,Sell,AAPL,APPLE INC,1,$3.00,,$3.00",
        "03/10/2025,Sell,AAPL,APPLE INC,1,$2.00,,$2.00",
        "03/10/2025,Buy,AAPL,APPLE INC,1,$1.00,,-$1.00",
    ]
    send(api, BROKER + "\n".join(rows))
    assert [trade.price for trade in Trade.objects.order_by("timestamp", "id")] == [1, 2, 3]


def test_trades_that_were_deleted_since_are_missed(api: APIClient) -> None:
    send(api, JANUARY)
    Trade.objects.all().delete()
    body = send(api, JANUARY)
    assert (counts(body), body["missing"]) == ((0, 2, 0, 0), 2)
    assert "again=true" in body["hint"]
    assert counts(send(api, JANUARY, again="true")) == (2, 0, 0, 0)


def test_one_undo_takes_a_wrong_file_back(api: APIClient) -> None:
    number = send(api, JANUARY)["import"]
    assert api.post(f"/api/imports/{number}/undo/").status_code == 200
    assert not Trade.objects.exists()


@pytest.mark.parametrize(
    "file",
    [
        JANUARY.upper(), JANUARY.replace(",", ";"), JANUARY.replace(",", "\t"), f"My trades\n\n{JANUARY}",
        f"sep=;\n{JANUARY.replace(',', ';')}", JANUARY.encode("utf-16"), JANUARY.encode("utf-16-le"),
    ],
    ids=["capitals", "semicolons", "tabs", "title lines", "sep=", "UTF-16", "UTF-16 without a mark"],
)  # fmt: skip
def test_its_own_columns_are_read_in_any_dress(api: APIClient, file: str | bytes) -> None:
    body = send(api, file)
    assert counts(body) == (2, 0, 0, 0), body


def test_a_fee_that_was_corrected_is_told_and_can_be_taken(api: APIClient) -> None:
    row = f"{COLUMNS},fee,external_id\nA,1,1,buy,2025-01-06T20:00:00Z,{{}},fill-1\n"
    send(api, row.format("1"))
    trade = Trade.objects.get()
    body = send(api, row.format("1.01"))
    [error] = body["errors"]
    assert (error["field"], f"Trade {trade.pk}" in error["message"]) == ("external_id", True)
    assert "1.01" in error["message"]
    assert send(api, row.format("1.01"), corrections="true")["corrected"] == 1
    assert Trade.objects.get(pk=trade.pk).fee == Decimal("1.01")
    events = api.get(f"/api/trades/{trade.pk}/history/").json()["results"]
    assert [event["before"]["fee"] for event in events if event["event"] == "update"] == ["1"]


def test_a_date_that_could_be_both_far_down_in_a_file_is_refused(api: APIClient) -> None:
    rows = "AAPL,buy,1,170,EUR,2025-03-04T20:00:00Z\n" * 300
    file = f"Symbol,Side,Quantity,Price,Currency,Date\n{rows}AAPL,buy,2,170,EUR,03/04/2025\n"
    body = mapped(api, file, {"zone": "UTC"}).json()
    assert [(error["line"], error["field"]) for error in body["errors"]] == [(302, "timestamp")]
    assert not Trade.objects.exists()
