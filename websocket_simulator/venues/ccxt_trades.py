"""Trades as ccxt has them, of any of its exchanges: what `ccxt_bridge.py` takes, and a recording of it holds.

A frame is one trade in ccxt's unified form (https://docs.ccxt.com/#/?id=trade-structure), cut to what is needed here.
Prices and quantities are text: a number has been a float, and is none of ours. Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from moments import moment_of
from venues.venue import Event, Limits, Symbol, Trade, Venue, checked, pair

DOCUMENTATION = "https://docs.ccxt.com/#/ccxt.pro.manual"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PREFIX = "ccxt:"


class Unified(msgspec.Struct, gc=False):
    """A trade in ccxt's form; `is_history` is ours. `datetime` may be finer than `timestamp`, in milliseconds."""

    symbol: str
    price: str
    amount: str | None = None
    id: str | int | None = None
    timestamp: int | None = None
    datetime: str | None = None
    is_history: bool = False


_read_unified = msgspec.json.Decoder(Unified).decode


def frame(trade: Mapping[str, Any], *, is_history: bool = False) -> bytes:
    """The frame of a trade, whatever its fields are: `read` tells whether they are right."""
    known = {name: trade.get(name) for name in ("symbol", "price", "amount", "id", "timestamp", "datetime")}
    return msgspec.json.encode(known | {"is_history": is_history}, enc_hook=str)


def read(frame: bytes) -> Iterable[Event]:
    """The trade of a frame."""
    unified = _read_unified(frame)
    quantity = None if unified.amount is None else checked(Decimal(unified.amount))
    at, finer = _instant(unified)
    price = checked(Decimal(unified.price))
    return (Trade(unified.symbol, price, at, quantity, unified.id, finer, is_history=unified.is_history),)


def instant(trade: Mapping[str, Any]) -> datetime | None:
    """When a trade was made, by its milliseconds; None if it does not say."""
    at = trade.get("timestamp")
    return EPOCH + timedelta(milliseconds=at) if isinstance(at, int) else None


def _instant(unified: Unified) -> tuple[datetime, bool]:
    if unified.datetime:
        return moment_of(unified.datetime)
    if unified.timestamp is None:
        raise ValueError("a trade without a time")
    return EPOCH + timedelta(milliseconds=unified.timestamp), False


def symbol_of(ticker: str) -> Symbol:
    """`BTC-USDT` is BTC/USDT."""
    base, quote = pair(ticker)
    return Symbol(f"{base}/{quote}", f"{base}-{quote}", quote)


def venue_of(exchange: str) -> Venue:
    """The exchange that ccxt calls so, whether it has it or not; ValueError if that is no name."""
    if not (exchange.isalnum() and exchange.isascii() and exchange.islower()):
        raise ValueError(f"{PREFIX}{exchange} names no exchange, as ccxt:okx does")
    return Venue(
        name=PREFIX + exchange,
        shown=PREFIX + exchange,
        documentation=DOCUMENTATION,
        address=lambda keys: "",
        read=read,
        symbol_of=symbol_of,
        subscribe=lambda symbols, number: [],
        unsubscribe=lambda symbols, number: [],
        limits=Limits(connections=1),
    )
