"""Rows of a simple layout as texts, many at once, where every value is certain. Pure.

A row of which anything is not certain is None here, and Layout.outcome, which is the one truth, says what it is. Whole
columns are looked up, in a fraction of the time that it takes row by row.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from itertools import repeat
from typing import Any

from rest.amounts import EXACT

from .convert import TRADE, Layout
from .days import Days
from .drafts import agree, side_of_sign
from .fields import Lookup, Memo, Number, Refused, Row, Sum, itself, text_of

AT_ONCE = 128  # rows
Texts = tuple[str, ...]  # in the order of selection.OWN_FIELDS
Columns = list[tuple[Any, ...]]
Read = Callable[[Columns], Iterable[Any]]  # a value of each row; None for one that is not certain


def is_simple(layout: Layout) -> bool:
    """Whether each row is one trade at most, and each of its values comes from a cell, or is a fee of several."""
    profile, part, drafter = layout.profile, layout.plain, layout.plain.drafter
    if profile.trade or profile.sentence or profile.fee_rows or profile.strict or drafter.divides or drafter.fee.money:
        return False
    stamp = drafter.stamp
    gets = (
        part.side, part.kind, stamp.day, stamp.time, stamp.zone, drafter.ticker, drafter.quantity, drafter.price,
        drafter.money, drafter.currency, drafter.money_in, drafter.fee_currency, drafter.external_id, drafter.note,
        drafter.account,
    )  # fmt: skip
    return all(isinstance(get, Lookup | None) for get in gets) and isinstance(drafter.fee.amount, Lookup | Sum | None)


class Batches:
    """The trades of the rows of a simple layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.by = layout, layout.profile.side.by
        part, drafter = layout.plain, layout.plain.drafter
        self.blank: Row = [""] * layout.width
        words = {get.place for get in (part.side, part.kind) if isinstance(get, Lookup)}
        self.words = sorted(words | set(layout.left_out_by)) or [0]
        self.meaning = Memo(self.meaning_of)
        self.quantity, self.price, self.money = map(reader, (drafter.quantity, drafter.price, drafter.money))
        self.fee = fee_reader(drafter.fee.amount, drafter.fee.signed)
        self.ticker = reader(drafter.ticker, lambda text: drafter.symbols.get(text, text) or None)
        code = drafter.code
        self.currency = reader(drafter.currency, lambda text: (code[text] if text else drafter.all_in) or None)
        self.money_in, self.fee_currency = (
            reader(get, lambda text: code[text]) if get else None for get in (drafter.money_in, drafter.fee_currency)
        )
        self.others = [reader(get) for get in (drafter.external_id, drafter.note, drafter.account)]
        self.time = time_reader(drafter.stamp)

    def texts(self, rows: list[Row]) -> list[Texts | None]:
        """The texts of each row's trade; None for a row that is none, or of which something is not certain."""
        columns = list(zip(*map(self.fitted, rows), strict=False))
        numbers, prices, fees = list(self.quantity(columns)), list(self.price(columns)), list(self.fee(columns))
        sides, currencies = self.sides(columns, numbers), list(self.currency(columns))
        quantities = [unsigned(*values, self.by) for values in zip(numbers, sides, strict=True)]
        prices = [price if price and price[0] != "-" else None for price in prices]
        prices = self.checked(columns, prices, quantities, fees, currencies)
        fields = (
            self.ticker(columns), prices, quantities, sides, self.time(columns), fees,
            *(read(columns) for read in self.others), currencies, self.fee_currencies(columns, fees),
        )  # fmt: skip
        return [None if None in texts else texts for texts in zip(*fields, strict=True)]

    def fitted(self, row: Row) -> Row:
        """A row with a cell for each column; a blank one, of which nothing is certain, for one of a wrong width."""
        width = self.layout.width
        if len(row) == width or (len(row) > width and not any(row[width:])):
            return row
        return [*row, *self.blank[len(row) :]] if self.layout.last < len(row) < width else self.blank

    def meaning_of(self, key: tuple[Any, ...]) -> str | None:
        """What a row with these cells at the places of `words` is: a side, TRADE if a sign says it, or None."""
        row = self.blank.copy()
        for place, cell in zip(self.words, key, strict=True):
            row[place] = cell
        try:
            found = None if self.layout.left_out(row) else self.layout.plain.meaning(row)[0]
        except Refused:
            return None
        return found if found in ("buy", "sell", TRADE) else None

    def sides(self, columns: Columns, quantities: list[str | None]) -> list[str | None]:
        """The side of each row."""
        keys = zip(*(columns[place] for place in self.words), strict=True)
        meanings = list(map(self.meaning.__getitem__, keys))
        if TRADE not in meanings:
            return meanings
        amounts = quantities if self.by == "quantity" else self.money(columns)
        return [
            (side_of_sign(self.by, amount or "") or None) if meaning == TRADE else meaning
            for meaning, amount in zip(meanings, amounts, strict=True)
        ]

    def checked(self, columns: Columns, prices: list[str | None], *others: list[str | None]) -> list[str | None]:
        """The prices that agree with the money of their trades."""
        if not self.layout.plain.drafter.money:
            return prices
        quantities, fees, currencies = others
        money_in = self.money_in(columns) if self.money_in else currencies
        found = zip(prices, quantities, fees, self.money(columns), currencies, money_in, strict=True)
        return [
            price
            if None not in (price, quantity, fee, money) and (currency != other or agree(money, quantity, price, fee))
            else None
            for price, quantity, fee, money, currency, other in found
        ]

    def fee_currencies(self, columns: Columns, fees: list[str | None]) -> Iterable[str | None]:
        """The currency of each fee that is not nothing."""
        if not self.fee_currency:
            return repeat("", len(fees))
        return [
            code if fee and fee.strip("0.-") else "" for code, fee in zip(self.fee_currency(columns), fees, strict=True)
        ]


