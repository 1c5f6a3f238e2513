"""Alpaca's streams, as documented: one login, the whole list of subscriptions in each answer, and several trades a frame.

A symbol that it does not have is confirmed, and nothing comes of it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from websockets.asyncio.server import ServerConnection

from tick import render
from venues.alpaca import VENUE
from venues.alpaca_frames import KEY, SECRET
from venues.venue import Venue

from .fake import Fake, Sold

SYMBOL = re.compile(r"[A-Z0-9./]+")
CHANNELS = {"trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "imbalances"}
TEXTS = {
    400: "invalid syntax", 401: "not authenticated", 402: "auth failed", 403: "already authenticated",
    404: "auth timeout", 405: "symbol limit exceeded", 406: "connection limit exceeded", 407: "slow client",
    409: "insufficient subscription", 410: "invalid subscribe action for this feed", 500: "internal error",
}  # fmt: skip


@dataclass
class FakeAlpaca(Fake):
    """Limits are those of the account; most have one connection.

    `dead` is how many more logins it refuses because it has not noticed yet that a connection was lost.
    """

    venue: ClassVar[Venue] = VENUE
    one_trade_a_frame: ClassVar[bool] = False
    symbols: tuple[str, ...] = ("AAPL", "SPY", "IBM")
    keys: dict[str, str] = field(default_factory=lambda: {KEY: "PKTEST0000", SECRET: "secret-of-a-test"})
    symbol_limit: int = 30
    connection_limit: int = 10
    dead: int = 0
    is_in_plan: bool = True  # of the account
    exchange: str = "V"
    tape: str = "C"
    logged_in: set[ServerConnection] = field(default_factory=set)

    def greeting(self) -> Iterable[str]:
        return [_array({"T": "success", "msg": "connected"})]

    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        try:
            request = json.loads(frame)
            action = request["action"]
        except (ValueError, KeyError, TypeError):
            return [error(400)]
        if action == "auth":
            return [self._login(connection, request)]
        if action not in ("subscribe", "unsubscribe"):
            return [error(400)]
        return [self._subscribe(connection, action, request)]

    def trade_frame(self, *sold: Sold) -> str:
        return f"[{','.join(map(self._trade, sold))}]"

    async def cancel(self, sold: Sold, at: datetime | None = None) -> None:
        """Tell those who subscribed that a trade was cancelled."""
        await self.tell(sold.symbol, self.cancel_frame(sold, at or datetime.now(UTC)))

    async def correct(self, sold: Sold, price: str, at: datetime | None = None) -> None:
        """Tell them that it had another price."""
        await self.tell(sold.symbol, self.correction_frame(sold, price, at or datetime.now(UTC)))

    async def tell(self, symbol: str, frame: str) -> None:
        for connection in list(self.connections):
            if symbol in self.subscribed[connection]:
                await self.write(connection, frame)

    def cancel_frame(self, sold: Sold, at: datetime) -> str:
        return (
            f'[{{"T":"x","S":"{sold.symbol}","i":{sold.number},"x":"{self.exchange}","p":{sold.price},'
            f'"s":{sold.quantity},"a":"C","z":"{self.tape}","t":"{render(at)}"}}]'
        )

    def correction_frame(self, sold: Sold, price: str, at: datetime) -> str:
        conditions = json.dumps(sold.conditions or ("@",))
        return (
            f'[{{"T":"c","S":"{sold.symbol}","x":"{self.exchange}","oi":{sold.number},"op":{sold.price},'
            f'"os":{sold.quantity},"oc":{conditions},"ci":{sold.number + 500_000},"cp":{price},"cs":{sold.quantity},'
            f'"cc":{conditions},"z":"{self.tape}","t":"{render(at)}"}}]'
        )

    def _trade(self, sold: Sold) -> str:
        at = render(sold.at)[:-1] + (f"{sold.nanoseconds:03}".rstrip("0") if sold.nanoseconds else "")
        return (
            f'{{"T":"t","i":{sold.number},"S":"{sold.symbol}","x":"{self.exchange}","p":{sold.price},'
            f'"s":{sold.quantity},"c":{json.dumps(sold.conditions or ("@",))},"z":"{self.tape}","t":"{at}Z"}}'
        )

    def _login(self, connection: ServerConnection, request: dict[str, Any]) -> str:
        self.logged_in.intersection_update(self.connections)
        if connection in self.logged_in:
            return error(403)
        if (request.get("key"), request.get("secret")) != (self.keys[KEY], self.keys[SECRET]):
            return error(402)
        if len(self.logged_in) >= self.connection_limit or self.dead:
            self.dead = max(self.dead - 1, 0)
            return error(406)
        if not self.is_in_plan:
            return error(409)
        self.logged_in.add(connection)
        return _array({"T": "success", "msg": "authenticated"})

    def _subscribe(self, connection: ServerConnection, action: str, request: dict[str, Any]) -> str:
        if connection not in self.logged_in:
            return error(401)
        if not set(request) - {"action"} <= CHANNELS:
            return error(410)
        wanted = request.get("trades", [])
        if not all(SYMBOL.fullmatch(symbol) for symbol in wanted):
            return error(400)
        known = self.subscribed[connection]
        then = known | set(wanted) if action == "subscribe" else known - set(wanted)
        if len(then) > self.symbol_limit:
            return error(405)
        self.subscribed[connection] = then
        return _subscription(sorted(then))


def error(code: int) -> str:
    """The frame of one of its errors."""
    return _array({"T": "error", "code": code, "msg": TEXTS[code]})


def _subscription(trades: list[str]) -> str:
    others: dict[str, list[str]] = {name: [] for name in ("quotes", "bars", "updatedBars", "dailyBars", "statuses")}
    return _array({"T": "subscription", "trades": trades, **others, "lulds": [], "corrections": trades,
                   "cancelErrors": trades})  # fmt: skip


def _array(message: dict[str, object]) -> str:
    return json.dumps([message], separators=(",", ":"))
