"""Bodies that are not read to their end, over a real socket: whoever sends one hears what was wrong with it."""

import http.client
import io
import json
import socket
import threading
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished
from django.test import RequestFactory

from rest.tests.clients import ApiClient
from trades import parsers
from trades.models import Trade
from trading_system import wsgi

MEGABYTES_10 = 10 * 1024 * 1024
BAD_ROWS = b"ticker,price,quantity,side,timestamp\n" + b"A,1,0,buy,2025-06-06T20:00:00Z\n" * (MEGABYTES_10 // 10)
Address = tuple[str, int]
JSON, CSV = "application/json", "text/csv"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[Address]:
    """The service itself, with nothing of a test's in between."""
    with ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler) as httpd:
        httpd.set_app(wsgi.application)
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield httpd.server_address
        httpd.shutdown()
        thread.join()


def send(server: Address, method: str, path: str, body: bytes, content_type: str) -> tuple[int, Any]:
    """Send all of the body before looking for the answer, as simple clients do."""
    connection = http.client.HTTPConnection(*server, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_ten_megabytes_are_too_much_for_one_trade(server: Address, fill: dict[str, Any]) -> None:
    path = f"{ApiClient().post('/api/trades/', fill).json()['id']}/"
    requests = [("POST", ""), ("PUT", path), ("PATCH", path), ("DELETE", path)]
    for (method, path), content_type in product(requests, [JSON, *FORMS]):
        found, answer = send(server, method, f"/api/trades/{path}", b"[" * MEGABYTES_10, content_type)
        wanted = (413, "A body has at most 1048576 bytes here.")
        assert (found, answer["detail"]) == wanted, (method, content_type)
    assert Trade.objects.count() == 1


def test_a_file_is_answered_where_it_is_wrong(server: Address) -> None:
    for options, content_type, status, listed in [
        ("", CSV, 400, 100),
        ("?dry_run=true", CSV, 400, 100),
        ("?on_error=x", CSV, 400, 0),
        ("", JSON, 400, 1),
        ("", "text/plain", 400, 100),
    ]:
        found, answer = send(server, "POST", f"/api/trades/bulk/{options}", BAD_ROWS, content_type)
        assert (found, len(answer.get("errors", []))) == (status, listed), (options, content_type)


def test_a_file_over_the_cap_is_told_so(server: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "MAX_UPLOAD", MEGABYTES_10)
    found, answer = send(server, "POST", "/api/trades/bulk/", BAD_ROWS, CSV)
    assert (found, list(answer)) == (413, ["detail", "request_id"])


def test_who_does_not_send_a_refused_body_is_answered_all_the_same(server: Address) -> None:
    with socket.create_connection(server, timeout=20) as stalled:
        stalled.sendall(b"POST /api/trades/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n{")
        assert stalled.recv(1000).startswith(b"HTTP/1.1 413 ")


class Body(io.BytesIO):
    """Bad rows, and how many bytes were asked for at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        self.most = max(self.most, len(BAD_ROWS) if size is None or size < 0 else size)
        return super().read(size)


REFUSED = [
    ("POST", "", 413), ("PUT", "1/", 413), ("POST", "bulk/?again=x", 400), ("POST", "bulk/", 400), ("PUT", "bulk/", 405),
    ("POST", "1/none/", 404), ("POST", "../none/", 404),
]  # fmt: skip


def test_a_body_that_was_refused_is_heard_out_after_the_answer() -> None:
    """Not all servers do it, and one that closes the connection on data cuts its own answer off."""
    for method, path, status in REFUSED:
        hear_out(method, path, status)


def hear_out(method: str, path: str, status: int) -> None:
    answers, finished = [], []

    def note(**details: Any) -> None:
        finished.append(body.tell())

    answer, body = refuse(method, path, lambda line, headers: answers.append(int(line[:3])))
    request_finished.connect(note)  # as long as it is there
    pieces = iter(answer)
    assert next(pieces).startswith(b"{")
    answered_at = body.tell()
    assert list(pieces) == []
    assert (answers, finished, body.tell()) == ([status], [answered_at], len(BAD_ROWS)), path
    assert answered_at < len(BAD_ROWS) / 2
    assert body.most < len(BAD_ROWS) / 2


def test_who_sends_too_much_of_a_refused_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi, "MAX_DISCARDED", len(BAD_ROWS) // 2)
    answer, body = refuse("POST", "", lambda line, headers: None)
    with pytest.raises(ConnectionResetError):
        list(answer)
    assert body.tell() < len(BAD_ROWS) * 0.6


def refuse(method: str, path: str, start_response: Any) -> tuple[Any, Body]:
    body, factory = Body(BAD_ROWS), RequestFactory()
    extra = {"wsgi.input": body, "CONTENT_LENGTH": str(len(BAD_ROWS))}
    environ = factory.generic(method, f"/api/trades/{path}", BAD_ROWS, content_type=CSV, **extra).environ
    return wsgi.application(environ, start_response), body
