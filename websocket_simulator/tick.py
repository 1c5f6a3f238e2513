"""A tick, and its bytes on the wire.

A frame is a JSON array of ticks. Reading is lenient about form (one object instead of an array, a price as
a number, a local timestamp, as simpler feeds send them) and strict about values: what is not a tick is
counted, never guessed at. Pure: no sockets, no clock.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

TICKER = re.compile(r"[A-Z0-9][A-Z0-9._/:=^-]{0,31}", re.ASCII | re.IGNORECASE)
PRICE = re.compile(r"\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?", re.ASCII)  # 40 digits, for exact arithmetic
SEQ = re.compile(r"\d{1,19}", re.ASCII)
LARGEST, SMALLEST = Decimal("1e20"), Decimal("1e-20")  # prices beyond are mistakes, and would slow arithmetic down


@dataclass(frozen=True, slots=True)
class Tick:
    """One price of one ticker at an instant in UTC; `seq` is the feed's number for it, if it has one."""

    ticker: str
    price: Decimal
    timestamp: datetime
    seq: int | None = None


class Number(str):
    """A JSON number's own digits, for whoever knows what it is to read exactly, or to refuse."""

    __slots__ = ()


def encode(ticks: Iterable[Tick]) -> str:
    """The frame that carries `ticks`: prices as exact strings, timestamps in UTC with microseconds."""
    return json.dumps(
        [
            {"seq": tick.seq, "ticker": tick.ticker, "price": f"{tick.price:f}", "timestamp": render(tick.timestamp)}
            for tick in ticks
        ]
    )


def decode(frame: str | bytes) -> tuple[list[Tick], int]:
    """Return the ticks of a frame and how many of its items are none; a frame that is not JSON is one such item."""
    try:
        items = json.loads(frame, parse_float=Number, parse_int=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return [], 1
    if not isinstance(items, list):
        items = [items]
    ticks = []
    for item in items:
        try:
            ticks.append(tick_of(item))
        except (KeyError, TypeError, ValueError, ArithmeticError):
            continue
    return ticks, len(items) - len(ticks)


def tick_of(item: dict[str, Any]) -> Tick:
    """The tick that a JSON object is; KeyError, TypeError, ValueError or ArithmeticError if it is none."""
    seq = item.get("seq") if isinstance(item, dict) else None
    if seq is not None and not (isinstance(seq, Number) and SEQ.fullmatch(seq)):
        raise ValueError("seq is no whole number")
    price, timestamp = price_of(item["price"]), instant_of(item["timestamp"])
    return Tick(ticker_of(item["ticker"]), price, timestamp, None if seq is None else int(seq))


def ticker_of(text: str) -> str:
    if isinstance(text, Number) or not TICKER.fullmatch(text):
        raise ValueError(f"{text!r} is no ticker")
    return text.upper()


def price_of(text: str) -> Decimal:
    if not PRICE.fullmatch(text) or not SMALLEST <= (price := Decimal(text)) <= LARGEST:
        raise ValueError(f"{text!r} is no price")
    return price


def instant_of(text: str, zone: tzinfo | None = None) -> datetime:
    """An ISO 8601 date and time, in UTC; one without an offset is in `zone`, or in this machine's time zone."""
    if isinstance(text, Number) or len(text) < len("2025-06-06T20:00:00"):
        raise ValueError(f"{text!r} is no date and time")
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def render(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
