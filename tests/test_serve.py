"""`manage.py serve`: production as others run it, on a PostgreSQL server of its own."""

import fcntl
import http.client
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from embedded_postgres.tests.servers import wait_until
from serving.directories import locked_directory

from .managed import manage
from .production import Production
from .running import ROOT, Running, clean_environment, free_port

TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


def test_a_trade_goes_in_and_comes_out(production: Production) -> None:
    status, _, body = production.ask("POST", "/api/trades/", TRADE, role="trader")
    assert status == 201
    status, _, read = production.ask("GET", f"/api/trades/{json.loads(body)['id']}/", role="viewer")
    assert (status, read) == (200, body)


def test_who_says_nothing_gets_nothing_but_a_sign_of_life(production: Production) -> None:
    assert production.ask("GET", "/api/trades/")[0] == 401
    assert production.ask("GET", "/readyz", secure=False)[0] == 401
    assert production.ask("GET", "/livez", secure=False)[::2] == (200, b"ok\n")


def test_it_says_what_it_answers(production: Production) -> None:
    line = json.loads(production.server.first("The ledger is served."))
    assert (line["bind"], line["hosts"]) == (f"127.0.0.1:{production.port}", "127.0.0.1")
    assert "terminated by a proxy" in line["tls"]


@pytest.mark.parametrize("path", ["/", "/login/", "/api/trades/"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_tls_and_proxy_one_is_told_what_to_do(production: Production, path: str, host: str) -> None:
    status, headers, body = production.ask("GET", path, role="viewer", secure=False, Host=host)
    assert (status, headers["content-type"]) == (400, "text/plain")
    assert b"open the proxy's address" in body
    assert b"make serve CERTFILE=" in body


def test_a_proxys_clients_without_tls_are_sent_there(production: Production) -> None:
    status, headers, _ = production.ask("GET", "/api/trades/?ticker=AAPL", role="viewer", secure=False,
                                        X_Forwarded_Proto="http")  # fmt: skip
    where = f"https://127.0.0.1:{production.port}/api/trades/?ticker=AAPL"
    assert (status, headers["location"]) == (301, where)


@pytest.mark.parametrize("path", ["/login/", "/api/trades/", "/admin/login/", "/livez"])
def test_every_answer_has_its_headers(production: Production, path: str) -> None:
    _, headers, _ = production.ask("GET", path, role="viewer")
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert (policy["script-src"], policy["default-src"]) == ("'self'", "'none'")
    assert policy["frame-ancestors"] == "'none'"


def test_cookies_travel_over_tls_only(production: Production) -> None:
    _, headers, _ = production.ask("GET", "/login/")
    assert "; Secure" in headers["set-cookie"]
    assert "SameSite=Lax" in headers["set-cookie"]


def test_files_of_pages_are_served(production: Production) -> None:
    status, headers, _ = production.ask("GET", "/static/dashboard/desk.css")
    assert (status, headers["content-type"]) == (200, 'text/css; charset="utf-8"')


def another(production: Production, run: Callable[..., Running], **settings: str) -> tuple[Running, int]:
    """A further server of the same checkout, and its port, once it answers."""
    port = free_port()
    server = run(sys.executable, ROOT / "trading_system/manage.py", "serve", "--workers", "1",
                 "--bind", f"127.0.0.1:{port}", **production.settings | settings)  # fmt: skip
    server.read_until("Booting worker")
    assert production.send("GET", "/livez", None, {}, port=port)[0] == 200
    return server, port


def test_servers_side_by_side_keep_what_they_serve_and_leave_nothing(
    production: Production, run: Callable[..., Running], tmp_path: Path
) -> None:
    temporary, root = tmp_path / "tmp", tmp_path / "static"
    temporary.mkdir()
    settings = {"STATIC_ROOT": str(root), "TMPDIR": str(temporary)}
    shutil.copytree(production.settings["STATIC_ROOT"], root)

    killed, _ = another(production, run, **settings)
    [left_over] = temporary.iterdir()
    master = psutil.Process(killed.process.pid)
    for process in [master, *master.children()]:
        process.kill()
    killed.process.wait(30)
    second, port = another(production, run, **settings)
    [its_own] = temporary.iterdir()
    assert its_own != left_over
    third, _ = another(production, run, **settings)
    assert its_own in temporary.iterdir()
    assert [place.name.startswith("trading-server-") for place in temporary.iterdir()] == [True, True]

    shutil.rmtree(root)
    assert production.send("GET", "/static/dashboard/desk.css", None, {}, port=port)[0] == 200
    for server in (second, third):
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
    assert not list(temporary.iterdir())


def opened(pid: int) -> set[Path]:
    """Files and directories that a process has open."""
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(file.readlink())
    return found


def test_a_start_waits_until_the_static_files_are_complete(
    production: Production, run: Callable[..., Running], tmp_path: Path
) -> None:
    root, port = tmp_path / "static", free_port()
    root.mkdir()
    with locked_directory(root, fcntl.LOCK_EX):  # as collectstatic does
        server = run(sys.executable, ROOT / "trading_system/manage.py", "serve", "--workers", "1", "--bind",
                     f"127.0.0.1:{port}", **production.settings | {"STATIC_ROOT": str(root)})  # fmt: skip
        wait_until(lambda: root in opened(server.process.pid))
        (root / "late.txt").write_text("here")
    server.read_until("Booting worker")
    secure = {"X-Forwarded-Proto": "https"}
    assert production.send("GET", "/static/late.txt", None, secure, port=port)[::2] == (200, b"here")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "127.0.0.1@evil.example"]
)
def test_another_host_is_refused(production: Production, host: str) -> None:
    status, headers, body = production.ask("GET", "/login/", Host=host)
    assert status == 400
    assert "evil" not in headers.get("location", "") + body.decode()


