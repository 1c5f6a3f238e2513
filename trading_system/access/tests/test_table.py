"""Every address with every role and method, against the table of docs/reference/api.md."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from access.roles import Role
from trades.models import Trade

from .people import by_session, by_token, token_of
from .table import MAY, READING, REFUSED, WRITING, is_among

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
PEOPLE = ["anonymous", "none", *Role]
PAGES = {"/", "/admin/"}  # which ask those to log in who have not


def addresses(patterns: list[Any], before: str = "/") -> Iterator[str]:
    """As the table writes them: all below the admin is the admin, and all that is no address of the API is /api/…."""
    for pattern in patterns:
        named = re.sub(r"\(\?P<(ticker|name|delivery)>[^)]*\)", r"{\1}", str(pattern.pattern))
        address = before + re.sub(r"\(\?P<\w+>[^)]*\)|<\w+>", "{id}", named).strip("^$")
        if isinstance(pattern, URLResolver) and address != "/admin/":
            yield from addresses(pattern.url_patterns, address)
        else:
            assert isinstance(pattern, URLResolver if address == "/admin/" else URLPattern)
            yield re.sub(r"^/\^?api/\[.*", "/api/…", address)


def test_the_table_has_every_address() -> None:
    assert sorted({re.sub(r"\$$|\^", "", one) for one in addresses(get_resolver().url_patterns)}) == sorted(MAY)


def answer(client: Client, method: str, address: str) -> int:
    """Its status; 401 as well for a page that asks to log in."""
    given = client.generic(method, address, "{}", content_type="application/json")
    b"".join(given)  # an export ends with its last row
    asks = given.status_code == 302 and address in PAGES and "/login/" in given["Location"]
    return 401 if asks else given.status_code


@pytest.mark.parametrize("who", PEOPLE)
def test_each_is_answered_as_the_table_says(who: str, person: Callable[..., User]) -> None:
    user = None if who == "anonymous" else person(*([who] if who != "none" else []))
    session, token = (by_session(user).cookies, token_of(user)) if user else (None, "")
    for address in MAY:
        clients = [Client()]
        clients[0].cookies.update(session or {})
        if user and address not in PAGES:
            clients.append(by_token(token))
        with transaction.atomic():
            compare(address, who, clients)
            transaction.set_rollback(True)  # the next may be asked by who has not logged out


def compare(address: str, who: str, clients: list[Client]) -> None:
    trade = Trade.objects.create(ticker="AAPL", price=1, quantity=1, side="buy")
    reads, writes = MAY[address]
    where = (
        address.replace("{id}", str(trade.pk))
        .replace("{ticker}", trade.ticker)
        .replace("{name}", "ledger")
        .replace("{delivery}", "1")
        .replace("…", "nothing/")
    )
    for client in clients:
        for method in READING:
            refused = answer(client, method, where) in (REFUSED if is_among(who, reads) else (*REFUSED, 405))
            assert refused != is_among(who, reads), (address, method)
        answers = [answer(client, method, where) for method in WRITING]
        if is_among(who, writes):
            assert set(answers) - set(REFUSED) - {405}, address
        else:
            allowed = {404} if (address, who) == ("/api/…", "admin") else {*REFUSED, 405}
            assert set(answers) <= allowed, address
