"""Bodies that are not read to their end, over a real socket: whoever sends one hears what was wrong with it."""

import http.client
import io
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from trades import upload
from trades.models import Trade
from trading_system import middleware

MEGABYTES_10 = 10 * 1024 * 1024
BAD_ROWS = b"ticker,price,quantity,side\n" + b"A,0,1,buy\n" * (MEGABYTES_10 // 10)
JSON, CSV = "application/json", "text/csv"
pytestmark = pytest.mark.django_db(transaction=True)


def send(server: LiveServer, method: str, path: str, body: bytes, content_type: str) -> tuple[int, Any]:
    """Send all of the body before looking for the answer, as simple clients do."""
    connection = http.client.HTTPConnection(server.thread.host, server.thread.port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("content_type", [JSON, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_ten_megabytes_are_too_much_for_one_trade(
    live_server: LiveServer, fill: dict[str, Any], content_type: str
) -> None:
    trade = APIClient().post("/api/trades/", fill).json()
    for method, path in [
        ("POST", ""),
        ("PUT", f"{trade['id']}/"),
        ("PATCH", f"{trade['id']}/"),
        ("DELETE", f"{trade['id']}/"),
    ]:
        answer = send(live_server, method, f"/api/trades/{path}", b"[" * MEGABYTES_10, content_type)
        assert answer == (413, {"detail": "A body has at most 1048576 bytes here."})
    assert Trade.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "content_type", "status"),
    [("", CSV, 400), ("?dry_run=true", CSV, 400), ("?on_error=x", CSV, 400), ("", JSON, 400), ("", "text/plain", 415)],
)
def test_a_file_is_answered_where_it_is_wrong(
    live_server: LiveServer, options: str, content_type: str, status: int
) -> None:
    found, answer = send(live_server, "POST", f"/api/trades/bulk/{options}", BAD_ROWS, content_type)
    assert found == status
    assert len(answer.get("errors", [{}])) == (100 if content_type == CSV and "on_error" not in options else 1)


def test_a_file_over_the_cap_is_told_so(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MAX_UPLOAD", MEGABYTES_10)
    found, answer = send(live_server, "POST", "/api/trades/bulk/", BAD_ROWS, CSV)
    assert (found, list(answer)) == (413, ["detail"])


def test_who_does_not_send_a_refused_body_is_answered_all_the_same(live_server: LiveServer) -> None:
    address = urlsplit(live_server.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as stalled:
        stalled.sendall(b"POST /api/trades/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n{")
        assert stalled.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "", 413), ("PUT", "1/", 413), ("POST", "bulk/?again=x", 400), ("POST", "bulk/", 400), ("PUT", "bulk/", 405),
        ("POST", "1/none/", 404), ("POST", "../none/", 404),
    ],
)  # fmt: skip
def test_a_body_that_was_refused_is_heard_out_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int
) -> None:
    """Not all servers do it, and one that closes the connection on data cuts its own answer off."""
    for limit in (10 * len(BAD_ROWS), len(BAD_ROWS) // 2):
        monkeypatch.setattr(middleware, "HEARD_OUT", limit)
        body = io.BytesIO(BAD_ROWS)
        extra = {"wsgi.input": body, "CONTENT_LENGTH": str(len(BAD_ROWS))}
        answer = APIClient().generic(method, f"/api/trades/{path}", BAD_ROWS, content_type=CSV, **extra)
        assert answer.status_code == status
        assert limit <= body.tell() < limit + 2**20 or body.tell() == len(BAD_ROWS)
