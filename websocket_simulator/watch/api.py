"""One HTTP request with an answer in time: no redirection is followed, no proxy asked."""

from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from socket import SHUT_RDWR, socket
from ssl import SSLContext
from threading import Timer
from typing import NamedTuple
from urllib.parse import urlsplit

from retry import retry_after

TIMEOUT = 10.0  # seconds
MAX_ANSWER = 64 * 1024  # bytes that are read of one
MAX_LIST = 8 * 1024 * 1024  # bytes of an answer that is of use only as a whole
MAX_RETRY_AFTER = 300.0  # seconds that the ledger may have us wait for
HEADERS = {"Content-Type": "application/json", "Connection": "close"}


class Answer(NamedTuple):
    """`retry_after` is in seconds, as the service asks for, and MAX_RETRY_AFTER at most; 0 if it does not."""

    status: int
    text: str
    retry_after: float = 0.0
    etag: str | None = None


def post(address: str, body: str, headers: Mapping[str, str], tls: SSLContext | None) -> Answer:
    """Send JSON, of whose answer MAX_ANSWER bytes are read; OSError or HTTPException if there is none."""
    return _request("POST", address, body, headers, tls, MAX_ANSWER)


def patch(address: str, body: str, headers: Mapping[str, str], tls: SSLContext | None) -> Answer:
    """As `post`, to change what is at the address."""
    return _request("PATCH", address, body, headers, tls, MAX_ANSWER)


def fetch(
    address: str, etag: str | None, headers: Mapping[str, str], tls: SSLContext | None
) -> tuple[int, str, str | None]:
    """The status, body and ETag of what is at the address: 304 and no body if that is still `etag`.

    OSError or HTTPException if there is no answer, or one of MAX_LIST bytes or more.
    """
    known = {"If-None-Match": etag} if etag else {}
    answer = _request("GET", address, None, {**headers, **known}, tls, MAX_LIST)
    return answer.status, answer.text, answer.etag


def cut_off(connected: socket) -> None:
    """End a connection on which another thread waits, at once."""
    with suppress(OSError):
        connected.shutdown(SHUT_RDWR)


def _request(
    method: str, address: str, body: str | None, headers: Mapping[str, str], tls: SSLContext | None, limit: int
) -> Answer:
    parts = urlsplit(address)
    target = parts._replace(scheme="", netloc="", fragment="").geturl()
    connect = partial(HTTPSConnection, context=tls) if parts.scheme == "https" else HTTPConnection
    with closing(connect(parts.netloc, timeout=TIMEOUT)) as connection:
        connection.connect()
        timer = Timer(TIMEOUT, cut_off, [connection.sock])  # the connection's own timeout starts over with each piece
        timer.daemon = True
        timer.start()
        try:
            connection.request(method, target, body.encode() if body else None, {**HEADERS, **headers})
            answer = connection.getresponse()
            text = answer.read(limit)
            if answer.length and len(text) < limit:
                raise IncompleteRead(text, answer.length)
            if method == "GET" and len(text) == limit:
                raise HTTPException(f"its answer is longer than {limit:,} bytes")
        finally:
            timer.cancel()
    wait = retry_after(answer.headers["Retry-After"], datetime.now(UTC), MAX_RETRY_AFTER)
    return Answer(answer.status, text.decode(errors="replace"), wait, answer.headers["ETag"])