def test_a_request_line_and_headers_have_limits(production: Production) -> None:
    assert production.ask("GET", "/api/trades/?ticker=" + "A" * 9000, role="viewer")[0] == 414
    assert production.ask("GET", "/livez", **{f"X-{number}": "" for number in range(60)})[0] == 431
    assert production.ask("GET", "/livez", X="x" * 9000)[0] == 431


def test_a_worker_that_is_killed_is_replaced(production: Production) -> None:
    [victim, _] = psutil.Process(production.server.process.pid).children()
    victim.kill()
    production.server.read_until("Booting worker")
    assert production.ask("GET", "/api/trades/", role="viewer")[0] == 200


@pytest.fixture
def ending(production: Production) -> Iterator[Production]:
    """The server for tests that end it."""
    yield production
    production.restart()


def test_told_to_end_it_answers_what_is_in_flight(ending: Production) -> None:
    statuses: list[int] = []
    reader, writer = os.pipe()

    def upload() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ending.port, timeout=30)
        connection.putrequest("POST", "/api/trades/")
        body = json.dumps(TRADE).encode()
        for name, text in {"Authorization": f"Token {ending.tokens['trader']}", "X-Forwarded-Proto": "https",
                           "Content-Type": "application/json", "Content-Length": str(len(body))}.items():  # fmt: skip
            connection.putheader(name, text)
        connection.endheaders(body[:5])
        os.read(reader, 1)  # until the server was told
        connection.send(body[5:])
        statuses.append(connection.getresponse().status)
        connection.close()

    uploading = threading.Thread(target=upload)
    uploading.start()
    master = psutil.Process(ending.server.process.pid)
    while not any(one.raddr for child in master.children() for one in child.net_connections()):
        pass
    master.send_signal(signal.SIGTERM)
    ending.server.read_until("Handling signal: term")
    os.write(writer, b"x")
    uploading.join(30)
    assert statuses == [201]
    assert ending.server.process.wait(30) == 0


def test_told_to_end_while_a_worker_starts_it_ends_at_once(ending: Production) -> None:
    [victim, _] = psutil.Process(ending.server.process.pid).children()
    victim.kill()
    ending.server.read_until("Booting worker")
    ending.server.process.send_signal(signal.SIGTERM)
    assert ending.server.process.wait(20) == 0  # gunicorn kills after 30 s whoever has not heard it


@pytest.mark.parametrize(
    ("words", "settings", "message"),
    [
        ([], {"DEBUG": "true"}, "serve is for production (DEBUG=false); for development use runserver"),
        ([], {"SECRET_KEY": ""}, "DEBUG=false needs SECRET_KEY"),
        (["--certfile", "x"], {}, "--certfile and --keyfile go together"),
        (["--certfile", "x", "--keyfile", "y"], {}, "x cannot be read"),
        (
            ["--certfile", "../Makefile", "--keyfile", "manage.py"],
            {},
            "Makefile and manage.py are not a certificate and",
        ),
        (["--workers", "-1"], {}, "-1"),
        (["--bind", "127.0.0.1:x"], {}, "'x' is not a valid port number"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    production: Production, words: list[str], settings: dict[str, str], message: str
) -> None:
    done = manage("serve", *words, environment=clean_environment(**production.settings | settings))
    assert done.returncode != 0
    assert message in (said := done.stdout + done.stderr)
    assert "Traceback" not in said
