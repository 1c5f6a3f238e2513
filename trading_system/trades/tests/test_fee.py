"""A trade's fee: what it cost besides its price, or below zero, a rebate."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades.models import Trade

from .book import FIRST, URL, record
from .files import FILL, HEADER, counts, send
from .sql import insert

pytestmark = pytest.mark.django_db
MOST = "99999999999999999999.999999999999999999"


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("1.50", "1.50"), (0.1, "0.1"), (-2, "-2"), ("-0.00000001", "-0.00000001"), ("0", "0"), ("0.00", "0.00"), ("-0", "0"), ("-0.0", "0.0"),
        ("1e-8", "0.00000001"), (" -1 ", "-1"), (MOST, MOST), (f"-{MOST}", f"-{MOST}"),
    ],
)  # fmt: skip
def test_it_keeps_every_digit_and_its_sign(api: APIClient, fill: dict[str, Any], given: Any, answered: str) -> None:
    trade = api.post(URL, fill | {"fee": given}).json()
    address = f"{URL}{trade['id']}/"
    assert trade["fee"] == api.get(address).json()["fee"] == api.get(URL).json()["results"][0]["fee"] == answered
    assert api.patch(address, {"fee": 7}).json()["fee"] == "7"
    assert api.patch(address, {"fee": given}).json()["fee"] == api.get(address).json()["fee"] == answered


def test_left_out_it_is_zero_and_on_a_change_as_it_was(api: APIClient, fill: dict[str, Any]) -> None:
    trade = api.post(URL, fill).json()
    address = f"{URL}{trade['id']}/"
    assert trade["fee"] == "0"
    api.patch(address, {"fee": "1.25"})
    assert api.put(address, fill).json()["fee"] == "1.25"
    assert [event["before"]["fee"] for event in api.get(f"{address}history/").json()["results"]] == ["0"]


@pytest.mark.parametrize("fee", ["", None, "free", "1,5", "NaN", "Infinity", True, [], {}, "٣", "--1"])
def test_it_refuses_what_is_no_number(api: APIClient, fill: dict[str, Any], fee: Any) -> None:
    answer = api.post(URL, fill | {"fee": fee})
    assert (answer.status_code, list(answer.json())) == (400, ["fee"])


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("fee", "message"),
    [
        ("100000000000000000000", "At most 20 digits before the point."),
        ("0.0000000000000000001", "At most 18 digits after the point."),
    ],
)
def test_it_refuses_more_digits_than_fit(
    api: APIClient, fill: dict[str, Any], sign: str, fee: str, message: str
) -> None:
    answer = api.post(URL, fill | {"fee": f"{sign}{fee}"})
    assert (answer.status_code, answer.json()) == (400, {"fee": [message]})


@pytest.mark.parametrize(
    ("fee", "rule"),
    [
        ("100000000000000000000", "whole_digits"),
        ("-100000000000000000000", "whole_digits"),
        ("NaN", "whole_digits"),
        ("-Infinity", "whole_digits"),
        ("1e-19", "decimals"),
        ("-1e-19", "decimals"),
    ],
)
def test_the_database_refuses_it_too(fee: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=f"trade_fee_{rule}"):
        insert(fee=Decimal(fee))


def test_sql_may_leave_it_out_but_not_make_it_null() -> None:
    insert()
    assert Trade.objects.get().fee == 0
    with pytest.raises(IntegrityError, match="null value"):
        insert(fee=None)


def test_a_form_that_leaves_it_empty_leaves_it_out(fill: dict[str, Any]) -> None:
    answer = ApiClient().post(URL, fill | {"fee": ""}, format="multipart")
    assert (answer.status_code, answer.json()["fee"]) == (201, "0")


FEES = ["0.50", None, "-0.5", "-0", "1e1"]
ROW = {"ticker": "A", "price": 1, "quantity": 1, "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}


@pytest.mark.parametrize("file", [
    "ticker,price,quantity,side,timestamp,fee\n" + "".join(f"{','.join(map(str, ROW.values()))},{fee or ''}\n" for fee in FEES),
    json.dumps([ROW | ({"fee": fee} if fee else {}) for fee in FEES]),
])  # fmt: skip
def test_a_file_may_have_it_in_some_rows(api: APIClient, file: str) -> None:
    kind = "application/json" if file.startswith("[") else "text/csv"
    assert counts(send(api, file, content_type=kind)) == (201, 5, 0, 0)
    assert [str(trade.fee) for trade in Trade.objects.order_by("id")] == ["0.50", "0", "-0.5", "0", "10"]


@pytest.mark.parametrize("fee", ['""', "null", '"x"', '"100000000000000000000"'])
def test_in_a_file_a_wrong_one_is_told(api: APIClient, fee: str) -> None:
    file = json.dumps(ROW | {"fee": json.loads(fee)})
    answer = send(api, file, content_type="application/x-ndjson")
    assert [(error["line"], error["field"]) for error in answer.json()["errors"]] == [(1, "fee")]


def test_a_file_that_was_exported_before_there_were_fees_is_one_of_duplicates(api: APIClient) -> None:
    send(api, HEADER + FILL)
    Trade.objects.update(fee="0.50")
    assert counts(send(api, HEADER + FILL, "again=true")) == (200, 0, 1, 0)
    with_fee = HEADER.replace("note", "note,fee") + FILL.replace("first", "first,0")
    assert counts(send(api, with_fee)) == (400, 0, 0, 1)


def test_it_comes_back_with_a_deleted_trade(api: APIClient, fill: dict[str, Any]) -> None:
    trade = api.post(URL, fill | {"fee": "1.10"}).json()
    api.delete(f"{URL}{trade['id']}/")
    assert api.post(f"{URL}{trade['id']}/restore/").json()["fee"] == "1.10"


def test_as_of_before_its_change_it_is_what_it_was(api: APIClient) -> None:
    [trade] = record(FIRST, fee="1.10")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trades_trade SET fee = 2 WHERE id = %s RETURNING updated_at - interval '1 microsecond'", [trade.pk]
        )
        before = cursor.fetchone()[0].isoformat()
    assert [found["fee"] for found in api.get(URL, {"as_of": before}).json()["results"]] == ["1.10"]
