"""A file is sent, looked at, and booked."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

pytestmark = pytest.mark.django_db

SCHWAB = b""""Transactions  for account Sample ...123 as of 03/31/2025 05:10:00 PM ET"
"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"03/31/2025","Sell","AAPL","APPLE INC","1,250","$220.50","$8.25","$275,616.75"
"03/28/2025 as of 03/26/2025","Buy","VTI","VANGUARD","12","$280.25","","-$3,363.00"
"02/03/2025","Cash Dividend","AAPL","APPLE INC","","","","$62.50"
"""


def send(client: APIClient, body: bytes, **query: str) -> Any:
    address = "/api/imports/?" + "&".join(f"{name}={value}" for name, value in query.items())
    return client.post(address, body, content_type="application/octet-stream")


def test_a_brokers_file_is_kept_and_told_and_booked(client: APIClient) -> None:
    kept = send(client, SCHWAB, name="schwab.csv")
    assert kept.status_code == 201, kept.content
    body = kept.json()
    assert (body["state"], body["profile"], body["name"]) == ("kept", "schwab", "schwab.csv")
    assert body["counts"]["created"] == 2
    assert [(row["line"], row["left_out"]) for row in body["rows"]] == [(3, None), (4, None), (5, "Cash Dividend")]
    assert not Trade.objects.exists()
    booked = client.post(f"/api/imports/{body['id']}/book/", "{}", content_type="application/json")
    assert booked.status_code == 201, booked.content
    assert (booked.json()["created"], booked.json()["import"]) == (2, body["id"])
    assert [json.loads(json.dumps(row["ticker"])) for row in client.get("/api/trades/").json()["results"]] == [
        "AAPL",
        "VTI",
    ]


def test_a_file_without_trades_is_kept_in_mind_with_what_was_left_out(client: APIClient) -> None:
    _, header, *_, dividend = SCHWAB.splitlines(keepends=True)
    number = send(client, header + dividend).json()["id"]
    booked = client.post(f"/api/imports/{number}/book/", "{}", content_type="application/json")
    assert (booked.status_code, booked.json()["created"]) == (200, 0)
    told = client.get(f"/api/imports/{number}/").json()
    assert (told["profile"], [kind["kind"] for kind in told["left_out"]]) == ("schwab", ["Cash Dividend"])


def test_a_mapping_that_lacks_a_field_is_refused_by_the_fields_name(client: APIClient) -> None:
    kept = send(client, b"Date,Colour,Qty,Price,Side\n2025-03-03 10:00:00Z,red,3,10.50,Buy\n").json()
    assert kept["doubts"][0] == "No column is known to be the ticker: say which it is."
    booked = client.post(f"/api/imports/{kept['id']}/book/", "{}", content_type="application/json")
    assert (booked.status_code, booked.json()["mapping"]) == (400, kept["doubts"][:1])


def test_an_error_of_a_brokers_row_names_its_field(client: APIClient) -> None:
    row = SCHWAB.replace(b"$220.50", b"some").splitlines(keepends=True)
    [error] = send(client, b"".join(row)).json()["errors"]
    assert (error["line"], error["field"], error["message"]) == (3, "price", "Not a number: 'some'.")


def test_a_row_without_amounts_is_left_out_where_the_sign_of_the_money_says_the_side(client: APIClient) -> None:
    body = b"""Date;ISIN;Quantity;Price;Amount;Currency;Fee
03.03.2025 10:00;US0378331005;2;100,00;-200,00;EUR;1,00
13.03.2025 10:00;US0378331005;;;1.000,00;EUR;
14.03.2025 10:00;US0378331005;2;110,00;220,00;EUR;1,00
"""
    kept = send(client, body).json()
    patched = client.patch(
        f"/api/imports/{kept['id']}/", json.dumps({"answers": {"zone": "UTC"}}), content_type="application/json"
    ).json()
    assert [(row["kind"], row["lines"]) for row in patched["left_out"]] == [("rows without quantity and price", [3])]
    assert (patched["counts"]["created"], patched["errors"]) == (2, [])


def test_a_fee_that_the_money_holds_is_no_part_of_the_price(client: APIClient) -> None:
    body = """Datum;Typ;Wert;Buchungswährung;Gebühren;Stück;ISIN
