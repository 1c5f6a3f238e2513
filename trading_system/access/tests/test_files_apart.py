"""One file, two users: what the other imported into accounts that one does not see changes no answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from rest_framework.test import APIClient

from reference.models import Account, Membership
from reference.seeds import MAIN
from trades.models import Import, Trade

from .people import by_token, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
HEADER = "ticker,price,quantity,side,timestamp,external_id,account\n"
ROWS = "".join(
    f"{ticker},1,{quantity},buy,2025-06-08T20:00:00Z,{name},{account}\n"
    for ticker, quantity, name, account in [
        ("ZEBRA", 1, "", "vault"), ("AAPL", 1, "a", "main"), ("AAPL", 0, "a", "main"), ("ZEBRA", 1, "z", "vault"),
        ("MSFT", 1, "", "main"), ("ZEBRA", 0, "z", "vault"),
    ]
)  # fmt: skip
FILE = HEADER + ROWS  # the second row of each external_id is refused
OWN = f"{FILE}MSFT,1,1,buy,2025-06-08T20:00:00Z,,own\n"
OPTIONS = ["", "on_error=skip", "on_error=skip&dry_run=true", "on_error=skip&again=true", "account=own&on_error=skip"]
VOLATILE = r'"request_id": ?"[^"]*"|"import": ?\d+|\d{4}-\d\d-\d\dT[^"]*Z'


@pytest.fixture
def member(person: Callable[..., User]) -> Callable[[str, str, str], APIClient]:
    """A trader, with a role in an account that is there or is made."""

    def member(name: str, account: str, role: str = "trader") -> APIClient:
        user = person("trader", name=name)
        found = Account.objects.filter(name=account).first() or Account.objects.create(name=account, currency_id="USD")
        Membership.objects.create(account=found, user=user, role=role)
        return by_token(token_of(user))

    return member


def send(client: APIClient, file: str, options: str = "on_error=skip") -> Any:
    return client.post(f"/api/trades/bulk/?{options}", file, content_type="text/csv")


def counts(answer: Any) -> list[int]:
    return [answer.json()[name] for name in ("created", "duplicates", "failed")]


def told(importer: APIClient, client: APIClient, file: str) -> list[Any]:
    """What the client is answered after the importer has imported the file; all of it is undone."""
    found = []
    with transaction.atomic():
        assert send(importer, file).json()["created"]
        for options in [*OPTIONS, *OPTIONS]:
            answer = send(client, file, options)
            found.append((options, answer.status_code, re.sub(VOLATILE, "…", answer.content.decode())))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("file", [FILE, OWN])
@pytest.mark.parametrize("role", ["trader", "viewer"])
def test_what_another_did_in_an_account_that_is_not_seen_changes_no_answer(
    member: Callable[..., APIClient], file: str, role: str
) -> None:
    insider, third = member("insider", "vault", role), member("third", "elsewhere")
    outsider = member("outsider", "own")
    assert told(insider, outsider, file) == told(third, outsider, file)


def test_rows_of_a_shared_account_are_booked_once_whoever_comes_first(member: Callable[..., APIClient]) -> None:
    insider, outsider = member("insider", "vault"), member("outsider", "own")
    for clients, wanted in (
        ((insider, outsider), [[4, 0, 2], [0, 2, 4], [0, 4, 2]]),
        ((outsider, insider), [[2, 0, 4], [2, 2, 2], [0, 2, 4]]),
    ):
        with transaction.atomic():
            assert [counts(send(client, FILE)) for client in (*clients, clients[0])] == wanted
            assert sorted(Trade.objects.values_list("ticker", flat=True)) == ["AAPL", "MSFT", "ZEBRA", "ZEBRA"]
            transaction.set_rollback(True)


def test_a_later_import_into_an_account_that_is_not_seen_does_not_change_when_it_was(
    member: Callable[..., APIClient],
) -> None:
    insider, outsider = member("insider", "vault"), member("outsider", "own")
    send(outsider, FILE)
    before = send(outsider, FILE).json()
    assert send(insider, FILE).json()["imported_at"] == before["imported_at"]
    assert send(outsider, FILE).json() == before
    assert Import.objects.count() == 2


def test_why_a_row_was_refused_is_told_to_each_as_it_is_for_them(member: Callable[..., APIClient]) -> None:
    reader, outsider = member("reader", "vault", "viewer"), member("outsider", "own")
    reasons = [{error["message"] for error in send(client, FILE).json()["errors"]} for client in (reader, outsider)]
    assert reasons == [
        {"You may read the account vault, but not change anything in it.", "Must be above zero."},
        {"Unknown account: vault.", "Must be above zero."},
    ]


def test_a_name_that_means_nothing_to_one_is_no_reason_for_another(member: Callable[..., APIClient]) -> None:
    """Who sees two accounts of a name is refused a row that names it; everybody else books it, and rows without any."""
    twice, once = member("twice", "Depot"), member("once", "own")
    Account.objects.filter(pk=MAIN).update(name="Depot")
    row = "1,1,buy,2025-06-06T20:00:00Z"
    file = f"ticker,price,quantity,side,timestamp,account\nA,{row},Depot\nB,{row},\n"
    refused = send(twice, file)
    assert (counts(refused), refused.json()["errors"][0]["line"]) == ([1, 0, 1], 2)
    assert "Several accounts that you see" in refused.json()["errors"][0]["message"]
    assert [counts(send(client, file)) for client in (once, once, twice)] == [[1, 1, 0], [0, 2, 0], [0, 1, 1]]
    assert sorted(Trade.objects.values_list("ticker", "account_id")) == [("A", MAIN), ("B", MAIN)]
