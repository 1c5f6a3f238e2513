"""Tokens: made and revoked by commands, kept as digests, and worth nothing once they are no good."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from access.models import Token
from rest.tests.clients import ApiClient
from trades.models import Trade

from .people import by_token, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
Person = Callable[..., User]
TRADES = "/api/trades/"
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


def run(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_token_is_printed_alone_and_lets_its_user_in() -> None:
    out, err = run("create_token", "robin", "--role", "trader", "--days", "30")
    token = out.removesuffix("\n")
    assert re.fullmatch("[0-9a-zA-Z]+", token)
    assert err.startswith("robin (trader), token default, until ")
    assert by_token(token).post(TRADES, TRADE, format="json").status_code == 201
    assert not User.objects.get(username="robin").has_usable_password()


def test_only_a_digest_of_it_is_kept(person: Person) -> None:
    token = token_of(person("viewer"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token::text FROM access_token")
        [(row,)] = cursor.fetchall()
    assert token not in row
    assert token[:15] in row  # by which it is found


@pytest.mark.parametrize("scheme", ["Token", "token", "Bearer", "BEARER"])
def test_both_schemes_are_understood_in_any_case(person: Person, scheme: str) -> None:
    client = ApiClient(headers={"Authorization": f"{scheme} {token_of(person('viewer'))}"})
    assert client.get(TRADES).status_code == 200


def test_revoked_it_is_worth_nothing_and_the_others_are(person: Person) -> None:
    user = person("viewer")
    first, second = token_of(user, "first"), token_of(user, "second")
    assert run("revoke_token", "robin", "first") == ("", "Token first of robin is revoked.\n")
    assert [by_token(token).get(TRADES).status_code for token in (first, second)] == [401, 200]


def made_worthless(token: str, how: str) -> str:
    if how == "expired":
        Token.objects.update(expiry=now() - timedelta(hours=1))
    if how == "of an inactive user":
        User.objects.update(is_active=False)
    changed = {"wrong": token[:-1] + "!", "of another key": "x" + token, "too long": token * 40, "none": ""}
    return changed.get(how, token)


@pytest.mark.parametrize("how", ["expired", "of an inactive user", "wrong", "of another key", "too long", "none"])
def test_one_that_is_no_good_is_refused(person: Person, how: str) -> None:
    token = made_worthless(token_of(person("viewer")), how)
    answer = by_token(token).get(TRADES)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
    assert answer.json() == {"detail": "The token is wrong, has expired, or was revoked."}


@pytest.mark.parametrize("odd", ["\x00", "%00", "\xff\xfe", "schl\u00fcssel", "'; DROP TABLE access_token; --", "a b"])
def test_odd_ones_are_refused(db: None, odd: str) -> None:
    assert ApiClient().get(TRADES, HTTP_AUTHORIZATION=f"Token {odd}").status_code == 401


def test_without_one_the_answer_says_what_is_asked_for(db: None) -> None:
    answer = ApiClient().get(TRADES)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_a_good_token_does_not_need_a_good_cookie(person: Person) -> None:
    client = by_token(token_of(person("viewer")))
    client.cookies["sessionid"] = "x"
    assert client.get(TRADES).status_code == 200


def test_it_costs_one_query(person: Person) -> None:
    client = by_token(token_of(person("viewer", "trader")))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(TRADES).status_code == 200
    assert len(queries) == 2


def test_a_change_is_told_with_its_user(person: Person) -> None:
    client = by_token(token_of(person("trader")))
    trade = Trade.objects.create(ticker="AAPL", price=1, quantity=1, side="buy")
    assert client.patch(f"{TRADES}{trade.pk}/", {"price": "2"}, format="json").status_code == 200
    [change] = client.get(f"{TRADES}{trade.pk}/history/").json()["results"]
    assert change["by"] == "robin"


def test_a_restoration_is_told_with_its_user(person: Person) -> None:
    robin, kim = (by_token(token_of(person("trader", name=name))) for name in ("robin", "kim"))
    trade = Trade.objects.create(ticker="AAPL", price=1, quantity=1, side="buy")
    for _ in range(2):
        assert robin.delete(f"{TRADES}{trade.pk}/").status_code == 204
        assert kim.post(f"{TRADES}{trade.pk}/restore/").status_code == 200
    events = robin.get(f"{TRADES}{trade.pk}/history/").json()["results"]
    assert [(one["event"], one["by"]) for one in events] == [("restore", "kim"), ("delete", "robin")] * 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create_token", "kim"], "there is no user kim; give --role to make one, or use manage.py createsuperuser"),
        (["create_token", "robin"], "robin has a token named default: give this one another --name, or revoke that"),
        (["create_token", "robin", "--days", "0"], "invalid days value: '0'"),
        (["create_token", "robin", "--days", "3651"], "invalid days value: '3651'"),
        (["create_token", "robin", "--name", "x" * 101], "Ensure this value has at most 100 characters"),
        (["create_token", "robin", "--name", ""], "--name '': This field cannot be blank."),
        (["create_token", "gone"], "gone is not active"),
        (["create_token", "a b", "--role", "viewer"], "a b: Enter a valid username."),
        (["revoke_token", "kim", "default"], "there is no user kim"),
        (["revoke_token", "robin", "other"], "robin has no token named other; there is: default"),
    ],
)
def test_what_cannot_be_is_said(person: Person, words: list[str], message: str) -> None:
    token_of(person("viewer"))
    User.objects.create_user("gone", is_active=False)
    with pytest.raises(CommandError) as refusal:
        run(*words)
    assert message in str(refusal.value)
    assert (Token.objects.count(), User.objects.count()) == (1, 2)


def test_who_has_no_role_is_told_so(person: Person) -> None:
    person()
    assert "no role yet" in run("create_token", "robin")[1]


def test_another_user_has_other_idempotency_keys(person: Person) -> None:
    answers: list[Any] = []
    for name in ("robin", "kim"):
        client = by_token(token_of(person("trader", name=name)))
        answers.append(client.post(TRADES, TRADE, format="json", headers={"Idempotency-Key": "one"}))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert "Idempotency-Replayed" not in answers[1]


def test_a_cursor_opens_nothing_to_who_may_not_read(person: Person) -> None:
    for price in (1, 2):
        Trade.objects.create(ticker="AAPL", price=price, quantity=1, side="buy")
    cursor = by_token(token_of(person("viewer"))).get(TRADES, {"page_size": 1}).json()["next"]
    assert by_token(token_of(person("viewer", name="kim"))).get(cursor).status_code == 200
    assert by_token(token_of(person("feed", name="watch"))).get(cursor).status_code == 403
