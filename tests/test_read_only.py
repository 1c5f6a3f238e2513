"""Production on a PostgreSQL that cannot be written to: one that is set so, and a hot standby."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .named import NamedServer
from .production import Production

TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
READS = ("/api/trades/", "/api/trades/summary/", "/api/trades/export/?format=csv", "/api/positions/", "/metrics")
REASON = b"read-only"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, named_template: Path) -> Iterator[NamedServer]:
    server = NamedServer(tmp_path_factory.getbasetemp(), template=named_template)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def production(database: NamedServer) -> Iterator[Production]:
    settings = {**database.settings, "DEBUG": "false", "SECRET_KEY": "of a ledger that cannot be written to" * 2,
                "ALLOWED_HOSTS": "127.0.0.1", "PYTHON_DOTENV_DISABLED": "1"}  # fmt: skip
    running = Production(settings, unheard=True)
    yield running
    running.server.kill()


def set_read_only(database: NamedServer) -> None:
    """As an administrator does: connections that are there obey as well."""
    database.administer("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")


def make_standby(database: NamedServer) -> None:
    """One that waits for a primary: it answers, and tables that are not logged cannot even be read."""
    database.execute("pg_ctl", "stop", "-D", "data", "--mode=fast")
    signal = database.place / "data/standby.signal"
    signal.touch()
    os.chown(signal, *database.account)
    database.start()


@pytest.mark.parametrize("happens", [set_read_only, make_standby])
def test_reads_are_answered_and_writes_are_told_why_not(
    production: Production, database: NamedServer, happens: Callable[[NamedServer], None]
) -> None:
    happens(database)
    for path in READS:
        assert (path, production.ask("GET", path, role="viewer")[0]) == (path, 200)
    for method, path in (("POST", "/api/trades/"), ("PUT", "/api/trades/1/"), ("DELETE", "/api/trades/1/")):
        status, headers, body = production.ask(method, path, TRADE, role="trader")
        assert (status, headers["retry-after"], REASON in body) == (503, "30", True), body
    status, headers, body = production.ask("GET", "/readyz", role="viewer")
    assert (status, headers["retry-after"], REASON in body) == (503, "30", True)
    assert production.ask("GET", "/livez")[0] == 200
    assert production.ask("GET", "/api/trades/", Authorization="Token guess")[0] == 401
    _, headers, _ = production.ask("GET", "/login/")
    cookie = headers["set-cookie"].partition(";")[0]
    form = {"username": production.user("viewer"), "password": "wrong", "csrfmiddlewaretoken": cookie.partition("=")[2]}
    sent = {"Cookie": cookie, "Referer": "https://127.0.0.1/", "Host": "127.0.0.1"}
    status, headers, body = production.send("POST", "/login/", form, sent)
    assert (status, headers["retry-after"], REASON in body) == (503, "30", True)
