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
LARGEST, SMALLEST = Decimal("1e20"), Decimal("1e-20")  # prices beyond are mistakes, and would slow arithmetic down


@dataclass(frozen=True, slots=True)
class Tick:
    """One price of one ticker at an instant in UTC; `seq` is the feed's number for it, if it has one."""

    ticker: str
    price: Decimal
    timestamp: datetime
    seq: int | None = None


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
        items = json.loads(frame, parse_float=str, parse_constant=str)  # for price_of to read, or refuse
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
    if seq is not None and type(seq) is not int:
        raise ValueError("seq is no whole number")
    return Tick(ticker_of(item["ticker"]), price_of(item["price"]), instant_of(item["timestamp"]), seq)


def ticker_of(text: str) -> str:
    if not TICKER.fullmatch(text):
        raise ValueError(f"{text!r} is no ticker")
    return text.upper()


def price_of(value: Any) -> Decimal:
    text = str(value) if type(value) is int else value
    if not PRICE.fullmatch(text):
        raise ValueError(f"{value!r} is no price")
    price = Decimal(text)
    if not SMALLEST <= price <= LARGEST:
        raise ValueError(f"{value!r} is no price")
    return price


def instant_of(text: str, zone: tzinfo | None = None) -> datetime:
    """An ISO 8601 date and time, in UTC; one without an offset is in `zone`, or in this machine's time zone."""
    if len(text) < len("2025-06-06T20:00:00"):
        raise ValueError(f"{text!r} is no date and time")
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def render(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
