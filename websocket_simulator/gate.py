"""Who may come in to the feed, and what they ask for; and a word on how it is, at /health."""

import json
import re
import resource
import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Origin

from feed import Feed
from tick import ticker_of

MAX_CLIENTS = 1000
MAX_HANDSHAKES = 100  # connections beyond the clients that may be there without having said what they want
OTHER_FILES = 50  # that the process may have open
MAX_MESSAGE = 1024  # bytes; readers have nothing to say
SEND_BUFFER = 128 * 1024  # bytes that the kernel holds for a reader, besides ours; it would take megabytes
BACKLOG = 1024  # connections that the kernel holds until we come to them
SEQ = re.compile(r"\d{1,19}", re.ASCII)
THIS_MACHINE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")  # pages of any of its ports


def wishes_of(path: str) -> tuple[frozenset[str], int | None]:
    """The tickers (none: all) and the number after which to begin, from `/?tickers=A,B&since=7`; ValueError names
    what is wrong."""
    wishes: dict[str, str] = {}
    for name, value in parse_qsl(urlsplit(path).query, keep_blank_values=True):
        if name not in ("tickers", "since"):
            raise ValueError(f"there is no parameter {name!r}, only tickers and since")
        if name in wishes:
            raise ValueError(f"{name} is given twice")
        wishes[name] = value
    if "since" in wishes and not SEQ.fullmatch(wishes["since"]):
        raise ValueError(f"since={wishes['since']!r} is no sequence number")
    tickers = (
        frozenset(ticker_of(word.strip()) for word in wishes["tickers"].split(",")) if "tickers" in wishes else None
    )
    return tickers or frozenset(), int(wishes["since"]) if "since" in wishes else None


def room_for(clients: int) -> int:
    """Raise the process's limit of open files for so many clients; return how many there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = clients + MAX_HANDSHAKES + OTHER_FILES
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - MAX_HANDSHAKES - OTHER_FILES


class Gate:
    """The feed's door. Pages of other machines stay out, unless their origin is among `origins`."""

    def __init__(self, feed: Feed, *, max_clients: int = MAX_CLIENTS, origins: list[str] | None = None) -> None:
        self.feed, self.max_clients, self.origins = feed, max_clients, origins or []
        self.connections = self.clients = self.refused = 0

    async def open(self, host: str, port: int) -> Server:
        """Serve the feed; OSError if the address cannot be had."""
        return await serve(
            self.handle, host, port,
            process_request=self.answer, create_connection=self.connection,  # type: ignore[arg-type]  # as good as a class
            origins=[None, THIS_MACHINE, *map(Origin, self.origins)],
            compression=None, max_size=MAX_MESSAGE, backlog=BACKLOG,
        )  # fmt: skip

    async def handle(self, reader: ServerConnection) -> None:
        assert reader.request is not None
        await self.feed.handle(reader, *wishes_of(reader.request.path))

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """What is said instead of a handshake, if anything."""
        try:
            path = urlsplit(request.path).path
            if path == "/health" and "?" not in request.path:
                return self._health(connection)
            if path not in ("", "/"):
                return connection.respond(HTTPStatus.NOT_FOUND, "The feed is at /, and its state at /health.\n")
            wishes_of(request.path)
        except ValueError as error:
            return connection.respond(HTTPStatus.BAD_REQUEST, f"{error}\n")
        if self.clients >= self.max_clients:
            self.refused += 1
            return connection.respond(
                HTTPStatus.SERVICE_UNAVAILABLE, f"There are {self.max_clients} clients already.\n"
            )
        self.clients += 1
        assert isinstance(connection, Visitor)
        connection.is_client = True
        return None

    def connection(self, *arguments: Any, **options: Any) -> ServerConnection:
        return Visitor(self, *arguments, **options)

    def _health(self, connection: ServerConnection) -> Response:
        feed = self.feed
        state = {
            "status": "ok",
            "readers": len(feed.readers),
            "clients": self.clients,
            "refused": self.refused,
            "too_slow": feed.let_go,
            "last_seq": feed.ring.next_seq - 1,
            "ticks_sent": feed.ring.next_seq - feed.ring.origin,
            "ticks_held": len(feed.ring),
        }
        response = connection.respond(HTTPStatus.OK, json.dumps(state) + "\n")
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "application/json"
        return response


class Visitor(ServerConnection):
    """A connection that is counted from its first byte, and ended at once if there are far too many."""

    def __init__(self, gate: Gate, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.gate, self.is_client = gate, False

    def connection_made(self, transport: Any) -> None:
        self.gate.connections += 1
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if self.gate.connections > self.gate.max_clients + MAX_HANDSHAKES:
            self.gate.refused += 1
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.gate.connections -= 1
        self.gate.clients -= self.is_client
        super().connection_lost(error)
