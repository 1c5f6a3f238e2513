"""Alpaca's frames: arrays of messages, each with its kind in `T`, which become one event each.

Kinds and fields are those of https://docs.alpaca.markets/docs/real-time-stock-pricing-data, codes of errors those of
https://docs.alpaca.markets/docs/streaming-market-data (408 of its older edition), both as of January 2026.

Ids of trades are unique within a symbol, an exchange and a day (Alpaca's own answer in its forum, topic 17728), so ours
have all three: `V96921 2026-06-05`. A correction takes the first trade back. Its own price is that of an earlier
moment, which it does not tell, so it is no tick. Sizes and conditions may be corrected as well: where the price stays,
and still counts, nothing is taken back.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec
from msgspec import Struct

from moments import moment_of
from venues.conditions import verdict_of
from venues.new_york import is_regular, trading_day
from venues.venue import Beat, Event, Failed, Passed, Ready, Refused, Subscribed, Trade, Withdrawn, checked

KEY, SECRET = "APCA_API_KEY_ID", "APCA_API_SECRET_KEY"
HALF_DEAD = 30.0  # seconds: a lost connection counts as one for up to 90 s, and no other is allowed meanwhile

ERRORS: dict[int, Callable[[str], Event]] = {  # by Alpaca's codes
    400: lambda text: Refused(f"{text}: a symbol is in no form of theirs"),
    401: Failed,
    402: lambda text: Failed(f"{text}: check {KEY} and {SECRET}", is_final=True),
    403: lambda text: Failed(text, ends=False),
    404: Failed,
    405: Refused,
    406: lambda text: Failed(f"{text}: this account is connected already", wait=HALF_DEAD),
    407: lambda text: Failed(f"{text}: we read too slowly"),
    408: lambda text: Failed(text, is_final=True),
    409: lambda text: Failed(f"{text}: this account may not use this feed", is_final=True),
    410: lambda text: Failed(text, is_final=True),
    500: Failed,
}


class _Trade(Struct, tag_field="T", tag="t"):
    symbol: str = msgspec.field(name="S")
    id: int = msgspec.field(name="i")
    price: Decimal = msgspec.field(name="p")
    timestamp: str = msgspec.field(name="t")
    size: Decimal | None = msgspec.field(name="s", default=None)
    exchange: str = msgspec.field(name="x", default="")
    conditions: tuple[str, ...] | None = msgspec.field(name="c", default=None)
    tape: str = msgspec.field(name="z", default="")


class _Cancel(Struct, tag_field="T", tag="x"):
    symbol: str = msgspec.field(name="S")
    id: int = msgspec.field(name="i")
    timestamp: str = msgspec.field(name="t")
    exchange: str = msgspec.field(name="x", default="")


class _Correction(Struct, tag_field="T", tag="c"):
    symbol: str = msgspec.field(name="S")
    id: int = msgspec.field(name="oi")
    timestamp: str = msgspec.field(name="t")
    old: Decimal = msgspec.field(name="op")
    new: Decimal = msgspec.field(name="cp")
    exchange: str = msgspec.field(name="x", default="")
    conditions: tuple[str, ...] | None = msgspec.field(name="cc", default=None)
    tape: str = msgspec.field(name="z", default="")


class _Success(Struct, tag_field="T", tag="success"):
    text: str = msgspec.field(name="msg")


class _Error(Struct, tag_field="T", tag="error"):
    code: int
    text: str = msgspec.field(name="msg", default="")


class _Subscription(Struct, tag_field="T", tag="subscription"):
    trades: tuple[str, ...] | None = None


class _Kind(Struct):
    name: str = msgspec.field(name="T")


_Message = _Trade | _Cancel | _Correction | _Success | _Error | _Subscription
_KNOWN = {"t", "x", "c", "success", "error", "subscription"}
_messages = msgspec.json.Decoder(list[_Message]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_kind = msgspec.json.Decoder(_Kind).decode
_message = msgspec.json.Decoder(_Message).decode


def _reader(trade_of: Callable[[_Trade], Event]) -> Callable[[bytes], Iterable[Event]]:
    """Reads a frame: an event for each message. ValueError or ArithmeticError, after the others, if one is bad."""

    def event(message: _Message) -> Event:
        return trade_of(message) if type(message) is _Trade else _other(message)

    def read(frame: bytes) -> Iterable[Event]:
        try:
            return list(map(event, _messages(frame)))
        except (ValueError, ArithmeticError):
            return sifted(frame)

    def sifted(frame: bytes) -> Iterator[Event]:
        """Each message by itself: what we do not know shows life, and a bad one costs nothing but itself."""
        problem: Exception | None = None
        for item in _items(frame):
            try:
                yield event(_message(item)) if _kind(item).name in _KNOWN else Beat()
            except (ValueError, ArithmeticError) as error:
                problem = error
        if problem:
            raise problem

    return read


def _share_trade(trade: _Trade) -> Event:
    passed, extended = verdict_of(trade.tape, trade.conditions or ())
    if passed:
        return Passed(passed)
    instant, finer = moment_of(trade.timestamp)
    return Trade(
        trade.symbol, checked(trade.price), instant, _quantity(trade.size),
        f"{trade.exchange}{trade.id} {trading_day(instant)}", finer,
        not is_regular(instant) if extended is None else extended,
    )  # fmt: skip


def _coin_trade(trade: _Trade) -> Event:
    """Coins have neither exchanges nor conditions, and are traded at all hours; their ids are unique by themselves."""
    instant, finer = moment_of(trade.timestamp)
    return Trade(trade.symbol, checked(trade.price), instant, _quantity(trade.size), trade.id, finer)


def _quantity(size: Decimal | None) -> Decimal | None:
    return None if size is None else checked(size)


def _other(message: _Message) -> Event:
    match message:
        case _Cancel():
            return Withdrawn(message.symbol, _id_of(message), "cancelled")
        case _Correction():
            if message.new == message.old and not verdict_of(message.tape, message.conditions or ()).passed:
                return Passed("correction that leaves the price")
            return Withdrawn(message.symbol, _id_of(message), "corrected")
        case _Success():
            return Ready() if message.text == "authenticated" else Beat()
        case _Error():
            text = f"{message.text} ({message.code})"
            return ERRORS.get(message.code, Failed)(text)
        case _Subscription():
            return Subscribed(message.trades) if message.trades else Beat()
    raise ValueError("a trade is no other message")


def _id_of(message: _Cancel | _Correction) -> str:
    """Our id of the trade that it names, which was made on the same day."""
    return f"{message.exchange}{message.id} {trading_day(moment_of(message.timestamp)[0])}"


read = _reader(_share_trade)  # of shares
read_coins = _reader(_coin_trade)