def unsigned(quantity: str | None, side: str | None, by: str) -> str | None:
    """A quantity without its sign, which no buy has."""
    if not quantity or quantity[0] != "-":
        return quantity or None
    return quantity[1:] if side == "sell" or by == "amount" else None


def reader(get: Any, make: Callable[[Any], Any] | None = None) -> Read:
    """Reads the text of a field, out of which `make` makes another; empty texts without a column."""
    if get is None:
        return lambda columns: repeat(make("") if make else "", len(columns[0]))
    find, place = get.find, get.place
    if find is itself and not make:
        return lambda columns: columns[place]
    if make or not (find is text_of or type(get) is Number):
        find = Memo(certain(find, make)).__getitem__
    return lambda columns: map(find, columns[place])


def certain(find: Callable[[Any], Any], make: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """The same, but None for what is refused."""

    def found(cell: Any) -> Any:
        try:
            value = find(cell)
        except Refused:
            return None
        return make(value) if make and value is not None else value

    return found


def fee_reader(get: Any, signed: Callable[[str], str]) -> Read:
    """Reads fees, of a cell, or as the sum of several."""
    if not isinstance(get, Sum):
        return reader(get, signed)
    numbers = [(one.place, Memo(decimal_of(one.find)).__getitem__) for one in get.of]

    def read(columns: Columns) -> list[str | None]:
        with localcontext(EXACT):
            values = map(sum, zip(*(map(find, columns[place]) for place, find in numbers), strict=True))
            return [signed(f"{value:f}") if Decimal(value).is_finite() else None for value in values]

    return read


def decimal_of(find: Callable[[Any], str | None]) -> Callable[[Any], Decimal]:
    """The number of a cell, 0 of an empty one; NaN if it is none."""
    return lambda cell: Decimal("NaN" if (text := find(cell)) is None else text or 0)


def time_reader(stamp: Any) -> Read:
    """Reads instants."""
    days, day, time, zone = Days(stamp), reader(stamp.day), reader(stamp.time), reader(stamp.zone)
    return lambda columns: map(days.instant, day(columns), time(columns), zone(columns))
