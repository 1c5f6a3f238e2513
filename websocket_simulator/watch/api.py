"""One HTTP request with an answer in time: no redirection is followed, no proxy asked."""

from collections.abc import Mapping
from contextlib import closing, suppress
from functools import partial
from http.client import HTTPConnection, HTTPSConnection, IncompleteRead
from socket import SHUT_RDWR, socket
from ssl import SSLContext
from threading import Timer
from urllib.parse import urlsplit

TIMEOUT = 10.0  # seconds
MAX_ANSWER = 64 * 1024  # bytes that are read of one
HEADERS = {"Content-Type": "application/json", "Connection": "close"}


def post(address: str, body: str, headers: Mapping[str, str], tls: SSLContext | None) -> tuple[int, str]:
    """Return the status and the text that JSON was answered with; OSError or HTTPException if there is no answer."""
    parts = urlsplit(address)
    connect = partial(HTTPSConnection, context=tls) if parts.scheme == "https" else HTTPConnection
    with closing(connect(parts.netloc, timeout=TIMEOUT)) as connection:
        connection.connect()
        timer = Timer(TIMEOUT, cut_off, [connection.sock])  # the connection's own timeout starts over with each piece
        timer.daemon = True
        timer.start()
        try:
            connection.request("POST", parts.path, body.encode(), {**HEADERS, **headers})
            answer = connection.getresponse()
            text = answer.read(MAX_ANSWER)
            if answer.length and len(text) < MAX_ANSWER:
                raise IncompleteRead(text, answer.length)
            return answer.status, text.decode(errors="replace")
        finally:
            timer.cancel()


def cut_off(connected: socket) -> None:
    """End a connection on which another thread waits, at once."""
    with suppress(OSError):
        connected.shutdown(SHUT_RDWR)
