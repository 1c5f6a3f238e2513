"""A tick, and its bytes on the wire.

A frame is a JSON array of ticks. Reading is lenient about form (one object instead of an array, a price as
a number, a timestamp without an offset, as simpler feeds send them) and strict about values: what is not a tick is
counted, never guessed at. Timestamps are as `moments.py` says. Pure: no sockets, no clock.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from moments import instant_of as instant_of  # where those who read ticks look for it
from moments import moment_of

VISIBLE = r"A-Za-z0-9!#$%&()*+\-./:=?@\[\]^_{|}~"  # printable ASCII without , ; " ' < > \ and `
TICKER = re.compile(rf"[{VISIBLE}](?:[ {VISIBLE}]{{0,62}}[{VISIBLE}])?")
PRICE = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SEQ = re.compile(r"\d{1,19}|-0", re.ASCII)
# As msgspec takes them, which would round half up; a price that ends as a timestamp does costs time, and no more.
_finer_in_frame = re.compile(rb"\.\d{7,}[Zz-]").search
LARGEST_PRICE, SMALLEST_PRICE = Decimal("1e20"), Decimal("1e-20")  # those beyond are mistakes; of quantities, too
FIRST_INSTANT, LAST_INSTANT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
UNDERSCORE, PLUS, BACKSLASH, SPACE = b"_+\\ "
Y_OF_QUANTITY = ord("y")  # which no other field's name has
MAX_TOGETHER = 1000  # ticks in a frame of ours, which has to stay below what readers accept
MAX_KNOWN = 100_000  # tickers that were looked at before


class Tick(msgspec.Struct, frozen=True, gc=False):
    """One price of one ticker at an instant; `seq` is the feed's number for it, if it has one.

    `quantity` is how much was traded, where the feed says it. `extended` says that it was traded outside the regular
    hours of its exchange. `finer` says that the instant was up to a microsecond before `timestamp`: it is never on the
    wire (a frame with its name, which has an underscore, is read with care).
    """

    ticker: Annotated[str, Meta(min_length=1, max_length=64)]
    price: Decimal
    timestamp: Annotated[datetime, Meta(tz=True)]
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    quantity: Decimal | None = None
    finer: bool = msgspec.field(default=False, name="_finer")
    extended: bool = False


def is_same(one: Tick, other: Tick) -> bool:
    """Whether both are the same tick of the same ticker, by number, price and time."""
    return (one.seq, one.price, one.timestamp) == (other.seq, other.price, other.timestamp)


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
    quantity = "" if tick.quantity is None else f',"quantity":"{tick.quantity:f}"'
    price, timestamp = f"{tick.price:f}", render(tick.timestamp)
    if tick.finer:  # half a microsecond before, from which a reader finds the same again
        timestamp = f"{render(tick.timestamp - timedelta.resolution)[:-1]}5Z"
    extended = ',"extended":true' if tick.extended else ""
    return f'{{"seq":{seq},"ticker":"{tick.ticker}","price":"{price}","timestamp":"{timestamp}"{quantity}{extended}}}'


def encode_gap(gap: Gap) -> str:
    """The frame that reports a gap."""
    return msgspec.json.encode(gap).decode()


def decode(frame: str | bytes) -> tuple[list[Tick], int]:
    """Return the ticks of a frame and how many of its items are none; a frame that is not JSON is one such item."""
    if isinstance(frame, str):
        frame = frame.encode(errors="surrogatepass")
    if is_withdrawal(frame):
        return [], 1
    try:
        ticks = _read_well_formed(frame)
        if not isinstance(ticks, list):
            ticks = [ticks]
        if not is_plain(frame) or not are_exact(ticks, frame):
            return _sift(frame)
    except (ValueError, RecursionError, ArithmeticError):  # the last is NaN, which compares with nothing
        return _sift(frame)
    return ticks, 0


def is_withdrawal(frame: bytes) -> bool:
    """Whether it takes a tick back: such an object has all that a tick has, and is none."""
    return frame[:1] == b"{" and b'"withdrawal"' in frame and b'"type"' in frame


def is_plain(frame: bytes) -> bool:
    """Whether it holds nothing that msgspec would read in another way.

    In numbers: spaces, `_`, other scripts' digits; in times: more than six digits after the second.
    """
    if not frame.isascii() or UNDERSCORE in frame or PLUS in frame or BACKSLASH in frame or _finer_in_frame(frame):
        return False
    return SPACE not in frame or frame.count(b" ") == frame.count(b'": ') + frame.count(b", ")


def are_exact(ticks: list[Tick], frame: bytes) -> bool:
    """Whether what msgspec read in `frame` are ticks: numbers in the limits, instants in UTC, tickers in upper case.

    ArithmeticError if a number is none.
    """
    if Y_OF_QUANTITY in frame and not _have_good_quantities(ticks):
        return False
    for tick in ticks:
        if not (
            SMALLEST_PRICE <= tick.price <= LARGEST_PRICE
            and tick.timestamp.tzinfo is UTC
            and (tick.ticker in _known or _learn(tick.ticker))
        ):
            return False
    return True


def _have_good_quantities(ticks: Iterable[Tick]) -> bool:
    """Whether each quantity that is there is within the limits of prices."""
    return all(tick.quantity is None or SMALLEST_PRICE <= tick.quantity <= LARGEST_PRICE for tick in ticks)


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
    ticker, price, (timestamp, finer) = ticker_of(item["ticker"]), price_of(item["price"]), moment_of(item["timestamp"])
    quantity = item.get("quantity")
    if quantity is not None:
        quantity = price_of(quantity)
    extended = item.get("extended", False)
    if type(extended) is not bool:
        raise ValueError("extended is neither true nor false")
    return Tick(ticker, price, timestamp, None if seq is None else int(seq), quantity, finer, extended)


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


def render(instant: datetime) -> str:
    """RFC 3339 with microseconds and `Z`, of an instant in UTC."""
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
