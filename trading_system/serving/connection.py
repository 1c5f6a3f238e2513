"""A client's connection to the web server: the request as it arrives."""

import re
from contextlib import suppress
from math import inf
from ssl import SSLContext
from threading import Lock
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn

from rest.body_sizes import MAX_BUFFERED_BODY

from .sockets import IDLE_TIMEOUT, BufferedSocket

PIECE = 64 * 1024  # bytes that are received at once
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|$)", re.IGNORECASE)
NUMBER = re.compile(rb"0*(\d{1,15})")
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n|$)", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

REFUSALS = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


def refusal(status: int) -> bytes:
    """The answer to a request that is refused before a thread handles it."""
    return f"HTTP/1.1 {status} {REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class Connection(TConn):
    """A client's connection, with the bytes `received` of requests that no thread handles yet.

    `needed` is the length of the next request, once its head is there; `deadline` is when the event loop gives up.
    """

    sock: BufferedSocket

    def __init__(self, tls: SSLContext | None, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.data_ready = True  # when a thread gets it
        self.is_tls = tls is not None
        self.is_secure, self.is_long = not self.is_tls, False
        self.keeps_alive = False  # whether another request may follow
        self.deadline = inf
        self.exchange = Lock()  # between a thread that gives it back and the event loop
        self.forget()
        raw: Any = self.sock
        if tls:
            raw = tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
        self.sock = BufferedSocket(raw)
        self.parser = http.get_parser(self.cfg, self.sock, self.client)

    def init(self) -> None:
        """gunicorn calls it in the thread, after it has made the socket blocking."""
        self.sock.settimeout(IDLE_TIMEOUT)

    def forget(self) -> None:
        """Drop what was received."""
        self.received, self.searched, self.needed = bytearray(), 0, 0

    def is_idle(self) -> bool:
        """Whether no request has begun, and no answer is on its way."""
        return not self.received and not self.sock.unsent

    def receive(self) -> bytes:
        """Bytes that arrived, b"" at the end; one of WOULD_BLOCK if there are none, OSError if the client is gone."""
        raw = self.sock.raw
        if not self.is_secure:
            raw.do_handshake()
            self.is_secure = True
        data: bytes = raw.recv(PIECE)
        while data and self.is_tls and (pending := raw.pending()):
            data += raw.recv(pending)
        return data

    def is_complete(self) -> bool:
        """Whether a thread can handle the next request without waiting for its client."""
        if not self.needed:
            end = self.received.find(END_OF_HEAD, max(0, self.searched - len(END_OF_HEAD)))
            self.searched = len(self.received)
            if end < 0:
                return False
            length = self.body_length(bytes(self.received[:end]))
            if length and (expect := EXPECT.search(self.received, 0, end)):
                del self.received[expect.start() : expect.end()]  # answered here
                end -= expect.end() - expect.start()
                with suppress(OSError):
                    self.sock.send(CONTINUE)
            self.needed = end + len(END_OF_HEAD) + length
        return len(self.received) >= self.needed

    def body_length(self, head: bytes) -> int:
        """Bytes of the body for the event loop to buffer: 0 if it is long, or its length is unclear (RFC 9112, 6.3)."""
        lengths = LENGTH.findall(head)
        number = NUMBER.fullmatch(lengths[0]) if len(lengths) == 1 else None
        length = int(number[1]) if number else 0
        is_clear = bool(number) if lengths else not CHUNKED.search(head)
        self.is_long = not is_clear or bool(CHUNKED.search(head)) or length > MAX_BUFFERED_BODY
        return 0 if self.is_long else length

    def hand_over(self) -> None:
        """Let a thread read the next request. Bytes after it stay in `received`."""
        end = len(self.received) if self.is_long else self.needed
        self.sock.start_request(bytes(self.received[:end]), is_long=self.is_long)
        del self.received[:end]
        self.searched = self.needed = 0
