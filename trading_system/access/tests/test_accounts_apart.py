"""Two users, two accounts: whatever one asks, the answer is the same whether the other's account is full or never was."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pgtrigger
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from alerts.models import Holding
from reference.models import Account, Membership
from trades.models import Import, Trade
from trading_system.urls import router

from .people import by_session, by_token, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
SECRET = {"ticker": "ZEBRA", "price": "31.5", "quantity": "7", "side": "buy", "external_id": "zebra-1", "note": "zebra"}
OWN = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "external_id": "apple-1"}
MOMENT = "2025-06-06T20:00:00Z"
ALERT = {
    "id": "zebras-rise", "kind": "above", "rule": "zebras", "ticker": "ZEBRA", "price": "40", "timestamp": "2025-06-09T20:00:00Z",
    "level": "39", "previous_price": "38", "previous_timestamp": "2025-06-09T19:59:00Z", "gap": False,
}  # fmt: skip
FILE = "ticker,price,quantity,side,timestamp,external_id\nZEBRA,1,2,buy,2025-06-07T20:00:00Z,zebra-2\n"
NAMED_FILE = "ticker,price,quantity,side,timestamp,account\nZEBRA,1,2,buy,2025-06-08T20:00:00Z,vault\n"
VALUES = {
    "account": ["vault", "own", "own,vault"],
    "acknowledged": ["false"],
    "active": ["true"],
    "withdrawn": ["false"],
    "adjusted": ["false"],
    "corrections": ["true"],
    "name": ["fills.csv"],
    "repeated": ["book", "error"],
    "format": ["csv", "ndjson"],
    "charset": ["cp1252"],
    "dates": ["DMY"],
    "decimal": [","],
    "profile": ["schwab"],
    "repeated_hour": ["second"],
    "separator": ["tab"],
    "sheet": ["one"],
    "after": ["now"],
    "again": ["true"],
    "as_of": ["9999-01-01"],
    "count": ["true"],
    "currency": ["USD", "CHF"],
    "disposed_from": [MOMENT],
    "disposed_to": [MOMENT],
    "dry_run": ["true"],
    "end_date": ["9999-01-01"],
    "external_id": ["zebra-1"],
    "group": ["account"],
    "interval": ["1d"],
    "kind": ["share"],
    "limit": ["5"],
    "max_price": ["31.5"],
    "max_quantity": ["7"],
    "method": ["lifo", "average"],
    "min_price": ["31.5"],
    "min_quantity": ["7"],
    "on_error": ["skip"],
    "ordering": ["timestamp"],
    "page_size": ["1"],
    "pending": ["true"],
    "rule": ["zebras"],
    "severity": ["warning"],
    "side": ["buy"],
    "start_date": ["2020-01-01"],
    "state": ["open", "closed"],
    "ticker": ["ZEBRA", "AAPL,ZEBRA"],
    "tz": ["Europe/Berlin"],
    "updated_since": ["2020-01-01"],
    "wait": ["0"],
}
BODIES: list[dict[str, Any]] = [
    ALERT | {"id": "another"},
    SECRET | {"account": "vault"},
    SECRET | {"account": "own"},
    SECRET,
    {"account": "vault"},
    {"note": "mine"},
    {"kind": "split", "ticker": "ZEBRA", "timestamp": "2026-01-01T00:00:00Z", "new": 2, "old": 1},
    {"kind": "rename", "ticker": "AAPL", "timestamp": "2026-01-01T00:00:00Z", "to": "ZEBRA"},
    {"ticker": "ZEBRA", "kind": "share", "currency": "CHF"},
    {"name": "vault", "currency": "CHF"},
    {"name": "other", "currency": "CHF", "members": [{"user": "outsider", "role": "trader"}]},
]
VOLATILE = r'"(?:request_id|created_at|updated_at|expires_at|booked_at|at|cursor)": ?"[^"]*"|"id": ?\d+|"import": ?\d+|csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|\d\d:\d\d:\d\d[.0-9]*|"\w{64}"|&quot;\w{32}&quot;|&quot;[\w:-]{100,}&quot;|0x\w+'
UNCOUNTED = {"X-Request-ID", "Date", "Set-Cookie", "Location", "ETag", "Content-Length", "Expires"}


@pytest.fixture
def insider(person: Callable[..., User]) -> APIClient:
    """A member of `vault`, whose trades were booked, changed, deleted, moved and imported."""
    user = person("trader", name="insider")
    vault = Account.objects.create(name="vault", currency_id="CHF")
    Membership.objects.create(account=vault, user=user, role="trader")
    client = by_token(token_of(user))
    changed, deleted, moved = (
        post(client, "/api/trades/", SECRET | {"account": "vault", "external_id": name, "timestamp": MOMENT})
        for name in ("zebra-1", "deleted", "moved")
    )
    assert client.patch(f"/api/trades/{changed}/", {"price": "32"}).status_code == 200
    assert client.delete(f"/api/trades/{deleted}/").status_code == 204
    assert client.patch(f"/api/trades/{moved}/", {"price": "33"}).status_code == 200
    for file, query in ((FILE, "?account=vault"), (NAMED_FILE, "")):
        answer = client.post(f"/api/trades/bulk/{query}", file, content_type="text/csv")
        assert answer.json()["created"] == 1
    assert by_token(token_of(person("feed", name="watch"))).post("/api/alerts/", ALERT).status_code == 201
    assert Holding.objects.filter(account_id=vault.pk).exists()
    return client


@pytest.fixture
def outsider(person: Callable[..., User]) -> User:
    """A member of `own` alone, an admin: no role opens an account."""
    user = person("trader", "admin", name="outsider")
    own = Account.objects.create(name="own", currency_id="USD")
    Membership.objects.create(account=own, user=user, role="trader")
    client = by_token(token_of(user, name="first"))
    assert client.patch(f"/api/trades/{post(client, '/api/trades/', OWN | {'account': 'own'})}/", {"price": "1"})
    return user


def post(client: APIClient, address: str, body: dict[str, Any]) -> int:
    answer = client.post(address, body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def requests(secret_ids: list[str], cursor: str) -> Iterator[tuple[str, str, Any, str]]:
    """Method, address, body and content type: every resource, action, method and parameter."""
    for prefix, view, _ in router.registry:
        actions = [(action.detail, f"{action.url_path}/") for action in view.get_extra_actions()]
        for is_detail, path in [(False, ""), (True, ""), *actions]:
            for one in secret_ids if is_detail else [""]:
                address = f"/api/{prefix}/{one}{'/' if one else ''}{path}"
                for query in queries(view, cursor):
                    yield "GET", address + query, None, ""
                for method in ("HEAD", "OPTIONS", "DELETE"):
                    yield method, address, None, ""
                for body in BODIES:
                    for method in ("POST", "PUT", "PATCH"):
                        yield method, address, json.dumps(body), "application/json"
    for query in ("", "?dry_run=true", "?account=vault", "?account=own", "?on_error=skip", "?again=true"):
        for file in (FILE, NAMED_FILE):
            yield "POST", f"/api/trades/bulk/{query}", file, "text/csv"


def queries(view: Any, cursor: str) -> list[str]:
    names = set().union(*view.known_parameters.values())
    newest = Import.objects.order_by("-pk").first()
    values = VALUES | {"cursor": [cursor], "import": [str(newest.pk if newest else 1)]}
    return ["", *(f"?{name}={value}" for name in sorted(names) for value in values[name]), "?format=api"]


def answers(client: Any, asked: list[tuple[str, str, Any, str]]) -> list[Any]:
    """Of each request, undone afterwards: what it was, and its answer without what differs each time."""
    found = []
    for method, address, body, content_type in asked:
        with transaction.atomic():
            options = {"content_type": content_type} if body else {}
            given: HttpResponse = client.generic(method, address, body or "", **options)
            text = (b"".join(given) if given.streaming else given.content).decode()
            headers = {name: value for name, value in given.headers.items() if name not in UNCOUNTED}
            found.append([method, address, body, given.status_code, re.sub(VOLATILE, "…", text), headers])
            transaction.set_rollback(True)
    return found


def forget(account: Account) -> None:
    """As if it had never been."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for table in ("alerts_holding", "trades_trade", "trades_tradeevent", "reference_membership"):
            cursor.execute(f"DELETE FROM {table} WHERE account_id = %s", [account.pk])
        cursor.execute("DELETE FROM trades_importedlines WHERE account_id = %s RETURNING import_id", [account.pk])
        imports = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute("DELETE FROM trades_import WHERE id = ANY(%s)", [imports])
        cursor.execute("DELETE FROM reference_account WHERE id = %s", [account.pk])


