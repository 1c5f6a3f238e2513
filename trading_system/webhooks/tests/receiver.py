"""A receiver of webhooks on a port of its own, which answers as a test says."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """The message, once the library of Standard Webhooks has looked at its signature."""
        return Webhook(secret).verify(self.body, self.headers)


Answer = int | tuple[int, dict[str, str]] | None  # a status, with headers; None ends the connection without one


@dataclass
class Receiver:
    """`received` has all that came, `taken` what was answered with a 2xx."""

    url: str
    answer: Callable[[Received], Answer] = lambda _: 204
    received: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)

    def take(self, request: Received) -> Answer:
        self.received.append(request)
        answer = self.answer(request)
        if isinstance(answer, int) and 200 <= answer < 300:
            self.taken.append(request)
        return answer


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        answer = self.receiver.take(Received({name.lower(): value for name, value in self.headers.items()}, body))
        if answer is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """It says nothing."""


@contextmanager
def receiving(answer: Callable[[Received], Answer] = lambda _: 204) -> Iterator[Receiver]:
    """A receiver, until the end of the block."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook?from=ledger", answer)
        server.RequestHandlerClass = type("Bound", (Handler,), {"receiver": receiver})
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
