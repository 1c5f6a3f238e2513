"""What operators see of production: a line for each request, ids, and metrics of all workers."""

import json
import re
import urllib.parse
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from .production import Production

TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


def line_of(production: Production, request_id: str) -> dict[str, object]:
    """What its log says of a request."""
    found: dict[str, object] = json.loads(production.server.read_until(request_id))
    return found


def test_a_request_is_one_line(production: Production) -> None:
    _, headers, body = production.ask("POST", "/api/trades/", TRADE, role="trader")
    line = line_of(production, headers["x-request-id"])
    assert datetime.now(UTC) - datetime.fromisoformat(str(line.pop("time"))) < timedelta(minutes=1)
    assert float(str(line.pop("duration_ms"))) > 0
    assert int(str(line.pop("queries"))) >= 2
    assert line == {
        "event": "request", "level": "info", "request_id": headers["x-request-id"],
        "method": "POST", "route": "/api/trades/", "status": 201, "user": production.user("trader"),
    }  # fmt: skip
    _, headers, _ = production.ask("GET", f"/api/trades/{json.loads(body)['id']}/?format=json", role="viewer")
    line = line_of(production, headers["x-request-id"])
    assert (line["route"], line["status"], line["user"]) == ("/api/trades/{id}/", 200, production.user("viewer"))


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [("/api/trades/1000000/", 404, "/api/trades/{id}/"), ("/api/x/y/", 404, "/api/…"), ("/nothing", 404, "none")],
)
def test_an_error_has_the_id_of_its_line(production: Production, path: str, status: int, route: str) -> None:
    found, headers, body = production.ask("GET", path, role="viewer")
    line = line_of(production, headers["x-request-id"])
    assert (found, line["status"], line["route"], line["level"]) == (status, status, route, "warning")
    assert (headers["x-request-id"] in body.decode()) is path.startswith("/api/")  # a page does not show it


def test_the_proxy_may_name_the_request(production: Production) -> None:
    assert production.ask("GET", "/livez", X_Request_ID="from-the-proxy_7")[1]["x-request-id"] == "from-the-proxy_7"
    assert re.fullmatch("[0-9a-f]{32}", production.ask("GET", "/livez", X_Request_ID="x" * 65)[1]["x-request-id"])


def test_no_secret_is_in_the_log(production: Production) -> None:
    secrets = [production.tokens["trader"], "0123456789abcdef" * 4, "correct horse", production.settings["SECRET_KEY"]]
    production.ask("GET", "/api/trades/", role="trader")
    production.ask("GET", "/api/trades/", Authorization=f"Token {secrets[1]}")
    production.ask("POST", "/login/", {"username": "robin", "password": secrets[2]})
    production.ask("GET", f"/api/trades/?token={secrets[1]}", role="viewer")
    production.ask("GET", f"/{secrets[1]}", role="viewer")
    _, headers, _ = production.ask("GET", "/livez")
    line_of(production, headers["x-request-id"])
    text = "".join(production.server.output)
    assert not [secret for secret in secrets if secret in text or urllib.parse.quote(secret) in text]
    assert all(json.loads(line) for line in production.server.output)


def test_a_strangers_mistake_is_one_line(production: Production) -> None:
    _, headers, _ = production.ask("GET", "/livez", Host="evil.example")
    line_of(production, headers["x-request-id"])
    line_of(production, production.ask("GET", "/livez")[1]["x-request-id"])  # by then, the first has said all
    said = [line for line in production.server.output if headers["x-request-id"] in line or "evil.example" in line]
    assert len(said) == 1


def metrics(production: Production) -> dict[str, float]:
    status, headers, body = production.ask("GET", "/metrics", role="viewer", secure=False)
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


ADDED = 'ledger_trades_written_total{how="added"}'
POSTED = 'http_request_duration_seconds_count{method="POST",route="/api/trades/",status="201"}'


def post(production: Production) -> None:
    """Return when the request is counted: it is so before its line is written, and after its answer is sent."""
    status, headers, _ = production.ask("POST", "/api/trades/", TRADE, role="trader")
    assert status == 201
    line_of(production, headers["x-request-id"])


def test_metrics_are_of_all_workers_and_outlive_them(production: Production) -> None:
    post(production)
    before = metrics(production)
    for _ in range(20):
        post(production)
    [victim, *_] = psutil.Process(production.server.process.pid).children()
    victim.kill()
    production.server.read_until("Booting worker")
    for _ in range(20):
        post(production)
    after = metrics(production)
    assert after[ADDED] - before.get(ADDED, 0) == 40
    assert after[POSTED] - before.get(POSTED, 0) == 40
