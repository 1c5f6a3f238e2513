"""Fees that are rows of their own: those of an order are booked with its oldest fill. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal

from rest.amounts import EXACT

from .cells import Cell, Malformed, Table
from .drafts import Draft
from .layout import Layout
from .lookups import text_of
from .parts import words
from .profile import FeeRows

MAX_FEE_ROWS = 100_000  # orders whose fees are rows of their own


@dataclass
class Fees:
    """The fees of an order, and the line of the fill that they are booked with."""

    total: Decimal = Decimal(0)
    currency: str = ""
    line: int = 0
    rows: list[int] = field(default_factory=list)


class OrderFees:
    """The fees of each order of a table."""

    def __init__(self, layout: Layout, said: FeeRows, table: Table, newest_first: bool) -> None:
        fields, is_fee = layout.fields, words((word, word) for word in said.words)
        self.key, column = fields.needed(said.key), fields.needed(said.column)
        amount, currency = fields.number(said.amount, "fee"), fields.text(said.currency, "fee_currency")
        self.found: dict[str, Fees] = {}
        for line, cells in table:
            if max(column, self.key) >= len(cells) or not (name := text_of(cells[self.key])):
                continue
            if len(self.found) > MAX_FEE_ROWS:
                raise Malformed(line, f"More than {MAX_FEE_ROWS} orders.")
            fees = self.found.setdefault(name, Fees())
            if is_fee(text_of(cells[column])) and amount:
                fees.total = EXACT.subtract(fees.total, Decimal(amount(cells) or 0))  # what is taken is below zero
                fees.currency = currency(cells) if currency else ""
                fees.rows.append(line)
            elif isinstance(layout.outcome(cells), list) and (newest_first or not fees.line):
                fees.line = line

    def charge(self, line: int, cells: list[Cell], drafts: list[Draft]) -> None:
        """Book the fees of an order with its oldest fill."""
        fees = self.found.get(text_of(cells[self.key]))
        if fees and fees.line == line and fees.rows:
            drafts[0].fee, drafts[0].fee_currency = f"{fees.total:f}", fees.currency
