"""Finnhub's websocket: trades of US stocks, and prices of coins and currencies, as a plan has them.

A key opens one connection: a second one costs the first. Symbols are Finnhub's own, as `AAPL`, `BINANCE:BTCUSDT` or
`OANDA:EUR_USD`, and are tickers as they are. Nothing confirms a subscription, and an error names no symbol. Trades have
no ids, so that duplicates stay, and times in milliseconds. A price without a trade has the volume 0. A ping comes once
a minute, and wants no answer. Pure, as `venue.py` says.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta

from tick import BACKSLASH, SEQ, UNDERSCORE, Number, price_of, ticker_of
from venues.venue import Beat, Event, Failed, Keys, Limits, Passed, Refused, Symbol, Trade, Venue, checked

KEY = "FINNHUB_API_KEY"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAUSE = 60.0  # seconds; the plans' limits are counted by the minute
LIMITS = Limits(
    symbols_per_connection=50,  # the free plan's, and one that has more does not say so
    symbols_per_frame=1,
    frames_per_second=20.0,  # 30 calls a second are the most in every plan
    connections=1,
    silence=150.0,
)
STATUSES = {
    401: ("the key is refused", inf),
    403: ("the plan does not include this", inf),
    429: ("too many connections or requests", PAUSE),
}
# Codes of trades that do not set the last price, from Finnhub's table of trade conditions (linked from its page), by
# the consolidated rules of the CTA and UTP plans. Where these ask which trade came before, a late report sets no price.
WITHOUT_PRICE = {
    "3": "average price",
    "5": "cash sale",
    "9": "bunched sold",
    "10": "price variation",
    "11": "CAP election",
    "12": "odd lot",
    "16": "market center official close",
    "17": "next day",
    "20": "market center official open",
    "21": "prior reference price",
    "22": "seller",
    "25": "extended hours, sold out of sequence",
    "26": "contingent",
    "27": "stock option",
    "30": "sold out of sequence",
    "32": "derivatively priced",
    "37": "qualified contingent",
    "39": "corrected consolidated close",
    "40": "opened late",
}
FORM_T = "24"  # a trade outside regular hours; the day's last price it does not set, but the last price that there is


class Sold(msgspec.Struct):
    """A trade, or a price, as Finnhub writes it."""

    s: str
    p: Decimal
    t: Annotated[int, Meta(ge=0)]
    v: Decimal = Decimal(0)
    c: list[str] | None = None


class Trades(msgspec.Struct, tag_field="type", tag="trade"):
    """A frame of trades, of any symbols."""

    data: list[Sold]


_read_trades = msgspec.json.Decoder(Trades).decode


def read(frame: bytes) -> Iterable[Event]:
    """The events of a frame."""
    try:
        trades = _read_trades(frame).data
        if not _is_plain(frame, trades):
            return _read_with_care(frame)
        return [_event_of(sold.s, checked(sold.p), sold.t, _quantity(sold.v), sold.c) for sold in trades]
    except (ValueError, ArithmeticError):
        return _read_with_care(frame)


def _is_plain(frame: bytes, trades: Iterable[Sold]) -> bool:
    """Whether msgspec read no number in it otherwise than we do."""
    if not frame.isascii() or BACKSLASH in frame:
        return False
    return UNDERSCORE not in frame or frame.count(UNDERSCORE) == sum(sold.s.count("_") for sold in trades)


def _event_of(
    symbol: str, price: Decimal, milliseconds: int, quantity: Decimal | None, codes: list[str] | None
) -> Event:
    """A trade, or why it is none for us."""
    timestamp = EPOCH + timedelta(milliseconds=milliseconds)
    if not codes:
        return Trade(symbol, price, timestamp, quantity)
    for code in codes:
        if why := WITHOUT_PRICE.get(code):
            return Passed(why)
    return Trade(symbol, price, timestamp, quantity, extended=FORM_T in codes)


def _quantity(volume: Decimal) -> Decimal | None:
    return checked(volume) if volume else None


def _read_with_care(frame: bytes) -> Iterator[Event]:
    """Any frame, each trade by itself."""
    message = json.loads(frame, parse_float=Number, parse_int=Number, parse_constant=Number)
    match message:
        case {"type": "trade", "data": list(items)}:
            yield from _trades(items)
        case {"type": "error", "msg": str(text)}:
            yield _error(text)
        case {"type": str()}:  # a ping, or news
            yield Beat()
        case _:
            raise ValueError("no message of Finnhub")


def _trades(items: list[Any]) -> Iterator[Event]:
    """Those that can be read; ValueError after them if one of them cannot."""
    bad = None
    for item in items:
        try:
            yield _trade(item)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            bad = error
    if bad:
        raise ValueError("a trade that is none") from bad


def _trade(item: dict[str, Any]) -> Event:
    symbol, milliseconds, codes = item["s"], item["t"], item.get("c") or []
    if not isinstance(symbol, str) or not SEQ.fullmatch(milliseconds) or not isinstance(codes, list):
        raise ValueError("no symbol, no time in milliseconds, or no list of conditions")
    volume = item.get("v")
    if volume is not None and not isinstance(volume, str):
        raise ValueError("no volume")
    quantity = price_of(volume) if volume is not None and Decimal(volume) else None
    return _event_of(symbol, price_of(item["p"]), int(milliseconds), quantity, [str(code) for code in codes])


def _error(text: str) -> Event:
    """What an error means, which its words say alone."""
    words = text.lower()
    if "api key" in words or "token" in words or "unauthorized" in words:
        return Failed(text, is_final=True)
    if "symbol" in words or "access" in words:
        return Refused(text)
    return Failed(text, wait=PAUSE if "limit" in words else 0.0)


def symbol_of(ticker: str) -> Symbol:
    """Finnhub's symbols are tickers as they are."""
    name = ticker_of(ticker)
    return Symbol(name, name)


def _requests(kind: str, symbols: Sequence[str]) -> list[str]:
    return [json.dumps({"type": kind, "symbol": symbol}) for symbol in symbols]


def _address(keys: Keys) -> str:
    return f"wss://ws.finnhub.io?token={quote(keys[KEY], safe='')}"


VENUE = Venue(
    name="finnhub",
    shown="wss://ws.finnhub.io",
    documentation="https://finnhub.io/docs/api/websocket-trades",
    address=_address,
    read=read,
    symbol_of=symbol_of,
    subscribe=lambda symbols, number: _requests("subscribe", symbols),
    unsubscribe=lambda symbols, number: _requests("unsubscribe", symbols),
    keys=(KEY,),
    confirms=False,
    has_ids=False,
    limits=LIMITS,
    statuses=STATUSES,
    examples=("BINANCE:BTCUSDT", "BINANCE:ETHUSDT"),
)
