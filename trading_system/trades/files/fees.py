"""What a trade cost, from the columns of its row. Pure."""

from decimal import ROUND_HALF_EVEN, Decimal

from rest.amounts import EXACT

from .fields import DIVIDING, Fields
from .lookups import Refused, Row
from .profile import Source, Where

CENT = Decimal("0.01")
# What a fee that no column has is at most: a share of the trade; or as much, but no more than the trade.
MOST, LEAST = Decimal("0.1"), Decimal(50)
REBATE = Decimal("0.01")  # of the trade
QUESTION = "Is it in another currency, or a contract more than one piece?"


class FeeReader:
    """Reads the fee of rows: above zero for a cost, below zero for a rebate; an empty text if there is none."""

    def __init__(self, fields: Fields, where: Where | None) -> None:
        source = where if isinstance(where, Source) else Source()
        self.cost = source.cost
        self.money = fields.number(source.difference, "fee") if source.difference else None
        self.rate = fields.number(source.rate, "fee") if source.rate else None
        self.amount = None if self.money else fields.amount(where, "fee")

    def of(self, row: Row, side: str, quantity: str, price: str) -> str:
        """The fee of a trade of this side, quantity and price."""
        if self.money:
            return self.difference(row, side, Decimal(quantity), Decimal(price))
        return self.signed(self.amount(row) if self.amount else "")

    def signed(self, text: str) -> str:
        """A fee that the file writes so."""
        if self.cost == "positive" or not text.strip("0.-"):
            return text
        if self.cost == "unsigned":
            return text.removeprefix("-")
        return text[1:] if text.startswith("-") else f"-{text}"

    def difference(self, row: Row, side: str, quantity: Decimal, price: Decimal) -> str:
        """What the money that was paid is more than the trade, or what was got is less; to a cent, as money is."""
        assert self.money
        text, rate = self.money(row), (self.rate(row) if self.rate else "") or "1"
        if not text or not rate.strip("0.-"):
            raise Refused("fee", "The row does not say what was paid.")
        money = DIVIDING.divide(abs(Decimal(text)), Decimal(rate))
        value = EXACT.multiply(quantity, price)
        cost = money - value if side == "buy" else value - money
        if cost > max(value * MOST, min(value, LEAST)) or cost < -(value * REBATE + CENT):
            raise Refused("fee", f"{text} is not {quantity} x {price} with a fee. {QUESTION}")
        return f"{cost.quantize(CENT, ROUND_HALF_EVEN, DIVIDING):f}"
