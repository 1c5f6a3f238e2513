"""A client's socket between event loop and thread: the request that is here, and the unsent part of the answer."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ssl import SSLWantReadError, SSLWantWriteError
from typing import Any

from rest.body_sizes import MAX_BUFFERED_BODY

# Bytes of an answer that the event loop sends. With more to send, the thread waits.
MAX_UNSENT = 2 * 1024 * 1024
IDLE_TIMEOUT = 30  # seconds in which some of a long body arrives
GRACE, MIN_RATE = 10, 4096  # seconds, and after them the minimum bytes per second of a long body or answer
WOULD_BLOCK = (BlockingIOError, SSLWantReadError, SSLWantWriteError)


class MinimumRate:
    """The time that a client may keep a thread waiting: GRACE seconds, and a second for each MIN_RATE bytes."""

    def __init__(self) -> None:
        self.waited, self.moved = 0.0, 0

    @property
    def left(self) -> float:
        """Seconds that the client may still keep the thread waiting; below zero if it was too slow."""
        return GRACE + self.moved / MIN_RATE - self.waited

    def add(self, seconds: float, size: int) -> None:
        """Count a wait of `seconds` in which `size` bytes moved; TimeoutError if the client is too slow."""
        self.waited += seconds
        self.moved += size
        if self.left < 0:
            raise TimeoutError(errno.ETIMEDOUT, "the client is too slow")


class BufferedSocket:
    """The socket of a connection as gunicorn's threads use it.

    recv() returns the request that the event loop has buffered; it reads from the client only if the body is long.
    sendall() leaves up to MAX_UNSENT bytes that the client does not take at once in `unsent`, for the event loop.
    The first piece of an answer, which is its head, goes with the next one, or is left to the event loop as well.
    `raw` never blocks but where a thread has to wait. So a timeout is only noted here, until it is needed: gunicorn
    sets it several times for each request, and each time would be a call of the system.
    """

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.timeout: float | None = 0
        self.unsent = bytearray()
        self.start_request(b"", is_long=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)

    def gettimeout(self) -> float | None:
        return self.timeout

    def settimeout(self, seconds: float | None) -> None:
        self.timeout = seconds

    def setblocking(self, flag: bool) -> None:
        self.timeout = None if flag else 0

    def start_request(self, request: bytes, *, is_long: bool) -> None:
        """Begin with the bytes that are here; `is_long` if the rest of the body is still to come."""
        self.request, self.is_long, self.has_begun = bytearray(request), is_long, False
        self.upload, self.download = MinimumRate(), MinimumRate()

    def recv(self, size: int) -> bytes:
        """At most `size` bytes of the request, b"" at its end; TimeoutError if the client sends too slowly."""
        if self.request or not self.is_long:
            piece = bytes(self.request[:size])
            del self.request[:size]
            return piece
        begun = time.monotonic()
        with self.waiting(self.timeout):
            data: bytes = self.raw.recv(size)
        self.upload.add(time.monotonic() - begun, len(data))
        return data

    def sendall(self, data: bytes) -> None:
        """Send, or keep as `unsent`; TimeoutError if the client takes it too slowly, OSError if it is gone."""
        self.unsent += data
        if not self.has_begun:
            self.has_begun = True
            return
        self.flush()
        while len(self.unsent) > MAX_UNSENT:
            piece, begun = bytes(self.unsent[: len(self.unsent) - MAX_UNSENT]), time.monotonic()
            with self.waiting(self.download.left + len(piece) / MIN_RATE):
                self.raw.sendall(piece)
            del self.unsent[: len(piece)]
            self.download.add(time.monotonic() - begun, len(piece))

    @contextmanager
    def waiting(self, seconds: float | None) -> Iterator[None]:
        """Let `raw` wait for the client so long; TimeoutError if that is not enough."""
        self.raw.settimeout(seconds)
        try:
            yield
        finally:
            self.raw.settimeout(0)

    def flush(self) -> None:
        """Send what can be sent without waiting; OSError if the client is gone."""
        with suppress(*WOULD_BLOCK):
            while self.unsent:
                del self.unsent[: self.raw.send(bytes(self.unsent[:MAX_BUFFERED_BODY]))]
