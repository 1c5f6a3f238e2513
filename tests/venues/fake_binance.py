"""Binance's spot market, as documented: it confirms what it does not have, and sends nothing of it."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from websockets.asyncio.server import ServerConnection

from venues.binance import VENUE
from venues.venue import Venue

from .fake import Fake, Sold, in_nanoseconds

MAX_FRAMES = 5  # a second, by each connection
MAX_STREAMS = 1024  # of a connection
METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
TRADES = "@trade"


@dataclass
class FakeBinance(Fake):
    """`symbols` are as in trades: BTCUSDT. Times are in microseconds, or in milliseconds as without `timeUnit`."""

    venue: ClassVar[Venue] = VENUE
    symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT")
    is_in_milliseconds: bool = False
    is_combined: bool = False  # its events are in the envelope of combined streams
    streams: dict[ServerConnection, set[str]] = field(default_factory=lambda: defaultdict(set))
    closing: set[asyncio.Task[None]] = field(default_factory=set)
    _latest: dict[ServerConnection, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        if self._is_too_fast(connection):
            self._end(connection, "Too many requests")
            return []
        try:
            request = json.loads(frame)
        except ValueError:
            return [_error(3, "Invalid JSON: expected value at line 1 column 1", None)]
        return [self._done(connection, request)]

    def trade_frame(self, *sold: Sold) -> str:
        (one,) = sold
        at = self._time(one)
        event = {"e": "trade", "E": at, "s": one.symbol, "t": one.number, "p": one.price, "q": one.quantity, "T": at,
                 "m": True, "M": True}  # fmt: skip
        return self._framed(f"{one.symbol.lower()}{TRADES}", event)

    def maintenance(self) -> str:
        at = (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        return self._framed("!serverShutdown", {"e": "serverShutdown", "E": at})

    def _done(self, connection: ServerConnection, request: dict[str, Any]) -> str:
        method, number, names = request.get("method"), request.get("id"), request.get("params", [])
        if method not in METHODS:
            return _error(2, f"Invalid request: unknown variant `{method}`", number)
        streams = self.streams[connection]
        match method:
            case "SUBSCRIBE":
                if len(streams | set(names)) > MAX_STREAMS:
                    self._end(connection, "Invalid request")
                    return _error(4, "Too many subscriptions", number)
                streams.update(names)
            case "UNSUBSCRIBE":
                streams.difference_update(names)
            case "LIST_SUBSCRIPTIONS":
                return _packed({"result": sorted(streams), "id": number})
        self.subscribed[connection] = {name for name in self.symbols if f"{name.lower()}{TRADES}" in streams}
        return _packed({"result": None, "id": number})

    def _is_too_fast(self, connection: ServerConnection) -> bool:
        now, latest = asyncio.get_running_loop().time(), self._latest[connection]
        latest.append(now)
        while latest[0] <= now - 1:
            latest.popleft()
        return len(latest) > MAX_FRAMES

    def _end(self, connection: ServerConnection, reason: str) -> None:
        task = asyncio.create_task(connection.close(1008, reason))
        self.closing.add(task)
        task.add_done_callback(self.closing.discard)

    def _time(self, sold: Sold) -> int:
        return in_nanoseconds(sold) // (1_000_000 if self.is_in_milliseconds else 1000)

    def _framed(self, stream: str, event: dict[str, Any]) -> str:
        return _packed({"stream": stream, "data": event} if self.is_combined else event)


def _error(code: int, text: str, number: int | str | None) -> str:
    return _packed({"error": {"code": code, "msg": text}, "id": number})


def _packed(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
