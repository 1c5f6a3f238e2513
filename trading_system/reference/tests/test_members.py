"""An account with members is theirs alone: others see nothing of it, and viewers change nothing."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from reference.managers import seen_by
from reference.models import Account, Membership
from reference.seeds import MAIN

from .accounts_api import ACCOUNTS, MAIN_ADDRESS, NEVER, Person, add, names, person

pytestmark = pytest.mark.django_db
Told = dict[str, Any]
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


def told_at(api: APIClient, method: str, address: str, etag: str) -> tuple[int, Any, list[str]]:
    """The status, the body and the headers that are answered, less what differs from request to request."""
    body = {"name": "mine", "currency": "EUR"} if method in ("PUT", "PATCH") else None
    answer = getattr(api, method.lower())(address, body, headers={"If-None-Match": etag, "If-Match": etag})
    has_body = answer.content and method != "HEAD"
    return answer.status_code, answer.json() if has_body else None, sorted({*answer.headers} - {"Content-Length"})


@pytest.mark.parametrize("method", METHODS)
def test_to_others_it_is_as_one_that_never_was(neighbour: Person, private: Told, foreign: Told, method: str) -> None:
    found = told_at(neighbour.api, method, private["address"], private["etag"])
    assert found == told_at(neighbour.api, method, NEVER, private["etag"])
    assert found[0] == (200 if method == "OPTIONS" else 404)
    assert Account.objects.filter(name="private").exists()


def test_each_lists_their_own(owner: Person, neighbour: Person, private: Told, foreign: Told) -> None:
    assert names(owner.api) == ["main", "private"]
    assert names(neighbour.api) == ["foreign", "main"]
    assert b"private" not in neighbour.api.get(ACCOUNTS).content


def test_whoever_is_no_member_sees_as_little_with_the_role_admin(chief: Person, private: Told) -> None:
    assert chief.api.get(private["address"]).status_code == 404
    assert chief.api.delete(private["address"]).status_code == 404
    assert names(chief.api) == ["main"]


def test_nor_is_anything_seen_without_a_login(owner: Person, private: Told, settings: Any, api: APIClient) -> None:
    settings.LOGIN_REQUIRED = False
    assert api.get(private["address"]).status_code == 404
    assert names(api) == ["main"]


def test_names_that_are_not_seen_are_free(owner: Person, neighbour: Person, private: Told, foreign: Told) -> None:
    add(neighbour.api, neighbour.trades, name="private")
    answer = neighbour.api.patch(foreign["address"], {"name": "public"})
    assert answer.status_code == 200
    assert owner.api.patch(private["address"], {"name": "public"}).status_code == 200
    assert owner.api.post(ACCOUNTS, {"name": "public", "currency": "EUR"}).status_code == 409


def test_who_sees_two_of_a_name_may_change_each(owner: Person, neighbour: Person, private: Told) -> None:
    add(neighbour.api, neighbour.trades, owner.trades, name="private")
    assert names(owner.api) == ["main", "private", "private"]
    assert owner.api.patch(private["address"], {"name": "private", "note": "Mine"}).status_code == 200


def test_a_viewer_reads_it_and_is_told_why_not_more(owner: Person, neighbour: Person) -> None:
    account = add(owner.api, owner.trades, neighbour.views, name="shared")
    told = neighbour.api.get(account["address"]).json()
    assert (told["role"], told["members"]) == ("viewer", [neighbour.views, owner.trades])
    refused = (403, {"detail": "You may read the account shared, but not change anything in it."})
    for method in ("put", "patch", "delete"):
        answer = getattr(neighbour.api, method)(account["address"], {"name": ""})
        assert (answer.status_code, answer.json()) == refused
    assert Account.objects.get(pk=account["id"]).updated_at == Account.objects.get(pk=account["id"]).created_at


def test_a_viewers_page_has_no_form(owner: Person, neighbour: Person) -> None:
    account = add(owner.api, owner.trades, neighbour.views, name="shared")
    pages = [one.api.get(account["address"], headers={"accept": "text/html"}) for one in (neighbour, owner)]
    assert [page.status_code for page in pages] == [200, 200]
    assert ['name="note"' in page.content.decode() for page in pages] == [False, True]


def test_a_trader_among_the_members_changes_it(owner: Person, neighbour: Person) -> None:
    account = add(owner.api, owner.trades, neighbour.trades, name="shared")
    answer = neighbour.api.patch(account["address"], {"note": "Ours"})
    assert (answer.status_code, answer.json()["role"]) == (200, "trader")


def test_a_trader_there_needs_the_role_as_well(owner: Person) -> None:
    reader = person("reader", "viewer")
    account = add(owner.api, owner.trades, {"user": "reader", "role": "trader"})
    assert reader.api.get(account["address"]).json()["role"] == "trader"
    answer = reader.api.patch(account["address"], {"note": "a"})
    assert (answer.status_code, answer.json()) == (403, {"detail": "None of your roles allows this."})


def test_members_are_replaced(owner: Person, neighbour: Person, private: Told) -> None:
    def change(*members: dict[str, str]) -> list[dict[str, str]]:
        answer = owner.api.patch(private["address"], {"members": list(members)})
        assert answer.status_code == 200, answer.content
        return answer.json()["members"]

    assert change(owner.trades, neighbour.views) == [neighbour.views, owner.trades]
    assert names(neighbour.api) == ["main", "private"]
    assert change(owner.trades) == [owner.trades]
    assert names(neighbour.api) == ["main"]
    assert change() == []
    assert neighbour.api.patch(private["address"], {"note": "Everybody's"}).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch"])
def test_members_that_are_not_given_stay(owner: Person, private: Told, method: str) -> None:
    answer = getattr(owner.api, method)(private["address"], {"name": "private", "currency": "USD"})
    assert (answer.status_code, answer.json()["members"]) == (200, [owner.trades])


def test_other_members_are_another_version(owner: Person, neighbour: Person, private: Told) -> None:
    added = {"members": [owner.trades, neighbour.trades]}
    assert owner.api.patch(private["address"], added, headers={"If-Match": private["etag"]}).status_code == 200
    answer = neighbour.api.patch(private["address"], {"members": []}, headers={"If-Match": private["etag"]})
    assert answer.status_code == 412
    assert Membership.objects.count() == 2


def test_a_refused_change_changes_nothing(owner: Person, private: Told) -> None:
    members = [owner.trades, {"user": "nobody", "role": "viewer"}]
    answer = owner.api.patch(private["address"], {"name": "Other", "members": members})
    assert (answer.status_code, answer.json()) == (400, {"members": ["Unknown user: nobody."]})
    told = owner.api.get(private["address"])
    assert (told["ETag"], told.json()["name"]) == (private["etag"], "private")


NOT_AMONG = "You have to be among them as a trader, so that you can change them again; without a login, nobody can be."
FORM = 'Must be a list such as [{"user": "robin", "role": "trader"}].'
SELF = {"user": "owner", "role": "trader"}


@pytest.mark.parametrize(
    ("members", "messages"),
    [
        ([{"user": "neighbour", "role": "trader"}], [NOT_AMONG]),
        ([{"user": "owner", "role": "viewer"}], [NOT_AMONG]),
        ([SELF, {"user": "a", "role": "viewer"}, {"user": "b", "role": "viewer"}], ["Unknown user: a.", "Unknown user: b."]),
        ([SELF, {"user": "Owner", "role": "viewer"}], ["Unknown user: Owner."]),
        ([SELF, {"user": "owner", "role": "viewer"}], ["Named twice: owner."]),
        ([SELF, SELF], ["Named twice: owner."]),
        ([SELF, {"user": "neighbour", "role": "admin"}], ['Member 2, role: Must be "viewer" or "trader".']),
        ([{"user": "owner"}], ["Member 1, role: This field is required."]),
        ([{"user": 1, "role": "viewer"}], ["Member 1, user: Not a valid string."]),
        ([{"user": "a\0", "role": "viewer"}], ["Member 1, user: Null characters are not allowed."]),
        ([SELF | {"since": 2019}], ["Member 1, since: Unknown field."]),
        (["owner"], ["Member 1: Invalid data. Expected a dictionary, but got str."]),
        ([None], ["Member 1: No data provided"]),
        ({"owner": "trader"}, [FORM]),
        ("owner", [FORM]),
        (None, ["This field may not be null."]),
        ([SELF] * 101, ["At most 100 members."]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_them_is_named(owner: Person, neighbour: Person, members: Any, messages: list[str]) -> None:
    answer = owner.api.post(ACCOUNTS, {"name": "a", "currency": "EUR", "members": members})
    assert (answer.status_code, answer.json()) == (400, {"members": messages})
    assert Account.objects.count() == 1


def test_without_a_login_an_account_has_no_members(api: APIClient, owner: Person, settings: Any) -> None:
    settings.LOGIN_REQUIRED = False
    given = {"name": "a", "currency": "EUR"}
    answer = api.post(ACCOUNTS, given | {"members": [owner.trades]})
    assert (answer.status_code, answer.json()) == (400, {"members": [NOT_AMONG]})
    assert api.post(ACCOUNTS, given | {"members": []}).status_code == 201


def test_main_has_none(owner: Person) -> None:
    answer = owner.api.patch(MAIN_ADDRESS, {"members": [owner.trades]})
    message = "The account main is everybody's: trades that name no account go there. It has no members."
    assert (answer.status_code, answer.json()) == (400, {"members": [message]})
    assert owner.api.patch(MAIN_ADDRESS, {"members": []}).status_code == 200


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"account_id": MAIN}, "account_shared"), ({"role": "owner"}, "role_known"), ({}, "user_unique")],
)
def test_the_database_has_the_rules(owner: Person, private: Told, change: Told, rule: str) -> None:
    fields = {"account_id": private["id"], "user": owner.user, "role": "viewer"} | change
    with pytest.raises(IntegrityError, match=f"membership_{rule}"), transaction.atomic():
        Membership.objects.create(**fields)


def test_a_form_has_them_as_a_text(owner: Person) -> None:
    form = {"name": "savings", "currency": "EUR", "members": '[{"user": "owner", "role": "trader"}]'}
    answer = owner.api.post(ACCOUNTS, form, format="multipart")
    assert (answer.status_code, answer.json()["members"]) == (201, [owner.trades])


@pytest.mark.parametrize("text", ["", "[", "[NaN]", "[" * 100_000, '[{"user": "a", "user": "b"}]'])
def test_a_form_whose_text_is_no_json_is_refused(owner: Person, text: str) -> None:
    answer = owner.api.post(ACCOUNTS, {"name": "a", "currency": "EUR", "members": text}, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["members"][0].startswith("JSON parse error")


def test_the_model_says_who_may_book(owner: Person, neighbour: Person) -> None:
    account = Account.objects.get(pk=add(owner.api, owner.trades, neighbour.views)["id"])
    Account.objects.require_open(account, owner.user)
    with pytest.raises(PermissionDenied, match="You may read the account savings"):
        Account.objects.require_open(account, neighbour.user)
    assert Account.objects.within(seen_by(neighbour.user)).filter(pk=account.pk).exists()
