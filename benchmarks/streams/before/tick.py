"""A tick, and its bytes on the wire.

A frame is a JSON array of ticks. Reading is lenient about form (one object instead of an array, a price as
a number, a timestamp without an offset, as simpler feeds send them) and strict about values: what is not a tick is
counted, never guessed at. A timestamp without an offset is UTC. Pure: no sockets, no clock.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

VISIBLE = r"A-Za-z0-9!#$%&()*+\-./:=?@\[\]^_{|}~"  # printable ASCII without , ; " ' < > \ and `
TICKER = re.compile(rf"[{VISIBLE}](?:[ {VISIBLE}]{{0,62}}[{VISIBLE}])?")
PRICE = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SEQ = re.compile(r"\d{1,19}|-0", re.ASCII)
LARGEST_PRICE, SMALLEST_PRICE = Decimal("1e20"), Decimal("1e-20")  # those beyond are mistakes
FIRST_INSTANT, LAST_INSTANT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
UNDERSCORE, PLUS, BACKSLASH, SPACE = b"_+\\ "
MAX_TOGETHER = 1000  # ticks in a frame of ours, which has to stay below what readers accept
MAX_KNOWN = 100_000  # tickers that were looked at before


class Tick(msgspec.Struct, frozen=True, gc=False):
    """One price of one ticker at an instant; `seq` is the feed's number for it, if it has one."""

    ticker: Annotated[str, Meta(min_length=1, max_length=64)]
    price: Decimal
    timestamp: Annotated[datetime, Meta(tz=True)]
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class Gap(msgspec.Struct, frozen=True, tag_field="type", tag="gap"):
    """The feed reports that the ticks `first` to `last` are lost to this reader."""

    first: Annotated[int, Meta(ge=0)] = msgspec.field(name="from")
    last: Annotated[int, Meta(ge=0)] = msgspec.field(name="to")


class Number(str):
    """The digits of a JSON number, which are read exactly where a number may be, and refused elsewhere."""

    __slots__ = ()


_known: set[str] = set()
_read_well_formed = msgspec.json.Decoder(list[Tick] | Tick).decode
_read_gap = msgspec.json.Decoder(Gap).decode


def encode(ticks: Iterable[Tick]) -> str:
    """The frame that carries `ticks`: prices as exact strings, timestamps in UTC with microseconds."""
    return f"[{','.join(map(_item, ticks))}]"


def _item(tick: Tick) -> str:
    seq = "null" if tick.seq is None else tick.seq
    return f'{{"seq":{seq},"ticker":"{tick.ticker}","price":"{tick.price:f}","timestamp":"{render(tick.timestamp)}"}}'


def encode_gap(gap: Gap) -> str:
    """The frame that reports a gap."""
    return msgspec.json.encode(gap).decode()


def decode(frame: str | bytes) -> tuple[list[Tick], int]:
    """Return the ticks of a frame and how many of its items are none; a frame that is not JSON is one such item."""
    if isinstance(frame, str):
        frame = frame.encode(errors="surrogatepass")
    try:
        ticks = _read_well_formed(frame)
        if not isinstance(ticks, list):
            ticks = [ticks]
        if not _is_plain(frame):
            return _sift(frame)
        for tick in ticks:
            if not (
                SMALLEST_PRICE <= tick.price <= LARGEST_PRICE
                and tick.timestamp.tzinfo is UTC
                and (tick.ticker in _known or _learn(tick.ticker))
            ):
                return _sift(frame)
    except (ValueError, RecursionError, ArithmeticError):  # the last is NaN, which compares with nothing
        return _sift(frame)
    return ticks, 0


def _is_plain(frame: bytes) -> bool:
    """Whether its strings hold nothing that Decimal would read and we do not: spaces, `_`, other scripts' digits."""
    if not frame.isascii() or UNDERSCORE in frame or PLUS in frame or BACKSLASH in frame:
        return False
    return SPACE not in frame or frame.count(b" ") == frame.count(b'": ') + frame.count(b", ")


def _sift(frame: bytes) -> tuple[list[Tick], int]:
    """Read each item by itself, so that a bad one costs nothing but itself."""
    try:
        items = json.loads(frame, parse_float=Number, parse_int=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return [], 1
    if not isinstance(items, list):
        items = [items]
    ticks = []
    for item in items:
        with suppress(KeyError, TypeError, ValueError, ArithmeticError):
            ticks.append(tick_of(item))
    return ticks, len(items) - len(ticks)


def gap_of(frame: str | bytes) -> Gap | None:
    """The gap that a frame reports; None if it is another kind of frame."""
    try:
        gap = _read_gap(frame)
    except (ValueError, RecursionError):
        return None
    return gap if gap.first <= gap.last else None


def tick_of(item: dict[str, Any]) -> Tick:
    """The tick that a JSON object is; KeyError, TypeError, ValueError or ArithmeticError if it is none."""
    seq = item.get("seq") if isinstance(item, dict) else None
    if seq is not None and not (isinstance(seq, Number) and SEQ.fullmatch(seq)):
        raise ValueError("seq is no whole number")
    price, timestamp = price_of(item["price"]), instant_of(item["timestamp"])
    return Tick(ticker_of(item["ticker"]), price, timestamp, None if seq is None else int(seq))


def _learn(text: str) -> bool:
    """Whether it is a ticker as it is, in upper case; the answer is remembered."""
    if not TICKER.fullmatch(text) or text != text.upper():
        return False
    if len(_known) >= MAX_KNOWN:
        _known.clear()
    _known.add(text)
    return True


def ticker_of(text: str) -> str:
    """A ticker in upper case; ValueError if it is none."""
    if isinstance(text, Number) or not TICKER.fullmatch(text):
        raise ValueError(f"{text!r} is no ticker")
    return text.upper()


def price_of(text: str) -> Decimal:
    """An exact price; ValueError or ArithmeticError if it is none."""
    if not PRICE.fullmatch(text) or not SMALLEST_PRICE <= (price := Decimal(text)) <= LARGEST_PRICE:
        raise ValueError(f"{text!r} is no price")
    return price


def instant_of(text: str) -> datetime:
    """An ISO 8601 date and time, in UTC; one without an offset is UTC already. ValueError if it is none."""
    if isinstance(text, Number) or len(text) < len("2025-06-06T20:00:00"):
        raise ValueError(f"{text!r} is no date and time")
    try:
        instant = msgspec.convert(text, datetime)
    except ValueError:
        instant = datetime.fromisoformat(text)  # which knows more forms
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def render(instant: datetime) -> str:
    """RFC 3339 with microseconds and `Z`, of an instant in UTC."""
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
