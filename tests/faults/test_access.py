"""Who is not allowed, over the wire: each role at each address, what belongs to another user, guessed tokens."""

import json
from collections.abc import Callable

import pytest

from access.tests.table import MAY, READING, REFUSED, WRITING, is_among

from ..production import Production
from .cases import ROLES, of

Figure = Callable[[str], None]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
METHODS = of(("GET", "POST", "DELETE"), (*READING, *WRITING))  # the access tests ask with all, but not over the wire


@pytest.mark.case("every route with every role")
def test_every_route_is_as_the_table_says(production: Production, figure: Figure) -> None:
    asked = 0
    for who in ("", *ROLES):
        for address, (reads, writes) in MAY.items():
            if address.startswith(("/admin/", "/login/", "/logout/")) or address == "/":
                continue  # pages: sessions, which the access tests have
            where = address.replace("…", "nothing/").replace("{name}", "of-nobody").replace("{delivery}", "1")
            if "{id}" in address:  # the last one may be deleted by now
                trade = json.loads(production.ask("POST", "/api/trades/", TRADE, role="admin")[2])["id"]
                where = where.replace("{id}", str(trade))
            for method in METHODS:
                status = production.ask(method, where, {}, role=who)[0]
                asked += 1
                name = who or "anonymous"
                assert status < 500
                if is_among(name, reads if method in READING else writes):
                    is_for_nobody = status in REFUSED and production.ask(method, where, {}, role="admin")[0] == 405
                    assert status not in REFUSED or is_for_nobody, (name, method, where)
                else:
                    unknown = (404,) if "…" in address else ()
                    assert status in (*REFUSED, *unknown, 405), (name, method, where)
    figure(f"{asked} requests, all as in the table")


@pytest.mark.case("another user's cursor or idempotency key")
def test_what_belongs_to_another(production: Production, figure: Figure) -> None:
    ours = production.tokens["trader"]
    theirs = production.manage("create_token", "mallory", "--role", "trader")
    headers = {"Idempotency_Key": "the-same", "Authorization": f"Token {ours}"}
    first = production.ask("POST", "/api/trades/", TRADE | {"note": "ours"}, **headers)
    headers["Authorization"] = f"Token {theirs}"
    second = production.ask("POST", "/api/trades/", TRADE | {"note": "theirs"}, **headers)
    assert (first[0], second[0]) == (201, 201)
    assert json.loads(first[2])["id"] != json.loads(second[2])["id"]
    assert "idempotency-replayed" not in second[1]
    page = json.loads(production.ask("GET", "/api/trades/?page_size=1", role="viewer")[2])["next"]
    path = page[page.index("/api/") :]
    assert production.ask("GET", path, role="trader")[0] == 200  # a place in the book that both may read
    assert production.ask("GET", path, role="feed")[0] == 403
    assert production.ask("GET", path)[0] == 401
    figure("the key is each user's own; a cursor opens nothing that its bearer may not read")


@pytest.mark.case("100 token guesses a minute")
def test_guesses_are_few(production: Production, figure: Figure) -> None:
    address = {"X_Forwarded_For": "203.0.113.77"}
    answers = [production.ask("GET", "/api/trades/", Authorization=f"Token {number:064x}", **address)
               for number in range(100)]  # fmt: skip
    statuses = [status for status, _, _ in answers]
    assert 20 <= statuses.count(401) <= 40  # of one minute, or of two
    assert set(statuses) == {401, 429}
    assert all(0 < int(headers["retry-after"]) <= 60 for status, headers, _ in answers if status == 429)
    assert production.ask("GET", "/api/trades/", role="viewer", **address)[0] == 200
    figure(f"{statuses.count(401)} times 401, {statuses.count(429)} times 429; a good token is not held up")
