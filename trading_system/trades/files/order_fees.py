"""Fees that are rows of their own: they are booked with the oldest fill of their order, or told. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from rest.amounts import EXACT

from .cells import Cell, Malformed, Table
from .drafts import Left
from .layout import Layout, Outcome
from .lookups import Refused, text_of
from .parts import words

MAX_FEE_ROWS = 100_000  # of fees that are rows of their own
MAX_LINES = 5  # that an error names
LOST = "fees without a trade in the file"  # the kind of rows of such fees


@dataclass
class Fees:
    """The fees of an order, and the line of the fill that they are booked with."""

    total: Decimal = Decimal(0)
    currencies: set[str] = field(default_factory=set)
    line: int = 0
    rows: dict[int, None] = field(default_factory=dict)  # the lines of the fees


class OrderFees:
    """The fees of a table's orders, each with the line of the oldest fill. `table` opens the rows, each time anew."""

    def __init__(self, layout: Layout, table: Callable[[], Table], newest_first: bool) -> None:
        assert layout.profile.fee_rows
        self.layout, self.table, self.said = layout, table, layout.profile.fee_rows
        self.found = self.collected(newest_first)

    def collected(self, newest_first: bool) -> dict[str, Fees]:
        """The fees of each order, with the line of its oldest fill."""
        said = self.said
        fields, is_fee = self.layout.fields, words((word, word) for word in said.words)
        column, key = fields.needed(said.column), fields.needed(said.key)
        amount, currency = fields.number(said.amount, "fee"), fields.text(said.currency, "fee_currency")
        found: dict[str, Fees] = {}
        for line, cells in self.table():
            name = text_of(cells[key]) if key < len(cells) else ""
            costs = column < len(cells) and is_fee(text_of(cells[column]))
            if not (name or costs):
                continue
            cells = [*cells, *[""] * (self.layout.width - len(cells))]
            if len(found) > MAX_FEE_ROWS:
                raise Malformed(line, f"More than {MAX_FEE_ROWS} orders.")
            fees = found.setdefault(name, Fees())
            if costs and amount:
                cost = Decimal(amount(cells) or 0)
                fees.total = EXACT.subtract(fees.total, cost)  # money that is taken is below zero
                fees.currencies.add(currency(cells) if currency else "")
                fees.rows[line] = None
            elif name and isinstance(self.layout.outcome(cells), list) and (newest_first or not fees.line):
                fees.line = line
        return found

    def charged(self, line: int, cells: list[Cell], outcome: Outcome) -> Outcome:
        """The same, with the fees of an order at its oldest fill; a fee of which the file has no fill is told apart."""
        said = self.said
        key = text_of(cells[place]) if (place := self.layout.fields.needed(said.key)) < len(cells) else ""
        fees = self.found.get(key)
        if isinstance(outcome, Left) and fees and line in fees.rows and not fees.line:
            return Left(LOST)
        if not (isinstance(outcome, list) and fees and fees.line == line and fees.rows):
            return outcome
        if len(fees.currencies) > 1:
            lines = ", ".join(map(str, islice(fees.rows, MAX_LINES)))
            return Refused("fee", f"Its fees are in {' and '.join(sorted(fees.currencies))} (lines {lines}).")
        outcome[0].fee, outcome[0].fee_currency = f"{fees.total:f}", next(iter(fees.currencies))
        return outcome
