"""A database that cannot be written to, such as a standby: reads are answered, writes are told so."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from access.models import Token
from trades.models import Trade

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "The database is read-only: reads are answered, writes are not; try again later."
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
PASSWORD = "correct horse battery staple"
PAGES = ("/", "/login/", "/admin/trades/trade/")  # which know no tokens
READS = [
    *PAGES,
    "/metrics",
    "/api/",
    "/api/trades/",
    "/api/trades/1/",
    "/api/trades/1/history/",
    "/api/trades/summary/",
    "/api/trades/export/?format=csv",
    "/api/positions/",
    "/api/lots/?state=closed&format=csv",
    "/api/candles/?ticker=AAPL",
    "/api/alerts/",
    "/api/market/candles/?ticker=AAPL",
    "/api/market/prices/",
    "/api/schema/",
]
CSV = "ticker,price,quantity,side,timestamp\nAAPL,1,1,buy,2025-06-06T20:00:00Z\n"
WRITES = [
    ("POST", "/api/trades/", json.dumps(TRADE), "application/json"),
    ("PUT", "/api/trades/1/", json.dumps(TRADE), "application/json"),
    ("PATCH", "/api/trades/1/", '{"price": "2"}', "application/json"),
    ("DELETE", "/api/trades/1/", "", "application/json"),
    ("POST", "/api/trades/2/restore/", "", "application/json"),
    ("POST", "/api/trades/bulk/", CSV, "text/csv"),
    ("POST", "/logout/", "", "application/x-www-form-urlencoded"),
    ("POST", "/admin/trades/trade/1/delete/", "post=yes", "application/x-www-form-urlencoded"),
]


@pytest.fixture
def token(transactional_db: None, settings: Any) -> str:
    settings.LOGIN_REQUIRED = True
    for role in ("admin", "viewer"):
        Group.objects.get_or_create(name=role)
    user = User.objects.create_user("robin", password=PASSWORD)
    user.groups.add(Group.objects.get(name="admin"))
    for pk in (1, 2):
        Trade.objects.create(pk=pk, ticker="AAPL", price=1, quantity=1, side="buy")
    Trade.objects.get(pk=2).delete()
    return str(Token.objects.create(user, timedelta(days=1), name="default")[1])


@pytest.fixture
def clients(token: str) -> Iterator[list[Client]]:
    """By token and by session, which began before the database was read-only."""
    session = Client()
    session.force_login(User.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    yield [Client(headers={"Authorization": f"Token {token}"}), session]
    with connection.cursor() as cursor:
        cursor.execute("RESET default_transaction_read_only")


def test_reads_are_answered(clients: list[Client]) -> None:
    for path in READS:
        for client in clients[1:] if path in PAGES else clients:
            answer = client.get(path)
            assert (path, answer.status_code) == (path, 200)
            assert b"".join(answer)


def test_writes_are_told_why_not(clients: list[Client]) -> None:
    for method, path, body, content_type in WRITES:
        for client in clients if path.startswith("/api/") else clients[1:]:
            answer = client.generic(method, path, body, content_type)
            assert (path, answer.status_code, answer["Retry-After"]) == (path, 503, "30")
            assert REASON in answer.content.decode()
    assert Trade.objects.values_list("pk", "price").get() == (1, 1)


def test_nobody_logs_in_and_nobody_guesses(clients: list[Client]) -> None:
    for password in (PASSWORD, "wrong"):
        answer = Client().post("/login/", {"username": "robin", "password": password})
        assert (answer.status_code, answer["Retry-After"], answer.content.decode()) == (503, "30", f"{REASON}\n")


def test_it_is_not_ready_and_says_why(clients: list[Client]) -> None:
    for client in clients:
        answer = client.get("/readyz")
        assert (answer.status_code, answer["Retry-After"], answer.content.decode()) == (503, "30", f"{REASON}\n")
    assert Client().get("/livez").status_code == 200


def test_a_wrong_token_is_still_wrong(clients: list[Client]) -> None:
    assert APIClient(headers={"Authorization": "Token guess"}).get("/api/trades/").status_code == 401
