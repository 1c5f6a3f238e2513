"""Coinbase Exchange's public feed, as documented: subscriptions add up, and each answer lists all of them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from websockets.asyncio.server import ServerConnection

from venues.coinbase import VENUE
from venues.venue import Venue

from .fake import Fake, Sold

PUBLIC = ("heartbeat", "matches", "status", "ticker", "ticker_batch", "level2_batch")


@dataclass
class FakeCoinbase(Fake):
    """A heartbeat is of one product."""

    venue: ClassVar[Venue] = VENUE
    symbols: tuple[str, ...] = ("BTC-USD", "ETH-USD")
    channels: dict[ServerConnection, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))

    def answers(self, connection: ServerConnection, frame: str) -> Iterable[str]:
        try:
            request = json.loads(frame)
            kind, asked = request["type"], list(_channels_of(request))
        except (ValueError, KeyError, TypeError):
            return [_error("Malformed JSON")]
        if kind not in ("subscribe", "unsubscribe"):
            return [_error(f"Type has to be either subscribe or unsubscribe, not {kind}")]
        if wrong := self._what_is_wrong(asked):
            return [_error(f"Failed to {kind}", wrong)]
        before = set(self.subscribed[connection])
        mine = self.channels[connection]
        for name, products in asked:
            had = mine.get(name, set())
            mine[name] = had | products if kind == "subscribe" else had - products
        self.subscribed[connection] = mine.get("matches", set())
        return [self._subscriptions(connection), *self._last_matches(self.subscribed[connection] - before)]

    def trade_frame(self, *sold: Sold) -> str:
        (one,) = sold
        return self._match("match", one)

    def heartbeat(self) -> str:
        return self.heartbeat_of(self.symbols[0])

    def heartbeat_of(self, symbol: str) -> str:
        """The heartbeat of a product, which has the id of its last trade, sent to anybody or not."""
        return _packed({"type": "heartbeat", "last_trade_id": self.numbers[symbol], "product_id": symbol,
                        "sequence": self.numbers[symbol] * 2, "time": _time(datetime.now(UTC))})  # fmt: skip

    def _what_is_wrong(self, asked: list[tuple[str, set[str]]]) -> str:
        if not asked:
            return "No channels provided"
        for name, products in asked:
            if name not in PUBLIC:
                return f"{name} is not a valid channel"
            for product in sorted(products):
                if product not in self.symbols:
                    return f"{product} is not a valid product"
        return ""

    def _subscriptions(self, connection: ServerConnection) -> str:
        channels = [{"name": name, "product_ids": sorted(products), "account_ids": None}
                    for name, products in self.channels[connection].items() if products]  # fmt: skip
        return _packed({"type": "subscriptions", "channels": channels})

    def _last_matches(self, symbols: set[str]) -> Iterable[str]:
        last = {sold.symbol: sold for sold in self.sold if sold.symbol in symbols}
        return [self._match("last_match", sold) for sold in last.values()]

    def _match(self, kind: str, sold: Sold) -> str:
        maker, taker = UUID(int=2 * sold.number), UUID(int=2 * sold.number + 1)
        return _packed({"type": kind, "trade_id": sold.number, "maker_order_id": str(maker), "taker_order_id": str(taker),
                        "side": "sell", "size": sold.quantity, "price": sold.price, "product_id": sold.symbol,
                        "sequence": 2 * sold.number, "time": _time(sold.at)})  # fmt: skip


def _channels_of(request: dict[str, Any]) -> Iterable[tuple[str, set[str]]]:
    """Channels are names, whose products are beside them, or objects that have their own."""
    shared = request.get("product_ids", [])
    for channel in request.get("channels", []):
        if isinstance(channel, str):
            yield channel, set(shared)
        else:
            yield channel["name"], set(channel.get("product_ids", shared))


def _error(message: str, reason: str | None = None) -> str:
    return _packed({"type": "error", "message": message} | ({"reason": reason} if reason else {}))


def _time(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _packed(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
