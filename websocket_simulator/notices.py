"""Frames that are no ticks: heartbeats, withdrawals, and what feeds complain of. Gaps are in tick.py.

A heartbeat of our own feed has the last number that was given, and so declares that its numbers rise by one through all
tickers. Other feeds' heartbeats are known by their name, their errors by the forms below. Pure: no sockets, no clock.
"""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tick import LARGEST_PRICE, SMALLEST_PRICE, Gap, gap_of, render

QUOTED = 80  # characters of a frame, or of an error's text, that are shown
NAMES = ("type", "event", "channel", "status", "T", "ev")  # the fields in which feeds say what kind of frame it is
TEXTS = ("errorMessage", "error", "message", "msg", "ret_msg", "reason")
FINE = ("ok", "success")  # texts that come with a code all the same
FIRST_BAD_CODE = 400  # as those of HTTP; codes below 0 are errors as well


Reason = Literal["cancelled", "corrected"]  # for which a venue takes back a trade


class Heartbeat(msgspec.Struct, frozen=True, tag_field="type", tag="heartbeat"):
    """The feed is alive, at `timestamp` of its clock, and the last number that it gave is `seq`."""

    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    timestamp: Annotated[datetime, Meta(tz=True)]


class Withdrawal(msgspec.Struct, frozen=True, tag_field="type", tag="withdrawal"):
    """The venue takes back a trade: the tick of this ticker, price and time, which had the number `of`.

    It has a number of its own among the feed's, `seq`, so that nobody misses it. `timestamp` is that of the tick.
    """

    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    of: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    ticker: Annotated[str, Meta(min_length=1, max_length=64)]
    price: Decimal
    timestamp: Annotated[datetime, Meta(tz=True)]
    reason: Reason


class Pulse(msgspec.Struct, frozen=True):
    """A heartbeat of another feed, which says no more than that."""


class Complaint(msgspec.Struct, frozen=True):
    """Texts of the errors that a frame reports, at least one, each as `quoted` shows it."""

    texts: tuple[str, ...]


Notice = Gap | Heartbeat | Withdrawal | Pulse | Complaint

_read_ours: Callable[[str | bytes], Heartbeat | Withdrawal] = msgspec.json.Decoder(Heartbeat | Withdrawal).decode


def encode_heartbeat(heartbeat: Heartbeat) -> str:
    """The frame of our feed's heartbeat, with microseconds."""
    return f'{{"type":"heartbeat","seq":{heartbeat.seq},"timestamp":"{render(heartbeat.timestamp)}"}}'


def encode_withdrawal(withdrawal: Withdrawal) -> str:
    """The frame of a withdrawal: an exact price, and the time with microseconds."""
    return (
        f'{{"type":"withdrawal","seq":{withdrawal.seq},"of":{withdrawal.of},"ticker":"{withdrawal.ticker}",'
        f'"price":"{withdrawal.price:f}","timestamp":"{render(withdrawal.timestamp)}","reason":"{withdrawal.reason}"}}'
    )


def notice_of(frame: str | bytes) -> Notice | None:
    """What a frame says that has something else than ticks in it; None if nothing of it is understood."""
    if gap := gap_of(frame):
        return gap
    try:
        ours = _read_ours(frame)
    except (ValueError, RecursionError):
        pass
    else:
        return ours if isinstance(ours, Heartbeat) or _has_price(ours) else None
    try:
        items = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    objects = [item for item in (items if isinstance(items, list) else [items]) if isinstance(item, dict)]
    if any(item.get(name) == "heartbeat" for item in objects for name in NAMES):
        return Pulse()
    texts = tuple(quoted(_text_of(item)) for item in objects if "price" not in item and is_error(item))
    return Complaint(texts) if texts else None


def is_error(item: dict[str, Any]) -> bool:
    """Whether an object reports an error.

    | feed               | form                                                                             |
    | Alpaca             | {"T":"error","code":406,"msg":"connection limit exceeded"}                       |
    | Binance            | {"code":-1121,"msg":"Invalid symbol."}, {"error":{"code":2,"msg":"…"},"id":1}    |
    | Coinbase, Finnhub  | {"type":"error","message":"…"}, {"type":"error","msg":"…"}                       |
    | Kraken             | {"event":"error","errorMessage":"…"}, {"method":"…","success":false,"error":"…"} |
    | OKX, Bybit         | {"event":"error","code":"60012","msg":"…"}, {"success":false,"ret_msg":"…"}      |
    | Polygon            | {"ev":"status","status":"auth_failed","message":"…"}                             |
    """
    names = [name.lower() for name in map(item.get, NAMES) if isinstance(name, str)]
    if any(name.endswith(("error", "failed")) for name in names) or item.get("success") is False:
        return True
    return bool(item.get("error") or item.get("errorMessage")) or _has_bad_code(item)


def quoted(frame: str | bytes) -> str:
    """Its first QUOTED characters in quotation marks, with escapes for all that a terminal could take for its own."""
    text = frame if isinstance(frame, str) else frame[: 4 * QUOTED].decode(errors="replace")
    shown = text[:QUOTED].encode("unicode_escape").decode()
    return f"'{shown[:QUOTED]}{'…' if len(text) > QUOTED or len(shown) > QUOTED else ''}'"


def _has_price(withdrawal: Withdrawal) -> bool:
    """Whether its price can be one of a tick: NaN cannot, and compares with nothing."""
    return withdrawal.price.is_finite() and SMALLEST_PRICE <= withdrawal.price <= LARGEST_PRICE


def _has_bad_code(item: dict[str, Any]) -> bool:
    text, code = item.get("msg", item.get("message")), item.get("code")
    if not isinstance(text, str) or not text or text.lower() in FINE or isinstance(code, bool):
        return False
    try:
        number = int(code)  # type: ignore[arg-type]  # which says what it is not
    except (TypeError, ValueError, OverflowError):
        return False
    return number < 0 or number >= FIRST_BAD_CODE


def _text_of(item: dict[str, Any]) -> str:
    """What an error says, with its code; the whole object where it has no text."""
    inner = next((value for value in map(item.get, TEXTS) if isinstance(value, dict)), item)
    text = next((value for value in map(inner.get, TEXTS) if isinstance(value, str) and value), None)
    if text is None:
        return json.dumps(item)
    code = inner.get("code", item.get("code"))
    return text if code is None else f"{text} ({code})"
