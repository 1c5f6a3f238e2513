"""Rows that hold a whole position: two prices and two times, of which a profile makes two trades. Pure.

"Buy price" and "sell price" say their sides. Of "entry" and "exit" (or "open" and "close") a column of sides says which
way the first one goes. The fee, of which there is one, is booked with the second.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .choices import Doubt, Sheet, choose_ticker
from .columns import Column
from .kinds import class_of
from .money import choose_currency
from .products import Product
from .sums import choose_fee, tell_units
from .words import score_of, words_of

Pair = tuple[tuple[str, ...], tuple[str, ...]]
FIXED: Pair = (("buy", "bought"), ("sell", "sold"))
TURNS: Pair = (
    ("entry", "open", "opened", "opening", "einstieg", "einstiegskurs", "eroffnet", "eroffnung", "eroffnungskurs"),
    ("exit", "close", "closed", "closing", "ausstieg", "ausstiegskurs", "geschlossen", "schluss", "schlusskurs"),
)
PRICES = ("price", "rate", "kurs", "cours", "preis", "einstiegskurs", "ausstiegskurs", "eroffnungskurs", "schlusskurs")
WAYS = {"buy": "buy", "long": "buy", "b": "buy", "sell": "sell", "short": "sell", "s": "sell"}
PROFITS = {"profit", "pnl", "gewinn", "resultat", "result", "gain", "pl", "net"}
LEAST = Decimal("1.5")  # times that are no fee
OTHER = {"buy": "sell", "sell": "buy"}


@dataclass(frozen=True)
class RoundTrip:
    """The columns of both trades of a row; `way` says the side of the first if their names do not."""

    prices: tuple[Column, Column]
    times: tuple[Column, Column]
    way: Column | None


def round_trip_in(sheet: Sheet) -> RoundTrip | None:
    """Found only if prices and times are there in pairs, and a way if their names have none."""
    prices = [column for column in sheet.columns if column.is_number and is_price(column)]
    times = [column for column in sheet.columns if column.is_moment and not column.is_number]
    if (bought := pair_of(prices, FIXED)) and (when := pair_of(times, FIXED)):
        return RoundTrip(bought, when, None)
    turns, when = (pair_of(columns, TURNS) or twins_in(columns) for columns in (prices, times))
    turns = turns or (with_plain(prices) if when else None)
    way = way_in(sheet.columns)
    if turns and when and not way:
        sheet.doubt(
            "price", f"{turns[0].name} and {turns[1].name} are the prices of two trades: which way do they go?", turns
        )
        sheet.take(*turns, *(column for column in sheet.columns if score_of(column.title, "amount")))
    return RoundTrip(turns, when, way) if turns and when and way else None


def is_price(column: Column) -> bool:
    return any(word in words_of(column.title).split() for word in PRICES)


def pair_of(columns: list[Column], words: Pair) -> tuple[Column, Column] | None:
    """The first two columns that have a word of either list."""
    found = [[column for column in columns if set(words_of(column.title).split()) & set(known)] for known in words]
    return (found[0][0], found[1][0]) if all(found) else None


def with_plain(prices: list[Column]) -> tuple[Column, Column] | None:
    """The price of the closing, and before it one that is named no more than a price."""
    plain = [column for column in prices if words_of(column.title) in PRICES]
    closing = [column for column in prices if set(words_of(column.title).split()) & set(TURNS[1])]
    return (plain[0], closing[0]) if plain and closing else None


def twins_in(columns: list[Column]) -> tuple[Column, Column] | None:
    """Two of one name: the first is the opening."""
    twins = [(one, two) for one in columns for two in columns if two.name == f"{one.name}#2"]
    return twins[0] if twins else None


def way_of(word: str) -> str | None:
    """buy or sell, of the first of two trades."""
    said = WAYS.get(words_of(word)) or class_of(word)
    return said if said in OTHER else None


def way_in(columns: list[Column]) -> Column | None:
    """A column of nothing but long and short, or buy and sell."""
    return next((one for one in columns if one.texts and all(way_of(text) for text in one.words)), None)


def parts_of_positions(sheet: Sheet, all_rows: Sheet, trip: RoundTrip) -> dict[str, Any]:
    """The parts of a profile."""
    sheet.take(*trip.prices, *trip.times, trip.way)
    quantities = [column for _, column in sheet.numbers("quantity")]
    product = Product(quantities[0], trip.prices[0], None) if quantities else None
    sheet.take(*quantities[:1])
    if product:
        tell_units(sheet, product)
        tell_multiplier(sheet, trip, product.quantity)
    ticker = choose_ticker(sheet, [])
    chosen = {"timestamp": trip.times[0].name, "ticker": ticker, "currency": choose_currency(sheet, product, ticker)}
    chosen |= {"quantity": product and product.quantity.name, "price": trip.prices[0].name} | choose_fee(sheet)
    sides: dict[str, Any] = {}
    if trip.way and (way := all_rows.named(trip.way.name)):
        chosen["side"], sides = way.name, ways(way)
    trades = trades_of(sheet, trip, bool(chosen.get("fee")))
    return {"columns": {name: where for name, where in chosen.items() if where}, **sides, "trade": trades}


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
        words[way_of(word) or ""].append(word)
    return [
        {"when": {trip.way.name: known}, "side": turn, "columns": where}
        for side, known in words.items()
        for turn, where in zip((side, OTHER[side]), places, strict=True)
        if known
    ]


def tell_multiplier(sheet: Sheet, trip: RoundTrip, quantity: Column) -> None:
    """A doubt, if profits are a multiple of quantity x difference of prices, as those of futures are."""
    rows = zip(quantity.numbers, trip.prices[0].numbers, trip.prices[1].numbers, strict=True)
    moves = [abs(q * (one - two)) if q and one and two else None for q, one, two in rows]
    for column in sheet.columns:
        if not (column.is_number and set(words_of(column.title).split()) & PROFITS):
            continue
        said = [abs(profit) / move for profit, move in zip(column.numbers, moves, strict=True) if profit and move]
        if said and sorted(said)[len(said) // 2] > LEAST:
            times = sorted(said)[len(said) // 2].quantize(Decimal(1))
            message = f"{column.name} is about {times} x {quantity.name} x difference of prices"
            sheet.doubt("quantity", f"{message}: is it in contracts or lots of more than one piece?", [quantity])
            return


def ways(column: Column) -> dict[str, Any]:
    """The tables `side` and `left_out` for the words of a column of ways; an unknown word is refused by its name."""
    known: dict[str, list[str]] = {"buy": [], "sell": []}
    for word in column.words:
        if way := way_of(word):
            known[way].append(word)
    left = [word for word, kind in column.classes.items() if kind == "left"]
    return {"side": known} | ({"left_out": {"words": left}} if left else {})
