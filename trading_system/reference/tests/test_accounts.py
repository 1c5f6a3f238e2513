"""Accounts: added, changed and listed, with the rules of each field."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from reference.models import Account
from reference.seeds import MAIN

from .accounts_api import ACCOUNTS, MAIN_ADDRESS, Person, add, names

pytestmark = pytest.mark.django_db
GIVEN = {"name": "savings", "currency": "EUR"}


def test_main_is_there_and_everybodys(api: APIClient) -> None:
    [main] = api.get(ACCOUNTS).json()["results"]
    assert (main["id"], main["name"], main["currency"]) == (MAIN, "main", "USD")
    assert (main["members"], main["role"]) == ([], None)


def test_one_is_added_and_read(api: APIClient) -> None:
    answer = api.post(ACCOUNTS, GIVEN | {"note": " For later "})
    told = answer.json()
    assert answer.status_code == 201
    assert {name: told[name] for name in ("name", "currency", "note", "members", "role")} == GIVEN | {
        "note": " For later ", "members": [], "role": None,
    }  # fmt: skip
    assert told["created_at"] == told["updated_at"]
    assert api.get(answer["Location"]).json() == told


@pytest.mark.parametrize(("given", "told"), [("eur", "EUR"), (" btc ", "BTC"), ("GBp", "GBX"), ("GBP", "GBP")])
def test_a_currency_is_read_in_any_case_but_pence(api: APIClient, given: str, told: str) -> None:
    assert api.post(ACCOUNTS, GIVEN | {"currency": given}).json()["currency"] == told


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"currency": "xyz"},
            "currency",
            "Unknown currency: XYZ. An instrument of kind currency or crypto makes its ticker a known one.",
        ),
        ({"currency": "U$D"}, "currency", "Must be the code of a currency, such as USD or BTC."),
        ({"currency": ""}, "currency", "This field may not be blank."),
        ({"currency": None}, "currency", "This field may not be null."),
        ({"currency": 1}, "currency", "Not a valid string."),
        ({"name": ""}, "name", "This field may not be blank."),
        ({"name": "a,b"}, "name", "Must not have commas or control characters, nor spaces around it."),
        ({"name": " a"}, "name", "Must not have commas or control characters, nor spaces around it."),
        ({"name": "a" * 65}, "name", "Ensure this field has no more than 64 characters."),
        ({"name": "a\0"}, "name", "Null characters are not allowed."),
        ({"note": "a" * 501}, "note", "Ensure this field has no more than 500 characters."),
        ({"note": "a\nb"}, "note", "Must not have control characters in it."),
        ({"owner": "me"}, "owner", "Unknown field."),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, change: dict[str, Any], field: str, message: str) -> None:
    answer = api.post(ACCOUNTS, GIVEN | change)
    assert answer.status_code == 400
    assert message in answer.json()[field]
    assert Account.objects.count() == 1


@pytest.mark.parametrize("field", GIVEN)
def test_what_is_missing_is_named(api: APIClient, field: str) -> None:
    answer = api.post(ACCOUNTS, {name: value for name, value in GIVEN.items() if name != field})
    assert (answer.status_code, answer.json()) == (400, {field: ["This field is required."]})


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"name": " a"}, "name_form"), ({"note": "\n"}, "note_form"), ({"note": "a" * 501}, "note_length")],
)
def test_the_database_has_the_rules(change: dict[str, str], rule: str) -> None:
    with pytest.raises(IntegrityError, match=f"account_{rule}"), transaction.atomic():
        Account.objects.create(**{"name": "a", "currency_id": "EUR"} | change)


def test_its_fields_are_changed(api: APIClient) -> None:
    account = add(api)
    assert api.patch(account["address"], {"name": "Pension", "currency": "chf"}).status_code == 200
    answer = api.put(account["address"], GIVEN | {"name": "Pension", "note": "Old"})
    told = api.get(account["address"]).json()
    assert answer.json() == told
    assert (told["name"], told["currency"], told["note"]) == ("Pension", "EUR", "Old")
    assert told["updated_at"] > account["updated_at"]


def test_what_was_read_can_be_sent_back(owner: Person) -> None:
    account = add(owner.api, owner.trades)
    told = owner.api.get(account["address"]).json()
    answer = owner.api.put(account["address"], told)
    assert (answer.status_code, answer.json() | {"updated_at": ""}) == (200, told | {"updated_at": ""})


def test_a_name_is_taken_once_among_those_that_are_seen(api: APIClient) -> None:
    account = add(api)
    taken = (409, {"name": ["Another account that you see has this name."]})
    again = api.post(ACCOUNTS, GIVEN)
    assert (again.status_code, again.json()) == taken
    renamed = api.patch(account["address"], {"name": "main"})
    assert (renamed.status_code, renamed.json()) == taken
    assert api.patch(account["address"], {"name": "savings"}).status_code == 200
    assert names(api) == ["main", "savings"]


def test_they_are_listed_by_name(api: APIClient) -> None:
    for name in ("b", "c", "a"):
        add(api, name=name)
    assert names(api) == ["a", "b", "c", "main"]


def test_a_list_takes_as_many_queries_as_one_account(owner: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            names(owner.api)
        return len(captured)

    add(owner.api, owner.trades, name="a")
    before = queries()
    for name in ("b", "c", "d"):
        add(owner.api, owner.trades, name=name)
    assert queries() == before


def test_a_list_has_no_parameters(api: APIClient) -> None:
    answer = api.get(ACCOUNTS, {"name": "main"})
    assert (answer.status_code, [*answer.json()]) == (400, ["name"])


def test_a_changed_version_is_not_overwritten(api: APIClient) -> None:
    account = add(api)
    address, etag = account["address"], account["etag"]
    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert api.patch(address, {"note": "1"}, headers={"If-Match": etag}).status_code == 200
    assert api.patch(address, {"note": "2"}, headers={"If-Match": etag}).status_code == 412
    assert api.delete(address, headers={"If-Match": etag}).status_code == 412
    assert Account.objects.get(pk=account["id"]).note == "1"


def test_a_key_carries_it_out_once(api: APIClient) -> None:
    answers = [api.post(ACCOUNTS, GIVEN, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert api.post(ACCOUNTS, GIVEN | {"name": "b"}, headers={"Idempotency-Key": "k"}).status_code == 422


def test_there_are_only_so_many(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference.managers.MAX_ACCOUNTS", 2)
    account = add(api)
    answer = api.post(ACCOUNTS, GIVEN | {"name": "b"})
    assert (answer.status_code, answer.json()) == (409, {"detail": "There are at most 2 accounts."})
    assert api.patch(account["address"], {"name": "b"}).status_code == 200


def test_main_is_renamed_and_priced_in_another_currency(api: APIClient) -> None:
    answer = api.patch(MAIN_ADDRESS, {"name": "Household", "currency": "EUR", "note": "All that is not elsewhere"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Household")
    main = Account.objects.get(pk=MAIN)
    assert (main.name, main.currency_id) == ("Household", "EUR")


def test_main_stays(api: APIClient) -> None:
    answer = api.delete(MAIN_ADDRESS)
    message = "Trades that name no account go into main: it cannot be deleted."
    assert (answer.status_code, answer.json()) == (409, {"detail": message})
    assert names(api) == ["main"]


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", "2147483648", "9999999999999999999", "99999999999999999999"])
def test_what_is_no_id_is_not_found(api: APIClient, number: str) -> None:
    assert api.get(f"{ACCOUNTS}{number}/").status_code == 404
