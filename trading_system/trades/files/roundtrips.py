"""Rows that hold a whole position: two prices and two times, of which a profile makes two trades. Pure.

"Buy price" and "sell price" say their sides. Of "entry" and "exit" (or "open" and "close") a column of sides says which
way the first one goes. The fee, of which there is one, is booked with the second.
"""

from dataclasses import dataclass
from typing import Any

from .choices import Doubt, Sheet
from .columns import Column
from .words import words_of

FIXED = (("buy", "bought"), ("sell", "sold"))
TURNS = (("entry", "open", "opened", "opening"), ("exit", "close", "closed", "closing"))
PRICES = ("price", "rate", "kurs", "cours", "preis")
WAYS = {"buy": "buy", "long": "buy", "b": "buy", "sell": "sell", "short": "sell", "s": "sell"}
OTHER = {"buy": "sell", "sell": "buy"}


@dataclass(frozen=True)
class RoundTrip:
    """The columns of both trades of a row; `way` says the side of the first if their names do not."""

    prices: tuple[Column, Column]
    times: tuple[Column, Column]
    way: Column | None


def round_trip_in(sheet: Sheet) -> RoundTrip | None:
    """Found only if prices and times are there in pairs."""
    for words in (FIXED, TURNS, None):
        prices = pair_of([column for column in sheet.columns if column.is_number and is_price(column)], words)
        times = pair_of([column for column in sheet.columns if column.is_moment and not column.is_number], words)
        way = None if words is FIXED else way_in(sheet.columns)
        if prices and times and (words is FIXED or way):
            return RoundTrip(prices, times, way)
    return None


def is_price(column: Column) -> bool:
    return any(word in words_of(column.title).split() for word in PRICES)


def pair_of(
    columns: list[Column], words: tuple[tuple[str, ...], tuple[str, ...]] | None
) -> tuple[Column, Column] | None:
    """The two columns that have a word of either list; without lists, two of one name."""
    if words is None:
        twins = [(one, two) for one in columns for two in columns if two.name == f"{one.name}#2"]
        return twins[0] if twins else None
    found = [[column for column in columns if set(words_of(column.title).split()) & set(known)] for known in words]
    return (found[0][0], found[1][0]) if all(found) else None


def way_in(columns: list[Column]) -> Column | None:
    """A column of nothing but long and short, or buy and sell."""
    return next((one for one in columns if one.texts and all(words_of(text) in WAYS for text in one.words)), None)


def trades_of(sheet: Sheet, trip: RoundTrip, fee: bool) -> list[dict[str, Any]]:
    """The tables [[trade]]; an id of the row is of no trade, if it has two."""
    sheet.doubts.append(
        Doubt(
            "trade", "Each row is a position: its opening and its closing are two trades, the fee is with the second."
        )
    )
    places = [
        {"price": price.name, "timestamp": time.name, "external_id": "", **({"fee": ""} if fee and not second else {})}
        for second, (price, time) in enumerate(zip(trip.prices, trip.times, strict=True))
    ]
    if trip.way is None:
        return [{"side": side, "columns": where} for side, where in zip(("buy", "sell"), places, strict=True)]
    words: dict[str, list[str]] = {"buy": [], "sell": []}
    for word in trip.way.words:
        words[WAYS[words_of(word)]].append(word)
    return [
        {"when": {trip.way.name: known}, "side": turn, "columns": where}
        for side, known in words.items()
        for turn, where in zip((side, OTHER[side]), places, strict=True)
        if known
    ]


def ways(column: Column) -> dict[str, Any]:
    """The tables `side` and `left_out` for the words of a column of ways; an unknown word is refused by its name."""
    known: dict[str, list[str]] = {"buy": [], "sell": []}
    for word in column.words:
        if words_of(word) in WAYS:
            known[WAYS[words_of(word)]].append(word)
    left = [word for word, kind in column.classes.items() if kind == "left"]
    return {"side": known} | ({"left_out": {"words": left}} if left else {})
