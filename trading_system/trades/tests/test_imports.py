"""The list of imports: newest first, of those that a user sees."""

from typing import Any

import pytest
from django.db.models.functions import Now
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of
from reference.models import Account, Membership
from trades.imports import NAME_LENGTH, legible_name
from trades.models import Import

from .book import walk
from .files import CSV, MIXED, send
from .traders import client_of, trader

pytestmark = pytest.mark.django_db
URL = "/api/imports/"
FILE = "ticker,price,quantity,side,timestamp,account\nA,{},1,buy,2025-06-06T20:00:00Z,{}\n"


def test_an_import_says_what_became_of_its_file(api: APIClient) -> None:
    send(api, MIXED)
    assert api.get(URL).json()["results"] == []
    report = send(api, MIXED, "on_error=skip&name=fills%202025.csv").json()
    found = api.get(f"{URL}{report['import']}/").json()
    assert found.pop("created_at") <= found.pop("booked_at")
    assert found == {
        "id": report["import"], "name": "fills 2025.csv", "state": "booked", "created_by": None, "undone_at": None,
        "profile": "", "left_out": [], "choices": [],
        "counts": {"created": 2, "duplicates": 0, "repeated": 0, "corrected": 0, "failed": 1, "left_out": 0},
    }  # fmt: skip


def test_what_was_left_out_and_chosen_is_told(api: APIClient) -> None:
    left_out = [{"kind": "dividend", "rows": 2, "lines": [4, 9]}, {"kind": "deposit", "rows": 1, "lines": [2]}]
    record = Import.objects.create(
        digest=b"x", left_out=left_out, made={"choices": [{"zone": "UTC"}], "more": 1}, booked_at=Now()
    )
    found = api.get(f"{URL}{record.pk}/").json()
    assert (found["left_out"], found["choices"], found["counts"]["left_out"]) == (left_out, [{"zone": "UTC"}], 3)
    assert found["counts"]["created"] is None


def test_pages_are_newest_first_and_lead_on(api: APIClient) -> None:
    numbers = [send(api, FILE.format(price, "")).json()["import"] for price in range(5)]
    pages, last = walk(api, f"{URL}?page_size=2", "next")
    assert pages == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]
    back, _ = walk(api, last, "previous")
    assert back == pages[::-1]
    assert api.get(f"{URL}?count=true&ordering=timestamp").json()["count"] == 5


def test_the_list_takes_one_query_whatever_it_has(api: APIClient, django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        for price in range(count):
            send(api, FILE.format(f"{count}.{price}", ""))
        with django_assert_num_queries(1):
            api.get(URL)


def test_it_is_seen_by_who_made_it_and_by_who_sees_all_its_accounts() -> None:
    keeper, reader = map(trader, ("keeper", "reader"))
    vault = Account.objects.create(name="vault", currency_id="USD")
    Membership.objects.create(account=vault, user=keeper, role="trader")
    Membership.objects.create(account=vault, user=reader, role="viewer")
    clients = [by_token(token_of(keeper)), by_token(token_of(reader)), client_of("stranger")]
    secret = send(clients[0], FILE.format(1, "vault")).json()["import"]
    common = send(clients[0], FILE.format(1, "main")).json()["import"]
    seen = [[one["id"] for one in client.get(URL).json()["results"]] for client in clients]
    assert seen == [[common, secret], [common, secret], [common]]
    assert [client.get(f"{URL}{secret}/").status_code for client in clients] == [200, 200, 404]
    Membership.objects.filter(user=keeper).delete()
    assert clients[0].get(f"{URL}{secret}/").status_code == 200


def test_a_file_that_is_not_booked_is_seen_by_who_sent_it_alone() -> None:
    keeper, other = client_of("keeper"), client_of("other")
    kept = keeper.post(URL, CSV, content_type="text/csv").json()
    assert [client.get(f"{URL}{kept['id']}/").status_code for client in (keeper, other)] == [200, 404]


def test_there_is_no_import_of_this_number(api: APIClient) -> None:
    assert [api.get(f"{URL}{number}/").status_code for number in (1, 999999999, "x")] == [404] * 3
    assert api.post(f"{URL}999999999/undo/").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a.csv", "a.csv"), ("/home/me/a.csv", "a.csv"), (r"C:\me\a.csv", "a.csv"), ("a\x00\x1b[31m.csv", "a[31m.csv"),
     ("x" * 300, "x" * NAME_LENGTH), ("  a ", "a"), ("", "")],
)  # fmt: skip
def test_a_name_is_kept_as_it_can_be_shown(given: str, kept: str) -> None:
    assert legible_name(given) == kept
