"""Finnhub's websocket, as documented: the key is in the address, nothing confirms a subscription, trades have no ids."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Request, Response, ServerConnection

from venues.finnhub import KEY, VENUE
from venues.venue import Venue

from .fake import Fake, Sold, in_nanoseconds


@dataclass
class FakeFinnhub(Fake):
    """`symbols` are as in trades: AAPL. Prices and volumes are JSON numbers, with the digits they were sold at."""

    venue: ClassVar[Venue] = VENUE
    one_trade_a_frame: ClassVar[bool] = False

    @property
    def address(self) -> str:
        return f"{super().address}/?token={self.keys[KEY]}"

    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        match json.loads(frame):
            case {"type": "subscribe", "symbol": symbol} if symbol in self.symbols:
                self.subscribed[connection].add(symbol)
            case {"type": "unsubscribe", "symbol": symbol}:
                self.subscribed[connection].discard(symbol)
            case {"type": "subscribe"}:
                return [_packed({"type": "error", "msg": "Invalid symbol"})]
        return []

    def trade_frame(self, *sold: Sold) -> str:
        items = ",".join(
            f'{{"c":{json.dumps(list(one.conditions)) if one.conditions else "null"},"p":{one.price},'
            f'"s":"{one.symbol}","t":{in_nanoseconds(one) // 1_000_000},"v":{one.quantity}}}'
            for one in sold
        )
        return f'{{"data":[{items}],"type":"trade"}}'

    def heartbeat(self) -> str:
        return '{"type":"ping"}'

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        if refusal := super()._answer(connection, request):
            return refusal
        if parse_qs(urlsplit(request.path).query).get("token") != [self.keys[KEY]]:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "Invalid API key\n")
        return None


def _packed(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
