"""Rows of a simple layout as texts, many at once, where every value is certain. Pure.

A row of which anything is not certain is None here: Layout.outcome, which is the one truth, says what it is.
"""

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from .column_readers import Columns, fee_reader, number_reader, reader, time_reader
from .drafts import agree, side_of_sign
from .layout import Layout
from .lookups import Agreed, Lookup, Memo, Refused, Row, Sum
from .profile import Sides
from .row_parts import TRADE

AT_ONCE = 128  # rows
Texts = tuple[str, ...]  # in the order of selection.OWN_FIELDS
Column = list[str | None]


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
    return all(isinstance(get, Lookup | Agreed | None) for get in gets) and isinstance(
        drafter.fee.amount, Lookup | Sum | None
    )


class Batches:
    """The trades of the rows of a simple layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.sides_by = layout, layout.profile.side
        part, drafter, decimal = layout.plain, layout.plain.drafter, layout.fields.decimal
        self.blank: Row = [""] * layout.width
        words = {get.place for get in (part.side, part.kind) if isinstance(get, Lookup)}
        self.words = sorted(words | set(layout.left_out_by)) or [0]
        self.meanings = Memo(self.meaning_of)
        self.quantity, self.price = number_reader(drafter.quantity, decimal), number_reader(drafter.price, decimal)
        self.money = number_reader(drafter.money, decimal) if drafter.money else None
        self.fee = fee_reader(drafter.fee)
        code, symbols = drafter.code, drafter.symbols
        self.ticker = reader(drafter.ticker, lambda text: symbols.get(text, text) or None)
        self.currency = reader(drafter.currency, lambda text: (code[text] if text else drafter.all_in) or None)
        self.money_in, self.fee_currency = (
            reader(get, lambda text: code[text]) if get else None for get in (drafter.money_in, drafter.fee_currency)
        )
        self.others = [reader(get) for get in (drafter.external_id, drafter.note, drafter.account)]
        self.time = time_reader(drafter.stamp)

    def texts(self, rows: list[Row]) -> list[Texts | None]:
        """The texts of each row's trade; None for a row that is none, or of which something is not certain."""
        columns: Columns = list(zip(*map(self.fitted, rows), strict=False))
        numbers, fees, currencies = list(self.quantity(columns)), list(self.fee(columns)), list(self.currency(columns))
        sides = self.sides(columns, numbers)
        quantities = [unsigned(number, side, self.sides_by) for number, side in zip(numbers, sides, strict=True)]
        prices = [price if price and price[0] != "-" else None for price in self.price(columns)]
        fields = (
            self.ticker(columns), self.checked(columns, prices, quantities, fees, currencies), quantities, sides,
            self.time(columns), fees, *(read(columns) for read in self.others), currencies,
            self.fee_currencies(columns, fees),
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

    def sides(self, columns: Columns, quantities: Column) -> Column:
        """The side of each trade."""
        keys = zip(*(columns[place] for place in self.words), strict=True)
        meanings = list(map(self.meanings.__getitem__, keys))
        if TRADE not in meanings:
            return meanings
        amounts = quantities if self.sides_by.by == "quantity" else self.money(columns) if self.money else repeat("")
        return [
            (side_of_sign(self.sides_by.by, amount or "") or None) if meaning == TRADE else meaning
            for meaning, amount in zip(meanings, amounts, strict=False)
        ]

    def checked(self, columns: Columns, prices: Column, quantities: Column, fees: Column, currencies: Column) -> Column:
        """The prices that agree with the money of their trades, where both are in one currency."""
        if not self.money:
            return prices
        money_in = self.money_in(columns) if self.money_in else currencies
        rows = zip(self.money(columns), quantities, prices, fees, currencies, money_in, strict=True)
        return [
            price if money is not None and quantity and price and fee is not None
            and (currency != other or agree(money, quantity, price, fee)) else None
            for money, quantity, price, fee, currency, other in rows
        ]  # fmt: skip

    def fee_currencies(self, columns: Columns, fees: Column) -> Iterable[str | None]:
        """The currency of each fee that is not nothing."""
        if not self.fee_currency:
            return repeat("", len(fees))
        codes = self.fee_currency(columns)
        return [code if fee and fee.strip("0.-") else "" for code, fee in zip(codes, fees, strict=True)]


def unsigned(quantity: str | None, side: str | None, said: Sides) -> str | None:
    """A quantity without its sign, which that of a buy has only where money tells the side."""
    if not quantity or quantity[0] != "-":
        return None if side == "sell" and said.sold else quantity or None
    return quantity[1:] if side == "sell" or said.by == "amount" else None
