"""An API that answers as it is told, on a real socket, which can be closed and opened again."""

import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .market import CANDLES, Market

DROP, RESET, HALF, MUTE, DRIBBLE = "drop", "reset", "half an answer", "no answer", "a byte at a time"
RESETTING = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Server(ThreadingHTTPServer):
    ledger: "Ledger"
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has left is no surprise here."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        ledger, body = self.server.ledger, self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == CANDLES:
            self.give(ledger.market.answer(body.decode(), self.headers["Authorization"]), "")
            return
        ledger.tokens.append(self.headers["Authorization"])
        ledger.requests.append((self.path, self.headers["Content-Type"], body.decode()))
        self.give(ledger.answers.popleft() if ledger.answers else ledger.usual, body.decode())

    def give(self, answer: int | str, alert: str) -> None:
        if isinstance(answer, int):
            self.answer(answer, alert)
        else:
            self.misbehave(answer)

    def answer(self, status: int, body: str) -> None:
        if body and status in (200, 201):
            self.server.ledger.kept.append(body)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere/")
        if self.server.ledger.retry_after:
            self.send_header("Retry-After", self.server.ledger.retry_after)
        self.end_headers()
        self.wfile.write(b'{"price":["Must be above zero."]}')

    def misbehave(self, fault: str) -> None:
        if fault == HALF:
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
        elif fault == MUTE:
            self.server.ledger.closed.wait(60)
        elif fault == DRIBBLE:
            while not self.server.ledger.closed.wait(0.02):
                self.wfile.write(b"H")
        elif fault == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETTING)
            self.connection.close()
        self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        pass


class Ledger:
    """`answers` are given in turn, and then the `usual` one; `kept` are the alerts that were accepted.

    All have `retry_after` in their header. Candles go to its `market`, and are no `requests`.
    """

    def __init__(self) -> None:
        self.answers: deque[int | str] = deque()
        self.usual: int | str = 201
        self.requests: list[tuple[str, str, str]] = []
        self.tokens: list[str | None] = []
        self.kept: list[str] = []
        self.market = Market()
        self.retry_after = ""
        self.place = socket.socket()  # keeps the port ours while nobody listens; the server may bind beside it
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.server: Server | None = None

    def __enter__(self) -> "Ledger":
        self.open()
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()
        self.place.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self.closed = threading.Event()
        self.server = Server(("127.0.0.1", self.port), Handler)
        self.server.ledger = self
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        if self.server:
            self.closed.set()
            self.server.shutdown()
            self.server.server_close()
            self.server = None
