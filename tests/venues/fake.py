"""A venue on this machine, over TLS, that does what the real one's documentation says; and what it really sent.

Each venue's fake is a subclass that makes its frames. Tests say what happens: trades, silence, restarts, refusals.
"""

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from websockets.asyncio.server import Request, Response, Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from venues.venue import Venue

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)  # a Friday morning in New York


@dataclass(frozen=True)
class Sold:
    """A trade at the venue. Digits are as they are on the wire; `number` is which of its symbol's trades it is."""

    symbol: str
    price: str
    quantity: str = "1"
    at: datetime = START
    number: int = 0
    nanoseconds: int = 0  # below a microsecond, beside `at`; a venue whose times are coarser cuts
    conditions: tuple[str, ...] = ()


@dataclass
class Fake(ABC):
    """What tests set, and what they look at. `symbols` are those that the venue knows; others are refused its way."""

    venue: ClassVar[Venue]
    symbols: Sequence[str] = ()
    keys: dict[str, str] = field(default_factory=dict)  # those that it takes
    port: int = 0
    status: tuple[int, dict[str, str]] | None = None  # answers this to handshakes, with these headers
    answers_pings: bool = True  # of the application and of the protocol
    is_deaf: bool = False  # takes frames, and answers none
    connections: list[ServerConnection] = field(default_factory=list)  # that are open
    handshakes: list[float] = field(default_factory=list)  # when they came, by the loop's clock
    subscribed: dict[ServerConnection, set[str]] = field(default_factory=lambda: defaultdict(set))
    heard: list[str] = field(default_factory=list)  # every frame that came
    sold: list[Sold] = field(default_factory=list)  # every trade of the venue, sent to somebody or not
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: 1000))
    server: Server | None = None

    # What a subclass says.

    def greeting(self) -> Iterable[str]:
        """Frames that a new connection gets at once."""
        return ()

    @abstractmethod
    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        """Answers to a frame of ours; it keeps `subscribed`."""

    @abstractmethod
    def trade_frame(self, *sold: Sold) -> str:
        """The frame of these trades: of one, where the venue's frames have one each."""

    def heartbeat(self) -> str | None:
        """The venue's own heartbeat; None where it has none, and the protocol's pings do."""
        return None

    def maintenance(self) -> str | None:
        """What says that it will soon be away; None where it says nothing."""
        return None

    one_trade_a_frame: ClassVar[bool] = True

    # What tests do.

    @property
    def address(self) -> str:
        assert self.server
        return f"wss://localhost:{self.server.sockets[0].getsockname()[1]}"

    def sell(self, symbol: str, price: str, quantity: str = "1", at: datetime | None = None, **more: object) -> Sold:
        """A trade, which nobody hears of yet; `send` brings it to those who subscribed."""
        self.numbers[symbol] += 1
        sold = Sold(symbol, price, quantity, at or datetime.now(UTC), self.numbers[symbol])
        sold = replace(sold, **more)  # type: ignore[arg-type]
        self.sold.append(sold)
        return sold

    async def send(self, *sold: Sold, to: ServerConnection | None = None) -> None:
        """Send trades to all who subscribed to them, or to one connection."""
        for connection in [to] if to else list(self.connections):
            wanted = [one for one in sold if one.symbol in self.subscribed[connection]]
            groups = [[one] for one in wanted] if self.one_trade_a_frame else [wanted] if wanted else []
            for group in groups:
                await self.write(connection, self.trade_frame(*group))

    async def trade(self, symbol: str, price: str, quantity: str = "1", at: datetime | None = None) -> Sold:
        """Sell, and send."""
        sold = self.sell(symbol, price, quantity, at)
        await self.send(sold)
        return sold

    async def write(self, connection: ServerConnection, frame: str) -> None:
        with suppress(ConnectionClosed):
            await connection.send(frame)

    async def say(self, frame: str | None) -> None:
        """Send a frame to all."""
        assert frame is not None
        for connection in list(self.connections):
            await self.write(connection, frame)

    async def drop(self) -> None:
        """Every connection ends without a word."""
        dropped = list(self.connections)
        for connection in dropped:
            connection.transport.abort()
        await self.until(lambda: not any(connection in self.connections for connection in dropped))

    async def until(self, condition, seconds: float = 10.0) -> None:  # noqa: ANN001
        """Wait until it holds; TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.002)

    async def until_subscribed(self, *symbols: str, seconds: float = 10.0) -> None:
        await self.until(lambda: set(symbols) <= set().union(*self.subscribed.values()), seconds)

    # How it is served.

    async def _handle(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        try:
            for frame in self.greeting():
                await connection.send(frame)
            async for message in connection:
                text = message if isinstance(message, str) else message.decode()
                self.heard.append(text)
                if not self.is_deaf:
                    for frame in self.answers(connection, text):
                        await connection.send(frame)
        except ConnectionClosed:
            pass
        finally:
            self.connections.remove(connection)
            self.subscribed.pop(connection, None)

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        self.handshakes.append(asyncio.get_running_loop().time())
        if self.status is None:
            return None
        status, headers = self.status
        response = connection.respond(HTTPStatus(status) if status != 418 else HTTPStatus.IM_A_TEAPOT, "no\n")
        for name, value in headers.items():
            response.headers[name] = value
        return response

    @asynccontextmanager
    async def open(self, tls: ssl.SSLContext | None) -> AsyncIterator["Fake"]:
        """Serve on any free port, or on `port`, until the block ends."""

        class Connection(ServerConnection):
            def __init__(connection, *arguments: Any, **options: Any) -> None:  # noqa: N805
                super().__init__(*arguments, **options)
                protocol = connection.protocol
                send = protocol.send_frame

                def send_frame(frame: Frame) -> None:  # the protocol answers pings by itself
                    if frame.opcode is not Opcode.PONG or self.answers_pings:
                        send(frame)

                protocol.send_frame = send_frame  # type: ignore[method-assign]

        async with serve(
            self._handle, "127.0.0.1", self.port, ssl=tls, process_request=self._answer, create_connection=Connection,
            compression=None, ping_interval=None,
        ) as self.server:  # fmt: skip
            yield self
            await self.drop()


def in_nanoseconds(sold: Sold) -> int:
    """The time of a trade since 1970."""
    return (sold.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000 + sold.nanoseconds
