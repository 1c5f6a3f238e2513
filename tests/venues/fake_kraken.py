"""Kraken's websocket, version 2, as documented: each symbol is confirmed or refused, and a snapshot comes with it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from websockets.asyncio.server import ServerConnection

from venues.kraken import VENUE
from venues.venue import Venue

from .fake import Fake, Sold

SNAPSHOT = 50  # trades of a symbol, at most


@dataclass
class FakeKraken(Fake):
    """`symbols` are as in trades: BTC/USD. Prices and quantities are JSON numbers, with the digits they were sold at."""

    venue: ClassVar[Venue] = VENUE
    one_trade_a_frame: ClassVar[bool] = False
    has_snapshots: bool = True
    system: str = "online"

    def greeting(self) -> Iterable[str]:
        return [self.status_frame()]

    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        request = json.loads(frame)
        match request:
            case {"method": "ping"}:
                return [_packed({"method": "pong", "req_id": request.get("req_id"), **_times()})] * self.answers_pings
            case {"method": "subscribe" | "unsubscribe", "params": {"channel": "trade", "symbol": [*symbols]}}:
                return [answer for symbol in symbols for answer in self._of_symbol(connection, request, symbol)]
        return [
            _packed({"error": "Unsupported operation", "method": request.get("method"), "success": False, **_times()})
        ]

    def trade_frame(self, *sold: Sold) -> str:
        return _trades("update", sold)

    def heartbeat(self) -> str:
        return '{"channel":"heartbeat"}'

    def maintenance(self) -> str:
        self.system = "maintenance"
        frame, self.system = self.status_frame(), "online"
        return frame

    def status_frame(self) -> str:
        data = {"api_version": "v2", "connection_id": 13834774380200032777, "system": self.system, "version": "2.0.0"}
        return _packed({"channel": "status", "type": "update", "data": [data]})

    def _of_symbol(self, connection: ServerConnection, request: dict[str, Any], symbol: str) -> Iterable[str]:
        method, number, mine = request["method"], request.get("req_id"), self.subscribed[connection]
        if symbol not in self.symbols:
            error = f"Currency pair not supported {symbol}"
            yield _packed(
                {"error": error, "method": method, "req_id": number, "success": False, "symbol": symbol, **_times()}
            )
            return
        result = {"channel": "trade", "symbol": symbol}
        if method == "unsubscribe":
            mine.discard(symbol)
        else:
            mine.add(symbol)
            result["snapshot"] = request["params"].get("snapshot", True)
        yield _packed({"method": method, "req_id": number, "result": result, "success": True, **_times()})
        if method == "subscribe" and result["snapshot"] and self.has_snapshots:
            yield _trades("snapshot", [sold for sold in self.sold if sold.symbol == symbol][-SNAPSHOT:])


def _trades(kind: str, sold: Iterable[Sold]) -> str:
    """By hand, as digits are to be those that they were sold at."""
    items = ",".join(
        f'{{"symbol":"{one.symbol}","side":"buy","price":{one.price},"qty":{one.quantity},"ord_type":"market",'
        f'"trade_id":{one.number},"timestamp":"{_time(one.at)}"}}'
        for one in sold
    )
    return f'{{"channel":"trade","type":"{kind}","data":[{items}]}}'


def _times() -> dict[str, str]:
    now = _time(datetime.now(UTC))
    return {"time_in": now, "time_out": now}


def _time(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _packed(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
