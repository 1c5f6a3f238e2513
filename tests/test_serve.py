"""`manage.py serve`: production as others run it, on a PostgreSQL server of its own."""

import http.client
import json
import os
import signal
import sys
import threading

import psutil
import pytest

from .production import Production
from .running import ROOT, Running

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


def test_without_tls_one_is_sent_there(production: Production) -> None:
    status, headers, _ = production.ask("GET", "/api/trades/?ticker=AAPL", role="viewer", secure=False)
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


def test_told_to_end_it_answers_what_is_in_flight(production: Production) -> None:
    statuses: list[int] = []
    reader, writer = os.pipe()

    def upload() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", production.port, timeout=30)
        connection.putrequest("POST", "/api/trades/")
        body = json.dumps(TRADE).encode()
        for name, text in {"Authorization": f"Token {production.tokens['trader']}", "X-Forwarded-Proto": "https",
                           "Content-Type": "application/json", "Content-Length": str(len(body))}.items():  # fmt: skip
            connection.putheader(name, text)
        connection.endheaders(body[:5])
        os.read(reader, 1)  # until the server was told
        connection.send(body[5:])
        statuses.append(connection.getresponse().status)
        connection.close()

    uploading = threading.Thread(target=upload)
    uploading.start()
    master = psutil.Process(production.server.process.pid)
    while not any(one.raddr for child in master.children() for one in child.net_connections()):
        pass
    master.send_signal(signal.SIGTERM)
    production.server.read_until("Handling signal: term")
    os.write(writer, b"x")
    uploading.join(30)
    assert statuses == [201]
    assert production.server.process.wait(30) == 0
    production.server.kill()
    production.server = production.start()


@pytest.mark.parametrize(
    ("words", "settings", "message"),
    [
        ([], {"DEBUG": "true"}, "set DEBUG=false and what it asks for; for development there is runserver"),
        ([], {"SECRET_KEY": ""}, "DEBUG=false needs SECRET_KEY"),
        (["--certfile", "x"], {}, "--certfile and --keyfile go together"),
        (["--certfile", "x", "--keyfile", "y"], {}, "x cannot be read"),
        (["--certfile", "Makefile", "--keyfile", "README.md"], {}, "Makefile and README.md are not a certificate and"),
        (["--workers", "-1"], {}, "-1"),
        (["--bind", "127.0.0.1:x"], {}, "'x' is not a valid port number"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    production: Production, words: list[str], settings: dict[str, str], message: str
) -> None:
    program = Running(sys.executable, ROOT / "trading_system/manage.py", "serve", *words,
                      **production.settings | settings)  # fmt: skip
    assert message in program.read_until(message)
    assert program.process.wait(30) != 0
    assert not any("Traceback" in line for line in program.output)
    program.kill()
