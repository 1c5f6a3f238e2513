"""Single requests to the ledger: what is asked, and what its answers say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retry import retry_after
from watch import api
from watch.api import MAX_RETRY_AFTER, fetch, patch, post

NOW = datetime(2025, 6, 6, 12, tzinfo=UTC)
RULES = '{"rules": []}'
ETAG = '"v1"'
PARTS = ["Fri,", "Jun", "GMT", "-0000", "+9999", "7", "31", "2025", "99999999999", "12:00", "12:00:30", "25:61:61", ":"]


class Handler(BaseHTTPRequestHandler):
    """Has RULES at every address, until `answers` has something else; `seen` are the requests."""

    seen: list[tuple[str, str, str | None, str]]
    answers: list[tuple[int, bytes, dict[str, str]]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        self.seen.append((self.command, self.path, self.headers["If-None-Match"], body))
        if self.answers:
            status, content, headers = self.answers.pop(0)
        elif self.headers["If-None-Match"] == ETAG:
            status, content, headers = 304, b"", {"ETag": ETAG}
        else:
            status, content, headers = 200, RULES.encode(), {"ETag": ETAG, "Content-Length": f"{len(RULES)}"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def handler() -> type[Handler]:
    return type("Seeing", (Handler,), {"seen": [], "answers": []})


@pytest.fixture
def url(handler: type[Handler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_is_fetched_is_not_sent_again_while_it_is_the_same(url: str, handler: type[Handler]) -> None:
    address = f"{url}/api/alert-rules/"
    status, body, etag = fetch(address, None, {}, None)
    assert (status, body, etag) == (200, RULES, ETAG)
    assert fetch(address, etag, {}, None) == (304, "", ETAG)
    assert handler.seen == [("GET", "/api/alert-rules/", None, ""), ("GET", "/api/alert-rules/", ETAG, "")]


def test_a_query_is_a_part_of_the_address(url: str, handler: type[Handler]) -> None:
    fetch(f"{url}/api/alert-snoozes/?active=true", None, {}, None)
    assert handler.seen[0][1] == "/api/alert-snoozes/?active=true"


def test_a_list_that_is_too_long_is_refused(url: str, handler: type[Handler], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MAX_LIST", len(RULES))
    with pytest.raises(HTTPException, match="its answer is longer than 13 bytes"):
        fetch(url, None, {}, None)
    monkeypatch.setattr(api, "MAX_LIST", len(RULES) + 1)
    assert fetch(url, None, {}, None)[1] == RULES


def test_a_list_that_breaks_off_is_no_answer(url: str, handler: type[Handler]) -> None:
    handler.answers.append((200, b"{", {"Content-Length": "100"}))
    with pytest.raises(HTTPException):
        fetch(url, None, {}, None)


@pytest.mark.parametrize(("send", "method"), [(post, "POST"), (patch, "PATCH")])
def test_what_is_sent_is_answered_with_a_status_and_a_pause(
    url: str, handler: type[Handler], send: Any, method: str
) -> None:
    handler.answers.append((429, b"slowly", {"Retry-After": "7", "Content-Length": "6"}))
    answer = send(f"{url}/api/alert-previews/1/", '{"count":1}', {}, None)
    assert (answer.status, answer.text, answer.retry_after) == (429, "slowly", 7.0)
    assert handler.seen == [(method, "/api/alert-previews/1/", None, '{"count":1}')]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0), ("", 0), ("0", 0), ("7", 7), (" 7 ", 7), ("301", MAX_RETRY_AFTER), ("9" * 5000, MAX_RETRY_AFTER),
        ("-7", 0), ("1.5", 0), ("soon", 0), ("\u0667", 0), ("Fri, 06 Jun 2025 12:00:30 GMT", 30),
        ("Fri, 06 Jun 2025 11:00:00 GMT", 0), ("Sat, 07 Jun 2025 12:00:00 GMT", MAX_RETRY_AFTER),
        ("Fri, 06 Jun 2025 12:00:30 -0000", 30), ("Friday, 06-Jun-25 12:00:30 GMT", 30), ("Fri, 06 Jun 99999999999 12:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_a_pause_is_in_seconds_or_until_a_date(header: str | None, seconds: float) -> None:
    assert retry_after(header, NOW, MAX_RETRY_AFTER) == seconds


def test_the_longest_pause_is_a_matter_of_who_asks() -> None:
    assert retry_after("4000", NOW, 3600.0) == 3600
    assert retry_after("Sat, 07 Jun 2025 12:00:00 GMT", NOW, 3600.0) == 3600


@given(st.integers(-1000, 1000), st.integers(-23, 23))
def test_a_date_may_be_in_any_zone(seconds: int, hours: int) -> None:
    date = (NOW + timedelta(seconds=seconds)).astimezone(timezone(timedelta(hours=hours)))
    assert retry_after(format_datetime(date), NOW, MAX_RETRY_AFTER) == min(max(seconds, 0), MAX_RETRY_AFTER)


@given(st.text() | st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_whatever_a_header_says_the_pause_is_short(header: str) -> None:
    assert 0 <= retry_after(header, NOW, MAX_RETRY_AFTER) <= MAX_RETRY_AFTER
