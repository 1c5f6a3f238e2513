"""Who may come in to the feed, and what they ask for; and a word on how it is, at /health and /metrics."""

import json
import re
import resource
import socket
import ssl
from collections import Counter
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Origin

from credentials import token_in
from feed.broadcast import Feed
from feed.metrics import CONTENT_TYPE, exposition
from feed.subscription import subscription_of

MAX_CLIENTS = 1000
MAX_HANDSHAKES = 100  # connections beyond the clients that may be there without having said what they want
MAX_PER_ADDRESS = 100  # clients; of this machine, where proxies are, any number
IPV6_PREFIX = 64  # bits of an address: what a provider gives to one customer
OTHER_FILES = 150  # that the process may have open, connections that are in their TLS handshake among them
TLS_HANDSHAKE = 5  # seconds
MAX_MESSAGE = 1024  # bytes; readers have nothing to say
SEND_BUFFER = 128 * 1024  # bytes that the kernel holds for a reader, besides ours; it would take megabytes
BACKLOG = 1024  # connections that the kernel holds until we come to them
THIS_MACHINE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")  # pages of any of its ports


def room_for(clients: int) -> int:
    """Raise the process's limit of open files for so many clients; return how many there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = clients + MAX_HANDSHAKES + OTHER_FILES
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - MAX_HANDSHAKES - OTHER_FILES


def network_of(address: str) -> str:
    """Whose clients are counted together: an IPv4 address, or a network of IPv6."""
    ip = ip_address(address.partition("%")[0])
    if not isinstance(ip, IPv6Address) or ip.is_loopback:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, IPV6_PREFIX), strict=False))


class Admission:
    """The feed's door. Pages of other machines stay out, unless their origin is among `origins`.

    `max_per_address` holds for this machine as well if it is given. With a `token_file`, which is read for each who
    comes, whoever has not its token is let see /health alone.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        max_clients: int = MAX_CLIENTS,
        max_per_address: int | None = None,
        origins: list[str] | None = None,
        token_file: Path | None = None,
    ) -> None:
        self.feed, self.max_clients, self.origins = feed, max_clients, origins or []
        self.max_per_address, self.token_file = max_per_address, token_file
        self.connections = self.clients = self.refused = 0
        self.of: Counter[str] = Counter()  # connections by address

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> Server:
        """Serve the feed; OSError if the address cannot be had."""
        return await serve(
            self.handle, host, port, ssl=tls, ssl_handshake_timeout=TLS_HANDSHAKE if tls else None,
            process_request=self.answer, create_connection=self.connection,  # type: ignore[arg-type]  # as good as a class
            origins=[None, THIS_MACHINE, *map(Origin, self.origins)],
            compression=None, max_size=MAX_MESSAGE, backlog=BACKLOG,
        )  # fmt: skip

    async def handle(self, reader: ServerConnection) -> None:
        assert reader.request is not None
        await self.feed.handle(reader, *subscription_of(reader.request.path))

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """What is said instead of a handshake, if anything."""
        assert isinstance(connection, Visitor)
        try:
            path = urlsplit(request.path).path
            if path == "/health" and "?" not in request.path:
                return self._health(connection)
            if not self._knows(request):
                return self._refuse(connection, HTTPStatus.UNAUTHORIZED, "The feed asks for a token.")
            if path == "/metrics" and "?" not in request.path:
                return told(connection, exposition(self), CONTENT_TYPE)
            if path not in ("", "/"):
                return connection.respond(HTTPStatus.NOT_FOUND, "The feed is at /, and its state at /health.\n")
            subscription_of(request.path)
        except ValueError as error:
            return connection.respond(HTTPStatus.BAD_REQUEST, f"{error}\n")
        if self.clients >= self.max_clients:
            text = f"There are {self.max_clients} clients already."
            return self._refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE, text)
        if self.of[connection.address] > self.limit_of(connection.address):
            text = f"There are {self.limit_of(connection.address)} clients of your address already."
            return self._refuse(connection, HTTPStatus.TOO_MANY_REQUESTS, text)
        self.clients += 1
        connection.is_client = True
        return None

    def limit_of(self, address: str) -> float:
        if self.max_per_address is not None:
            return self.max_per_address
        return inf if not address or ip_network(address).is_loopback else MAX_PER_ADDRESS

    def is_full(self, address: str) -> bool:
        """Whether one more connection would be far too much, so that not even a reason is given."""
        over = self.connections - self.max_clients, self.of[address] - self.limit_of(address)
        return max(over) > MAX_HANDSHAKES

    def _knows(self, request: Request) -> bool:
        if self.token_file is None:
            return True
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            wanted = token_in(self.token_file)
        except (OSError, ValueError):  # while it is replaced, or lost: nobody comes in
            return False
        return scheme.lower() in ("token", "bearer") and compare_digest(token.strip().encode(), wanted.encode())

    def _refuse(self, connection: ServerConnection, status: HTTPStatus, text: str) -> Response:
        self.refused += 1
        response = connection.respond(status, f"{text}\n")
        if status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Token"
        return response

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
        return told(connection, json.dumps(state) + "\n", "application/json")


def told(connection: ServerConnection, text: str, content_type: str) -> Response:
    response = connection.respond(HTTPStatus.OK, text)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    return response


class Visitor(ServerConnection):
    """A connection that is counted from its first byte, and ended at once if there are far too many."""

    def __init__(self, admission: Admission, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.admission, self.is_client, self.address = admission, False, ""

    def connection_made(self, transport: Any) -> None:
        peer = transport.get_extra_info("peername")
        self.address = network_of(peer[0]) if peer else ""
        self.admission.connections += 1
        self.admission.of[self.address] += 1
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if self.admission.is_full(self.address):
            self.admission.refused += 1
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.admission.connections -= 1
        self.admission.of -= Counter([self.address])  # and forget those who have none left
        self.admission.clients -= self.is_client
        super().connection_lost(error)