2025-01-16T09:30Z;Kauf;-1.004,99;EUR;4,99;10;IE00BK5BQT80
2025-02-01T10:00Z;Verkauf;520,01;EUR;4,99;5;IE00BK5BQT80
""".encode()
    rows = send(client, body).json()["rows"]
    assert [(row["trade"]["price"], row["trade"]["fee"]) for row in rows] == [("100", "4.99"), ("105", "4.99")]


def test_debits_and_credits_are_booked_with_their_fees_and_refused_in_another_currency(client: APIClient) -> None:
    body = """Date,Symbol,Quantity,Price,Reference,Debit,Credit
26/06/2025,EZJ,3903,£5.38,100A,n/a,"£20,992.15"
13/06/2025,n/a,n/a,n/a,n/a,n/a,£1.32
12/06/2025,AAPL,10,£198.00,103A,"£1,563.20",n/a
11/06/2025,VOD,5168,£1.92422,101A,"£9,998.15",n/a
""".encode()
    kept = send(client, body).json()
    answers = json.dumps({"answers": {"zone": "Europe/London"}})
    rows = client.patch(f"/api/imports/{kept['id']}/", answers, content_type="application/json").json()["rows"]
    assert [(row["trade"]["side"], row["trade"]["fee"]) for row in rows if row["trade"]] == [
        ("sell", "5.99"),
        ("buy", "53.78"),
    ]
    assert rows[1]["left_out"] == "rows without quantity and price"
    assert rows[2]["error"].startswith("fee: 1563.20 is not 10 x 198.00 with a fee.")


@pytest.mark.parametrize(
    "file",
    [
        b"ticker,price,quantity,side,timestamp\nAAPL,1.50,2,buy,2025-06-06T20:00:00Z\nAAPL,x,2,buy,2025-06-06T20:00:00Z\n",
        b'{"ticker":"AAPL","price":1.50,"quantity":2,"side":"buy","timestamp":"2025-06-06T20:00:00Z"}\n[]\n',
    ],
)
def test_a_file_with_the_ledgers_own_columns_is_shown_as_well(client: APIClient, file: bytes) -> None:
    body = send(client, file).json()
    assert (body["kind"], body["counts"]["created"], body["counts"]["failed"]) == ("ledger", 1, 1)
    first = body["rows"][0]
    assert (first["line"], first["trade"]["ticker"], first["trade"]["price"], first["trade"]["note"]) == (
        body["errors"][0]["line"] - 1, "AAPL", "1.50", "",
    )  # fmt: skip


def test_a_profile_of_ones_own_has_the_answers_that_were_given(client: APIClient) -> None:
    file = (
        b"Symbol,Side,Quantity,Price,Currency,Date\nAAPL,buy,10,170.25,USD,03/04/2025\nAAPL,moved,1,1,USD,03/04/2025\n"
    )
    kept = send(client, file).json()
    said = {"answers": {"zone": "Europe/Berlin", "dates": "DMY", "word:moved": "leave out"}, "keep_as": "mine"}
    assert client.post(f"/api/imports/{kept['id']}/book/", said, content_type="application/json").status_code == 201
    again = send(client, file.replace(b"10", b"11")).json()
    assert (again["profile"], again["counts"]["created"]) == ("mine", 1)
    assert [question["name"] for question in again["questions"] if not question["default"]] == []


def test_what_needs_no_profile_is_kept_as_none(client: APIClient) -> None:
    kept = send(client, b"ticker,price,quantity,side,timestamp\nAAPL,1,2,buy,2025-06-06T20:00:00Z\n").json()
    answer = client.post(f"/api/imports/{kept['id']}/book/", {"keep_as": "mine"}, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["keep_as", "request_id"])
    assert not Trade.objects.exists()


def test_a_sheet_that_is_not_there_is_named(client: APIClient) -> None:
    kept = send(client, SCHWAB).json()
    answer = client.patch(f"/api/imports/{kept['id']}/", {"sheet": "Trades"}, content_type="application/json")
    assert answer.json()["file"] == ["There is no sheet Trades; it has no sheets with names."]


def test_answers_do_not_pile_up_without_end(client: APIClient) -> None:
    number = send(client, SCHWAB).json()["id"]
    statuses = []
    for turn in range(3):
        answers = {f"word:{turn}{name:040}": "buy" for name in range(8000)}
        body = json.dumps({"answers": answers})
        answer = client.patch(f"/api/imports/{number}/", body, content_type="application/json")
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 400]
