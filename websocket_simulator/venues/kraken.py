"""Kraken's spot market: its websocket, version 2, channel `trade`.

Prices and quantities are JSON numbers with the digits of the matching engine, and are read as digits. `trade_id` rises
by one through the trades of a symbol, so that the snapshot after a reconnection, of the last 50 trades, fills the hole
or shows it. Times are in microseconds. Heartbeats come every second as soon as one symbol is subscribed to.

An answer is read whichever version it is of: requests that version 2 cannot read are answered in version 1's form.
Pure, as `venue.py` says.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from moments import moment_of
from tick import BACKSLASH, SEQ, UNDERSCORE, Number, price_of
from venues.venue import Beat, Event, Failed, Leaving, Limits, Refused, Subscribed, Symbol, Trade, Venue, checked, pair

# Cloudflare, before Kraken, takes 150 connections of an address in ten minutes, and then none for ten minutes. After an
# outage Kraken wants 5 seconds between two attempts. How many requests are too many it does not say: we pause then.
BAN = 600.0
PAUSE = 10.0
LIMITS = Limits(frames_per_second=1.0, first_delay=5.0, silence=10.0, ping_every=5.0)
STATUSES = {
    403: ("this address is refused", BAN),
    429: ("too many connections from this address", BAN),
}
OUR_NAMES = {"XBT": "BTC", "XDG": "DOGE"}  # of version 1, and of the REST interface
WITHOUT_TRADES = {"maintenance", "cancel_only", "post_only"}  # in which Kraken matches no orders
UNDERSCORES = 2  # in each trade: `trade_id`, `ord_type`
_finer_in_frame = re.compile(rb"\.\d{7,}[Zz+-]").search  # times that msgspec would round half up


class Sold(msgspec.Struct):
    """A trade as Kraken writes it."""

    symbol: str
    price: Decimal
    qty: Decimal
    trade_id: int
    timestamp: Annotated[datetime, Meta(tz=True)]


class Trades(msgspec.Struct, tag_field="channel", tag="trade"):
    """A frame of the channel; a snapshot has trades from before the subscription, the oldest first."""

    type: Literal["snapshot", "update"]
    data: list[Sold]


_read_trades = msgspec.json.Decoder(Trades).decode


def read(frame: bytes) -> Iterable[Event]:
    """The events of a frame."""
    try:
        trades = _read_trades(frame)
        if not _is_plain(frame, len(trades.data)):
            return _read_with_care(frame)
        is_history = trades.type == "snapshot"
        return [
            Trade(sold.symbol, checked(sold.price), sold.timestamp, checked(sold.qty), sold.trade_id,
                  is_history=is_history)
            for sold in trades.data
        ]  # fmt: skip
    except (ValueError, ArithmeticError):
        return _read_with_care(frame)


def _is_plain(frame: bytes, trades: int) -> bool:
    """Whether msgspec read no number and no time in it otherwise than we do."""
    return (
        frame.isascii()
        and BACKSLASH not in frame
        and frame.count(UNDERSCORE) == UNDERSCORES * trades
        and not _finer_in_frame(frame)
    )


def _read_with_care(frame: bytes) -> Iterator[Event]:
    """Any frame, each trade by itself."""
    message = json.loads(frame, parse_float=Number, parse_int=Number, parse_constant=Number)
    if not isinstance(message, dict):
        raise ValueError("neither an object of version 2 nor an event of version 1")
    if "channel" in message:
        yield from _of_channel(message)
    elif "method" in message:
        yield _answer(message)
    else:
        yield _event(message)


def _of_channel(message: dict[str, Any]) -> Iterator[Event]:
    match message["channel"]:
        case "trade":
            yield from _trades(message)
        case "status":
            yield from (_status(item["system"]) for item in message["data"])
        case _:
            yield Beat()


def _trades(message: dict[str, Any]) -> Iterator[Event]:
    """Those that can be read; ValueError after them if one of them cannot."""
    bad = None
    is_history = {"snapshot": True, "update": False}[message["type"]]
    for item in message["data"]:
        try:
            yield _trade(item, is_history)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            bad = error
    if bad:
        raise ValueError("a trade that is none") from bad


def _trade(item: dict[str, Any], is_history: bool) -> Trade:
    timestamp, finer = moment_of(item["timestamp"])
    if not SEQ.fullmatch(item["trade_id"]) or not isinstance(item["symbol"], str):
        raise ValueError("no trade_id, or no symbol")
    price, quantity, number = price_of(item["price"]), price_of(item["qty"]), int(item["trade_id"])
    return Trade(item["symbol"], price, timestamp, quantity, number, finer, is_history=is_history)


def _status(system: str) -> Event:
    if system in WITHOUT_TRADES:
        return Leaving(f"its mode is {system}, without trades")
    return Beat()


def _answer(message: dict[str, Any]) -> Event:
    """The answer to a request; each symbol of a subscription has its own."""
    is_success, error = message.get("success") is True, message.get("error")
    if message["method"] != "subscribe":
        return Beat() if error is None else _failed(error, ends=False)
    result = message.get("result")
    symbol = result.get("symbol") if isinstance(result, dict) else message.get("symbol")
    if is_success and isinstance(symbol, str):
        return Subscribed((symbol,))
    return _unsubscribed(error or "without a reason", symbol)


def _unsubscribed(text: Any, symbol: Any) -> Event:
    """Why a symbol is not subscribed to; a connection that asked too often has to come again for all of them."""
    symbols = (symbol,) if isinstance(symbol, str) else ()
    match text.lower() if isinstance(text, str) else None:
        case "already subscribed" if symbols:
            return Subscribed(symbols)
        case "exceeded msg rate" | None:
            return _failed(text)
    return Refused(text, symbols)


def _event(message: dict[str, Any]) -> Event:
    """What is in the form of version 1, or nearly."""
    if "Error" in message or "error" in message:
        return _failed(message.get("Error") or message["error"])
    match message["event"]:
        case "error":
            return _failed(message["errorMessage"])
        case "systemStatus":
            return _status(message["status"])
        case "subscriptionStatus" if message["status"] == "error":
            return _unsubscribed(message["errorMessage"], message.get("pair"))
        case "heartbeat" | "pong" | "subscriptionStatus":
            return Beat()
    raise ValueError("an unknown event")


def _failed(text: Any, *, ends: bool = True) -> Failed:
    if not isinstance(text, str):
        raise ValueError("an error without text")
    return Failed(text, ends=ends, wait=PAUSE if text.lower() == "exceeded msg rate" else 0.0)


def symbol_of(ticker: str) -> Symbol:
    """`BTC/USD` for BTC-USD, and for XBT-USD."""
    base, quote = (OUR_NAMES.get(name, name) for name in pair(ticker))
    return Symbol(f"{base}/{quote}", f"{base}-{quote}", quote)


def _requests(method: str, symbols: Sequence[str], number: int, **more: bool) -> list[str]:
    """Requests of a method, numbered from `number`; Kraken answers each symbol of theirs."""
    size = LIMITS.symbols_per_frame
    groups = [list(symbols[start : start + size]) for start in range(0, len(symbols), size)]
    return [
        json.dumps(
            {"method": method, "params": {"channel": "trade", "symbol": group, **more}, "req_id": number + index}
        )
        for index, group in enumerate(groups)
    ]


VENUE = Venue(
    name="kraken",
    shown="wss://ws.kraken.com/v2",
    documentation="https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade",
    address=lambda keys: "wss://ws.kraken.com/v2",
    read=read,
    symbol_of=symbol_of,
    subscribe=lambda symbols, number: _requests("subscribe", symbols, number, snapshot=True),
    unsubscribe=lambda symbols, number: _requests("unsubscribe", symbols, number),
    ids_are_consecutive=True,
    beats=True,
    ping=lambda number: json.dumps({"method": "ping", "req_id": number}),
    limits=LIMITS,
    statuses=STATUSES,
    examples=("BTC-USD", "ETH-USD"),
)
