"""Imports and profiles in a browser, and bodies that are none of theirs."""

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/api/imports/", "/api/import-profiles/", "/api/import-profiles/schwab/"])
def test_a_page_has_no_form_of_fields_that_are_only_answered(client: Client, address: str) -> None:
    page = client.get(address, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert b'name="created_at"' not in page.content
    assert b"not currently supported" not in page.content


def test_a_form_is_no_profile(client: Client) -> None:
    assert client.post("/api/import-profiles/", {"name": "mine"}).status_code == 415


FILE = "Date,Symbol,Side,Quantity,Price,Currency\n2025-01-31,A,Buy,1,1,USD\n"
ODD = [
    {"separator": {"a": 1}}, {"separator": [1]}, {"answers": [1]}, {"answers": "abc"}, {"answers": {"zone": {}}},
    {"answers": {"word:x": 1}}, {"answers": {"word:x": []}}, {"answers": {"word:\0": "buy"}}, {"profile": {}}, {"sheet": "\0"},
    {"charset": "idna"}, {"charset": "undefined"}, {"charset": "rot13"}, {"charset": []}, {"symbols": {"A": 1}}, {"symbols": {"A": "\0"}},
    {"symbols": []}, {"account": {}}, {"mapping": []}, {"mapping": {"title": "\0", "header": ["a"]}}, {"answers": {"zone": "\0"}},
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=json.dumps)
@pytest.mark.parametrize("action", ["", "book/"])
def test_what_is_said_of_a_file_names_the_field_that_is_wrong(
    client: Client, body: dict[str, Any], action: str
) -> None:
    kept = client.post("/api/imports/", FILE, content_type="text/csv")
    assert kept.status_code == 201
    send = client.post if action else client.patch
    answer = send(f"/api/imports/{kept.json()['id']}/{action}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json().keys() - {"request_id"} <= {*body, "zone", "file", "words"}


@pytest.mark.parametrize(
    "body", [{"name": 1}, {"name": "a", "profile": []}, {"name": "a", "profile": {"title": "\0"}}, [], 1]
)
def test_what_is_no_profile_is_refused(client: Client, body: Any) -> None:
    answer = client.post("/api/import-profiles/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


def test_a_profile_that_is_too_large_is_not_kept(client: Client) -> None:
    columns = {"ticker": "a", "price": "b", "quantity": "c", "date": "d", "side": "e"}
    profile = {
        "title": "",
        "header": ["a"],
        "columns": columns,
        "symbols": {f"{number:012}": "A" for number in range(9000)},
    }
    answer = client.put("/api/import-profiles/mine/", {"profile": profile}, content_type="application/json")
    assert (answer.status_code, "of at most 131072" in answer.json()["profile"][0]) == (400, True)


def test_a_name_that_is_none_keeps_no_profile(client: Client) -> None:
    kept = client.post("/api/imports/", FILE, content_type="text/csv")
    for name in ({}, [1], 5, "A B", "\0"):
        body = {"answers": {"zone": "UTC"}, "keep_as": name}
        answer = client.post(f"{kept['Location']}book/", json.dumps(body), content_type="application/json")
        assert answer.status_code == 400, (name, answer.content)


def test_an_unknown_layout_is_told_before_anything_is_asked(client: Client) -> None:
    answer = client.post(
        "/api/trades/bulk/", "Day;Stock;Pieces;Rate\n31/03/2025;AIR;50;160,50\n", content_type="text/csv"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("No profile knows its columns (Day, Stock, Pieces, Rate).")
