"""Who is admitted to the feed: limits, origins, a token; and its state, at /health and /metrics."""

import json
import re
import resource
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Origin

from credentials import token_in
from feed.broadcast import Feed
from feed.metrics import Readings
from feed.subscription import requested
from venues.session import State

MAX_CLIENTS = 1000
MAX_HANDSHAKES = 100  # connections beyond the clients, which have not finished their handshake
MAX_PER_ADDRESS = 100  # clients; of this machine, where proxies are, any number
IPV6_PREFIX = 64  # bits of an address: what a provider gives to one customer
OTHER_FILES = 150  # that the process may have open, connections that are in their TLS handshake among them
TLS_HANDSHAKE = 5  # seconds
MAX_MESSAGE = 1024  # bytes; what readers send is ignored
SEND_BUFFER = 128 * 1024  # bytes that the kernel holds for a reader, besides ours; it would take megabytes
ACCEPT_QUEUE = 1024  # connections that the kernel holds until we accept them
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
    """Admits clients to a feed. `source` is where its ticks come from, and `venues` the state of each, for /health.

    Pages of other machines are refused, unless their origin is among `origins`. `max_per_address` holds for this
    machine as well if it is given. With a `token_file`, which is read for each request, its token is required for all
    but /health.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        source: str = "simulated",
        venues: Callable[[], Mapping[str, State]] = dict,
        max_clients: int = MAX_CLIENTS,
        max_per_address: int | None = None,
        origins: Sequence[str] = (),
        token_file: Path | None = None,
    ) -> None:
        self.feed, self.source, self.venues = feed, source, venues
        self.max_clients, self.origins = max_clients, origins
        self.max_per_address, self.token_file = max_per_address, token_file
        self.connections = self.clients = self.refused = 0
        self.per_address: Counter[str] = Counter()  # connections

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> Server:
        """Serve the feed; OSError if the address cannot be had."""
        return await serve(
            self._handle, host, port, ssl=tls, ssl_handshake_timeout=TLS_HANDSHAKE if tls else None,
            process_request=self._answer, create_connection=partial(Session, self),  # type: ignore[arg-type]  # as good as a class
            origins=[None, THIS_MACHINE, *map(Origin, self.origins)],
            compression=None, max_size=MAX_MESSAGE, backlog=ACCEPT_QUEUE,
        )  # fmt: skip

    def limit_of(self, address: str) -> float:
        """How many clients of one address there may be."""
        if self.max_per_address is not None:
            return self.max_per_address
        return inf if not address or ip_network(address).is_loopback else MAX_PER_ADDRESS

    def is_full(self, address: str) -> bool:
        """Whether one more connection would be far too much, so that not even a reason is given."""
        over = self.connections - self.max_clients, self.per_address[address] - self.limit_of(address)
        return max(over) > MAX_HANDSHAKES

    async def _handle(self, session: ServerConnection) -> None:
        assert session.request is not None
        await self.feed.handle(session, requested(session.request.path))

    def _answer(self, session: ServerConnection, request: Request) -> Response | None:
        """What is answered instead of a handshake, if anything."""
        assert isinstance(session, Session)
        try:
            path = urlsplit(request.path).path
            if path == "/health" and "?" not in request.path:
                return _content(session, json.dumps(self._health()) + "\n", "application/json")
            if not self._is_authorized(request):
                return self._refuse(session, HTTPStatus.UNAUTHORIZED, "The feed asks for a token.")
            if path == "/metrics" and "?" not in request.path:
                readings = Readings(self.feed, self.clients, self.refused, self.venues())
                return _content(session, generate_latest(readings).decode(), CONTENT_TYPE_LATEST)
            if path not in ("", "/"):
                return session.respond(HTTPStatus.NOT_FOUND, "The feed is at /, and its state at /health.\n")
            requested(request.path)
        except ValueError as error:
            return session.respond(HTTPStatus.BAD_REQUEST, f"{error}\n")
        if self.clients >= self.max_clients:
            text = f"There are {self.max_clients} clients already."
            return self._refuse(session, HTTPStatus.SERVICE_UNAVAILABLE, text)
        if self.per_address[session.address] > (limit := self.limit_of(session.address)):
            text = f"There are {limit} clients of your address already."
            return self._refuse(session, HTTPStatus.TOO_MANY_REQUESTS, text)
        self.clients += 1
        session.is_client = True
        return None

    def _is_authorized(self, request: Request) -> bool:
        if self.token_file is None:
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            token = token_in(self.token_file)
        except (OSError, ValueError):  # while it is replaced, or lost: nobody is admitted
            return False
        return scheme.lower() in ("token", "bearer") and compare_digest(given.strip().encode(), token.encode())

    def _refuse(self, session: ServerConnection, status: HTTPStatus, text: str) -> Response:
        self.refused += 1
        response = session.respond(status, f"{text}\n")
        if status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Token"
        return response

    def _health(self) -> dict[str, object]:
        feed, backlog = self.feed, self.feed.backlog
        venues = self.venues()
        return {
            "status": "ok",
            "source": self.source,
            **({"venues": venues} if venues else {}),
            "readers": len(feed.readers),
            "clients": self.clients,
            "refused": self.refused,
            "too_slow": feed.slow_consumers,
            "last_seq": backlog.next_seq - 1,
            "ticks_sent": backlog.sent,
            "ticks_held": len(backlog),
        }


def _content(session: ServerConnection, text: str, content_type: str) -> Response:
    response = session.respond(HTTPStatus.OK, text)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    return response


class Session(ServerConnection):
    """A connection that is counted from its first byte, and ended at once if there are far too many."""

    def __init__(self, admission: Admission, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.admission, self.is_client, self.address = admission, False, ""

    def connection_made(self, transport: Any) -> None:
        peer = transport.get_extra_info("peername")
        self.address = network_of(peer[0]) if peer else ""
        self.admission.connections += 1
        self.admission.per_address[self.address] += 1
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if self.admission.is_full(self.address):
            self.admission.refused += 1
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.admission.connections -= 1
        self.admission.per_address -= Counter([self.address])  # and forget those who have none left
        self.admission.clients -= self.is_client
        super().connection_lost(error)
