"""Binance's spot market: `@trade` streams of its host for market data, which needs no account and knows none.

A trade's id rises by one from trade to trade of a symbol, and times are asked for in microseconds. Binance confirms
streams of symbols that it does not have, and then sends nothing of them. It has no prices in US dollars: `BTC-USD` is
asked for as BTCUSDT, and its ticks are named `BTC-USDT`. Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf

import msgspec

from venues.venue import Beat, Event, Failed, Leaving, Limits, Refused, Subscribed, Symbol, Trade, Venue, checked, pair

DOCUMENTATION = "https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams"
HOST = "wss://data-stream.binance.vision"  # has the same streams as stream.binance.com, without those of users
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MICROSECOND = 10**14  # of 1973; a lower number is in milliseconds, before the year 5138
CONNECTING = 300.0  # seconds in which 300 connections may be attempted from one address
SHORTEST_BAN = 120.0  # seconds; each further one is longer, up to three days


class Dealt(msgspec.Struct, tag_field="e", tag="trade", gc=False):
    """A `trade` event, but for what nobody here needs."""

    symbol: str = msgspec.field(name="s")
    id: int = msgspec.field(name="t")
    price: Decimal = msgspec.field(name="p")
    quantity: Decimal = msgspec.field(name="q")
    at: int = msgspec.field(name="T")


class Problem(msgspec.Struct):
    """What an error says."""

    code: int
    msg: str


class Other(msgspec.Struct):
    """Any other frame: a combined stream's envelope, another event, or the answer to a request."""

    e: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()
    error: Problem | None = None
    code: int | None = None
    msg: str | None = None
    id: int | str | None = None


_read_trade = msgspec.json.Decoder(Dealt).decode
_read_other = msgspec.json.Decoder(Other).decode


def read(frame: bytes) -> Iterable[Event]:
    """The events of a frame, raw or of a combined stream."""
    try:
        dealt = _read_trade(frame)
    except msgspec.ValidationError as error:
        return (_other(frame, error),)
    trade = Trade(dealt.symbol, checked(dealt.price), instant(dealt.at), checked(dealt.quantity), dealt.id)
    return (trade,)


def instant(number: int) -> datetime:
    """The time that a number of microseconds since 1970 is, or of milliseconds where Binance does not know the unit."""
    if number < FIRST_MICROSECOND:
        number *= 1000
    return EPOCH + timedelta(0, 0, number)


def _other(frame: bytes, error: msgspec.ValidationError) -> Event:
    """What a frame says that is no raw trade; `error` is what is wrong with it as one."""
    other = _read_other(frame)
    if other.data:
        (event,) = read(bytes(other.data))
        return event
    match other.e:
        case "serverShutdown":
            return Leaving("the server shuts down")
        case None:
            return _answer(other, error)
        case "trade":
            raise error
        case _:
            return Beat()


def _answer(other: Other, error: msgspec.ValidationError) -> Event:
    """What the answer to a request says. Those that subscribe have numbers, and the others have none."""
    problem = other.error or (Problem(other.code, other.msg) if other.code is not None and other.msg else None)
    if problem:
        text = f"{problem.msg} ({problem.code})"
        return Refused(text) if type(other.id) is int else Failed(text, ends=False)
    if not other.result:
        raise error
    return Subscribed() if bytes(other.result) == b"null" and type(other.id) is int else Beat()


def symbol_of(ticker: str) -> Symbol:
    """`BTC-USDT` is BTCUSDT; prices in USD are those in USDT, and say so."""
    base, quote = pair(ticker)
    if quote == "USD":
        quote = "USDT"
    return Symbol(base + quote, f"{base}-{quote}", quote)


def _request(method: str, symbols: Sequence[str], number: int | None) -> list[str]:
    streams = [f"{symbol.lower()}@trade" for symbol in symbols]
    return [msgspec.json.encode({"method": method, "params": streams, "id": number}).decode()]


VENUE = Venue(
    name="binance",
    shown=HOST,
    documentation=DOCUMENTATION,
    address=lambda keys: f"{HOST}/ws?timeUnit=MICROSECOND",
    read=read,
    symbol_of=symbol_of,
    subscribe=lambda symbols, number: _request("SUBSCRIBE", symbols, number),
    unsubscribe=lambda symbols, number: _request("UNSUBSCRIBE", symbols, None),
    ids_are_consecutive=True,
    limits=Limits(
        symbols_per_connection=1024,
        frames_per_second=4,  # of 5, which count pings and pongs as well
        apart=1.0,  # 300 in 5 minutes
        lifetime=24 * 3600.0,
        silence=45.0,  # pings come every 20 s
    ),
    statuses={
        403: ("its firewall refuses us", CONNECTING),
        418: ("our address is banned", SHORTEST_BAN),
        429: ("too many connections from our address", CONNECTING),
        451: ("it does not serve the country where we are", inf),
    },
    examples=("BTC-USDT", "ETH-USDT"),
)