def differences(full: list[Any], without: list[Any]) -> list[str]:
    """What is told of the account: the request, and the first words that would not be there."""
    found = []
    for told, untold in zip(full, without, strict=True):
        words = [
            (one, other) for one, other in zip(str(told).split(), str(untold).split(), strict=False) if one != other
        ]
        found += [f"{told[:3]}: {words[:3]}"] if told != untold else []
    return found


def test_nothing_of_an_account_is_told_to_who_is_no_member(outsider: User, insider: APIClient) -> None:
    vault = Account.objects.get(name="vault")
    page = insider.get("/api/trades/?page_size=1&account=vault").json()
    ids = [str(id_) for id_ in Trade.objects.filter(account=vault).values_list("id", flat=True)]
    deleted = str(min(map(int, ids)) + 1)
    imports = [str(id_) for id_ in Import.objects.values_list("id", flat=True)]
    ids = [*ids[:2], deleted, *imports[:1], ALERT["id"]]
    asked = list(requests([*ids, str(vault.pk), "ZEBRA", "vault"], page["next"].rpartition("cursor=")[2]))
    client = by_token(token_of(outsider))
    full = answers(client, asked)
    forget(vault)
    without = answers(client, asked)
    assert differences(full, without) == []


def test_the_admin_lists_trades_of_ones_own_accounts(outsider: User, insider: APIClient) -> None:
    vault = Account.objects.get(name="vault")
    trade = Trade.objects.filter(account=vault).first()
    assert trade
    client: Client = by_session(outsider)
    base = "/admin/trades/trade/"
    paths = ["", "?q=zebra", "?all=", "add/", f"{trade.pk}/change/", f"{trade.pk}/delete/", f"{trade.pk}/history/"]
    asked = [("GET", base + path, None, "") for path in paths]
    full = answers(client, asked)
    assert any("AAPL" in one[4] for one in full)
    forget(vault)
    assert differences(full, answers(client, asked)) == []
