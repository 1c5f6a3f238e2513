"""What is private stays in no cache: every answer but static files, also errors, with and without a login."""

from collections.abc import Callable
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from trades.models import Trade

from .people import by_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
Person = Callable[..., User]
PATHS = [
    "/",
    "/livez",
    "/readyz",
    "/metrics",
    "/login/",
    "/admin/",
    "/admin/trades/trade/",
    "/nothing",
    "/api",
    "/api/",
    "/api/trades/",
    "/api/trades/1/",
    "/api/trades/0/",
    "/api/trades/x/history/",
    "/api/trades/?unknown=1",
    "/api/trades/summary/",
    "/api/trades/export/?format=csv",
    "/api/trades/export/?format=xlsx",
    "/api/positions/",
    "/api/lots/",
    "/api/lots/?format=csv",
    "/api/candles/?ticker=AAPL",
    "/api/accounts/",
    "/api/accounts/1/",
    "/api/alerts/",
    "/api/market/candles/?ticker=AAPL",
    "/api/market/prices/",
    "/api/schema/",
    "/api/docs/",
    "/api/nothing/",
]


@pytest.mark.parametrize("role", ["", "admin"])
def test_no_answer_is_stored(role: str, person: Person) -> None:
    Trade.objects.create(pk=1, ticker="AAPL", price=1, quantity=1, side="buy")
    client = by_session(person(role)) if role else Client()
    for path, method in product(PATHS, ("GET", "HEAD", "OPTIONS", "POST", "DELETE")):
        with transaction.atomic():
            answer = client.generic(method, path)
            b"".join(answer)
            assert "no-store" in answer["Cache-Control"], (method, path, answer.status_code)
            transaction.set_rollback(True)  # what was deleted is there for the next


def test_not_even_what_the_server_failed_at(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trading_system.views.exposition", lambda: 1 / 0)
    client = by_session(person("admin"))
    client.raise_request_exception = False
    answer = client.get("/metrics")
    assert (answer.status_code, answer["Cache-Control"]) == (500, "no-store")
    assert answer["X-Request-ID"] in answer.content.decode()


def test_nor_what_another_host_asked(client: Client) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
