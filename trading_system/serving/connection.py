"""A client's connection to the web server: what has come of its next request, and what has yet to be sent to it."""

import errno
import re
import time
from contextlib import suppress
from math import inf
from ssl import SSLContext, SSLWantReadError, SSLWantWriteError
from typing import Any

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

from rest.body_sizes import MAX_HELD  # a longer body is read by the thread that takes the request

MAX_OUTBOX = (
    2 * 1024 * 1024
)  # bytes of an answer that the loop sends; a thread waits until the rest of a longer one is sent
STALLED = 30  # seconds in which some of a long body arrives
GRACE, SLOWEST = 10, 4096  # seconds after which a long body, or answer, has to move at so many bytes a second
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|$)", re.IGNORECASE)
NUMBER = re.compile(rb"0*(\d{1,15})")
CHUNKS = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n|$)", re.IGNORECASE)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
NOT_NOW = (BlockingIOError, SSLWantReadError, SSLWantWriteError)

REFUSALS = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


def refusal(status: int) -> bytes:
    """The answer to a request that no thread gets to see."""
    return f"HTTP/1.1 {status} {REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class Pace:
    """How long a client has kept us waiting; TimeoutError if that is too long for what has moved meanwhile."""

    def __init__(self) -> None:
        self.waited, self.moved = 0.0, 0

    @property
    def left(self) -> float:
        return GRACE + self.moved / SLOWEST - self.waited

    def add(self, seconds: float, size: int) -> None:
        self.waited += seconds
        self.moved += size
        if self.left < 0:
            raise TimeoutError(errno.ETIMEDOUT, "the client is too slow")


class Paced(SocketUnreader):
    """What a thread reads of a body that is longer than MAX_HELD."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.pace = Pace()

    def chunk(self, size_hint: int | None = None) -> bytes:
        begun = time.monotonic()
        data: bytes = super().chunk(size_hint)
        self.pace.add(time.monotonic() - begun, len(data))
        return data


class Outgoing:
    """The socket as a thread sees it: what the client does not take at once goes to the outbox, if it has room."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.outbox, self.pace = socket, bytearray(), Pace()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.socket, name)

    def sendall(self, data: bytes) -> None:
        self.outbox += data
        self.socket.settimeout(0)
        try:
            self.flush()
            while len(self.outbox) > MAX_OUTBOX:
                piece, begun = bytes(self.outbox[: len(self.outbox) - MAX_OUTBOX]), time.monotonic()
                self.socket.settimeout(self.pace.left + len(piece) / SLOWEST)
                self.socket.sendall(piece)
                del self.outbox[: len(piece)]
                self.pace.add(time.monotonic() - begun, len(piece))
        finally:
            self.socket.settimeout(STALLED)

    def flush(self) -> None:
        """Send what can be sent without waiting; OSError if the client is gone."""
        with suppress(*NOT_NOW):
            while self.outbox:
                del self.outbox[: self.socket.send(bytes(self.outbox[:MAX_HELD]))]


class Connection(TConn):
    """A client's, with what has come of its next request; `needed` is its length, once the head is there."""

    sock: Any

    def __init__(self, tls: SSLContext | None, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.data_ready = True  # when a thread gets it
        self.is_secure, self.is_long = tls is None, False
        self.keeps = False  # whether another request may follow
        self.deadline = inf
        self.forget()
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sock = Outgoing(self.sock)
        self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader = Paced(self.sock)

    def init(self) -> None:
        """gunicorn calls it in the thread, when it has made the socket wait for ever."""
        self.sock.settimeout(STALLED)

    def forget(self) -> None:
        self.received, self.searched, self.needed = bytearray(), 0, 0

    def is_complete(self) -> bool:
        if not self.needed:
            end = self.received.find(END_OF_HEAD, max(0, self.searched - len(END_OF_HEAD)))
            self.searched = len(self.received)
            if end < 0:
                return False
            length = self.awaited(bytes(self.received[:end]))
            if length and (expected := EXPECTS.search(self.received, 0, end)):
                del self.received[expected.start() : expected.end()]  # as it is kept here
                end -= expected.end() - expected.start()
                with suppress(OSError):
                    self.sock.send(GO_ON)
            self.needed = end + len(END_OF_HEAD) + length
        return len(self.received) >= self.needed

    def awaited(self, head: bytes) -> int:
        """Bytes of the body for which the loop waits: not for a long one, nor for one whose length is in doubt."""
        lengths = LENGTH.findall(head)
        number = NUMBER.fullmatch(lengths[0]) if len(lengths) == 1 else None
        length = int(number[1]) if number else 0
        is_clear = bool(number) if lengths else not CHUNKS.search(head)
        self.is_long = not is_clear or bool(CHUNKS.search(head)) or length > MAX_HELD
        return 0 if self.is_long else length

    def hand_over(self) -> None:
        """Let gunicorn's parser have what was received."""
        self.parser.unreader.unread(bytes(self.received))
        self.parser.unreader.pace, self.sock.pace = Pace(), Pace()
        self.forget()
