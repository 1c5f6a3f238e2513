"""An account is deleted if it has no trades."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from rest_framework.test import APIClient

from reference.models import Account, Membership
from reference.seeds import MAIN
from trades.models import Trade

from .accounts_api import Person, add

pytestmark = pytest.mark.django_db


def book(account: dict[str, Any], count: int) -> None:
    trade = {"ticker": "AAPL", "price": 1, "quantity": 1, "side": "buy"}
    Trade.objects.bulk_create(Trade(account_id=account["id"], **trade) for _ in range(count))


def test_one_without_trades_is_deleted(api: APIClient) -> None:
    account = add(api)
    assert api.delete(account["address"], headers={"If-Match": account["etag"]}).status_code == 204
    assert api.get(account["address"]).status_code == 404


def test_its_members_go_with_it(owner: Person, private: dict[str, Any]) -> None:
    assert owner.api.delete(private["address"]).status_code == 204
    assert not Membership.objects.exists()


@pytest.mark.parametrize(("count", "trades"), [(1, "1 trade"), (2, "2 trades"), (1234, "1,234 trades")])
def test_one_with_trades_stays(api: APIClient, count: int, trades: str) -> None:
    account = add(api)
    book(account, count)
    answer = api.delete(account["address"])
    assert (answer.status_code, answer.json()) == (409, {"detail": f"The account savings has {trades}."})
    assert Account.objects.filter(pk=account["id"]).exists()


def test_one_that_had_trades_stays_with_their_history(api: APIClient) -> None:
    account = add(api)
    book(account, 2)
    deleted, moved = Trade.objects.filter(account=account["id"])
    assert api.delete(f"/api/trades/{deleted.pk}/").status_code == 204
    assert api.patch(f"/api/trades/{moved.pk}/", {"account": "main"}).status_code == 200
    answer = api.delete(account["address"])
    reason = "The account savings had trades that were deleted or moved: it stays with their history."
    assert (answer.status_code, answer.json()) == (409, {"detail": reason})
    assert api.post(f"/api/trades/{deleted.pk}/restore/").status_code == 200


@pytest.mark.parametrize("state", ["main", "with trades", "with a history"])
def test_the_database_keeps_it_as_well(api: APIClient, state: str) -> None:
    account = {"id": MAIN} if state == "main" else add(api)
    if state != "main":
        book(account, 1)
    if state == "with a history":
        Trade.objects.all().delete()
    with pytest.raises(IntegrityError, match="is main, or has trades, or had some"), transaction.atomic():
        connection.cursor().execute("DELETE FROM reference_account WHERE id = %s", [account["id"]])
