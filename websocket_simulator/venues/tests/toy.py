"""A venue of tests alone: its frames are lists of events, each in as few letters as possible."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from venues.venue import Beat, Event, Newest, Passed, Symbol, Trade, Venue, Withdrawn

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)


def frame(*events: Any) -> bytes:
    """`["A", 7, "1.5", 3]` is trade 7 of A at 1.5, three seconds after START; with "old" behind it, one of history."""
    return msgspec.json.encode(list(events))


def read(data: bytes) -> Iterable[Event]:
    for event in msgspec.json.decode(data):
        match event:
            case [symbol, number, price, second, *old]:
                at = START + timedelta(seconds=second)
                yield Trade(symbol, Decimal(price), at, id=number, is_history=bool(old))
            case ["newest", symbol, number]:
                yield Newest(symbol, number)
            case ["back", symbol, number]:
                yield Withdrawn(symbol, number, "cancelled")
            case "odd":
                yield Passed("odd lot")
            case "beat":
                yield Beat()
            case _:
                raise ValueError(event)


TOY = Venue(
    name="toy",
    shown="wss://toy.example",
    documentation="https://toy.example",
    address=lambda keys: "wss://toy.example",
    read=read,
    symbol_of=lambda ticker: Symbol(ticker, ticker.lower().upper()),
    subscribe=lambda symbols, number: [f"{number} {' '.join(symbols)}"],
    unsubscribe=lambda symbols, number: [f"{number} not {' '.join(symbols)}"],
    ids_are_consecutive=True,
)
UNORDERED = replace(TOY, ids_are_consecutive=False, withdraws=True)
