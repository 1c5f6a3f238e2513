"""An operator has all accounts and members in Django's admin, and users who are members stay."""

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client

from reference.models import Account, Membership
from reference.seeds import MAIN

from .accounts_api import Person, names

pytestmark = pytest.mark.django_db
ADMIN = "/admin/reference/account/"
Told = dict[str, Any]


def form(*members: tuple[int, str], **fields: str) -> dict[str, Any]:
    """The admin's form of a new account, filled in."""
    rows = {
        f"memberships-{place}-{name}": value
        for place, (user, role) in enumerate(members)
        for name, value in (("user", user), ("role", role))
    }
    total = {"memberships-TOTAL_FORMS": len(members), "memberships-INITIAL_FORMS": 0}
    return {"name": "club", "currency": "EUR", "note": "", **total, **rows, **fields}


def test_it_lists_all_accounts_with_their_members(admin_client: Client, private: Told, foreign: Told) -> None:
    listed = admin_client.get(ADMIN).content
    assert b"private" in listed
    assert b"foreign" in listed
    shown = admin_client.get(f"{ADMIN}{private['id']}/change/")
    assert (shown.status_code, b"memberships-0-role" in shown.content) == (200, True)


def test_it_adds_an_account_with_members(admin_client: Client, owner: Person) -> None:
    assert admin_client.post(f"{ADMIN}add/", form((owner.user.pk, "trader"))).status_code == 302
    assert names(owner.api) == ["club", "main"]


def test_a_member_twice_is_an_error_of_the_form(admin_client: Client, owner: Person) -> None:
    answer = admin_client.post(f"{ADMIN}add/", form((owner.user.pk, "trader"), (owner.user.pk, "viewer")))
    assert (answer.status_code, b"Please correct the duplicate" in answer.content) == (200, True)
    assert not Membership.objects.exists()


@pytest.mark.parametrize("bad", [{"name": "a,b"}, {"currency": "XYZ"}, {"note": "a\nb"}, {"note": "a" * 501}])
def test_the_form_keeps_the_rules(admin_client: Client, bad: dict[str, str]) -> None:
    answer = admin_client.post(f"{ADMIN}add/", form(**bad))
    assert (answer.status_code, b"errorlist" in answer.content) == (200, True)


def test_other_members_are_another_version_here_as_well(admin_client: Client, owner: Person, private: Told) -> None:
    given = form((owner.user.pk, "viewer"), name="private")
    member = Membership.objects.get()
    kept = {"memberships-INITIAL_FORMS": 1, "memberships-0-id": member.pk, "memberships-0-account": private["id"]}
    assert admin_client.post(f"{ADMIN}{private['id']}/change/", given | kept).status_code == 302
    assert owner.api.get(private["address"]).json()["role"] == "viewer"
    assert owner.api.get(private["address"], headers={"If-None-Match": private["etag"]}).status_code == 200


def test_main_is_offered_no_members(admin_client: Client) -> None:
    shown = admin_client.get(f"{ADMIN}{MAIN}/change/")
    assert (shown.status_code, b"memberships" in shown.content) == (200, False)


def test_none_is_deleted_here(admin_client: Client, private: Told) -> None:
    assert admin_client.post(f"{ADMIN}{private['id']}/delete/", {"post": "yes"}).status_code == 403
    assert Account.objects.filter(pk=private["id"]).exists()


def test_a_user_who_is_a_member_is_not_deleted(owner: Person, private: Told) -> None:
    with pytest.raises(ProtectedError):
        owner.user.delete()
    assert owner.api.get(private["address"]).status_code == 200


def test_the_admin_says_why_a_user_is_not_deleted(admin_client: Client, owner: Person, private: Told) -> None:
    answer = admin_client.post(f"/admin/auth/user/{owner.user.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 200
    assert b"would require deleting the following protected related objects" in answer.content
    assert b"owner of private" in answer.content
    assert owner.api.get(private["address"]).status_code == 200


def test_a_name_that_is_taken_is_refused(admin_client: Client, private: Told) -> None:
    """Two of a name could not be named any more: not even `main`."""
    for address, name in (("add/", "main"), ("add/", "private"), (f"{MAIN}/change/", "private")):
        answer = admin_client.post(f"{ADMIN}{address}", form(name=name))
        assert (answer.status_code, b"Another account that you see has this name" in answer.content) == (200, True)
    assert admin_client.post(f"{ADMIN}{MAIN}/change/", form(name="main", note="kept")).status_code == 302
