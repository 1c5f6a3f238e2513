"""Coinbase Exchange: its public channels `matches` and `heartbeat`.

A trade's id rises by one from trade to trade of a product, and each second a heartbeat says the last one, so that a
loss is known although nothing is traded. A subscription is answered with the last trade before it (`last_match`).
Products are asked for in a frame each: whether Coinbase takes the rest of a frame with a wrong one, it does not say.
Pure.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from moments import moment_of
from venues.venue import Beat, Event, Failed, Limits, Newest, Refused, Subscribed, Symbol, Trade, Venue, checked, pair

DOCUMENTATION = "https://docs.cdp.coinbase.com/exchange/websocket-feed/channels"
HOST = "wss://ws-feed.exchange.coinbase.com"
CHANNELS = ("matches", "heartbeat")
ENDS = ("ErrSlowConsume", "ErrSlowRead", "Message too big")  # errors with which Coinbase disconnects
PRODUCT = re.compile(r"\b[A-Z0-9]+-[A-Z0-9]+\b", re.ASCII)
TOO_MANY = 10.0  # seconds to stay away after too many connections; 8 a second are allowed


class Match(msgspec.Struct, tag="match", gc=False):
    """A trade, but for what nobody here needs."""

    product_id: str
    trade_id: int
    price: Decimal
    size: Decimal
    time: str


class LastMatch(Match, tag="last_match", gc=False):
    """The last trade before we subscribed."""


class Heartbeat(msgspec.Struct, tag="heartbeat"):
    """The last trade of a product."""

    product_id: str
    last_trade_id: int


class Channel(msgspec.Struct):
    """A channel and the products that we get by it."""

    name: str
    product_ids: tuple[str, ...] = ()


class Subscriptions(msgspec.Struct, tag="subscriptions"):
    """All that we are subscribed to."""

    channels: tuple[Channel, ...]


class Error(msgspec.Struct, tag="error"):
    """What Coinbase could not do, and why."""

    message: str
    reason: str = ""


class Other(msgspec.Struct):
    """A message of any type."""

    type: str


KNOWN = ("match", "last_match", "heartbeat", "subscriptions", "error")
_read_known = msgspec.json.Decoder(Match | LastMatch | Heartbeat | Subscriptions | Error).decode
_read_other = msgspec.json.Decoder(Other).decode


def read(frame: bytes) -> Iterable[Event]:
    """The events of a frame. Coinbase may add types of messages at any time: those are of no interest."""
    try:
        return (_event(_read_known(frame)),)
    except msgspec.ValidationError:
        if _read_other(frame).type in KNOWN:
            raise
        return (Beat(),)


def _event(message: Match | Heartbeat | Subscriptions | Error) -> Event:
    match message:
        case Match():
            return _trade(message)
        case Heartbeat():
            return _beat(message)
        case Subscriptions():
            return _confirmation(message)
    return _problem(message)


def _trade(match: Match) -> Trade:
    timestamp, finer = moment_of(match.time)
    price, size, is_history = checked(match.price), checked(match.size), type(match) is LastMatch
    return Trade(match.product_id, price, timestamp, size, match.trade_id, finer, is_history=is_history)


def _beat(heartbeat: Heartbeat) -> Event:
    """The newest trade; for years heartbeats said 0 whatever was traded, which would be a loss of all."""
    return Newest(heartbeat.product_id, heartbeat.last_trade_id) if heartbeat.last_trade_id > 0 else Beat()


def _confirmation(subscriptions: Subscriptions) -> Event:
    """All products so far. Without any, it answers that we unsubscribed: `Subscribed` would mean all of a frame."""
    products = [product for one in subscriptions.channels if one.name == "matches" for product in one.product_ids]
    return Subscribed(tuple(products)) if products else Beat()


def _problem(error: Error) -> Event:
    text = f"{error.message}: {error.reason}" if error.reason else error.message
    if error.message == "Failed to subscribe":
        return Refused(text, tuple(PRODUCT.findall(error.reason)))
    return Failed(text, ends=any(word in text for word in ENDS))


def symbol_of(ticker: str) -> Symbol:
    """`BTC-USD` is itself."""
    base, quote = pair(ticker)
    return Symbol(f"{base}-{quote}", f"{base}-{quote}", quote)


def _request(kind: str, symbols: Sequence[str]) -> list[str]:
    channels = [{"name": channel, "product_ids": symbols} for channel in CHANNELS]
    return [msgspec.json.encode({"type": kind, "channels": channels}).decode()]


VENUE = Venue(
    name="coinbase",
    shown=HOST,
    documentation=DOCUMENTATION,
    address=lambda keys: HOST,
    read=read,
    symbol_of=symbol_of,
    subscribe=lambda symbols, number: _request("subscribe", symbols),
    unsubscribe=lambda symbols, number: _request("unsubscribe", symbols),
    ids_are_consecutive=True,
    beats=True,
    limits=Limits(
        symbols_per_connection=200,  # it names no number, here and of connections; it recommends to spread products
        symbols_per_frame=1,
        frames_per_second=8,
        connections=5,
        silence=10.0,  # heartbeats come every second
    ),
    statuses={429: ("too many connections from our address", TOO_MANY)},
    examples=("BTC-USD", "ETH-USD"),
)
