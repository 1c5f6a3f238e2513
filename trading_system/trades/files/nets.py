"""Whether money that is divided to be a price holds the fee: prices are rounder in the right reading. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .choices import Sheet
from .columns import Column
from .products import Product

CENT = Decimal("0.01")
ENOUGH = Decimal("0.6")  # of the rows that have a fee


def told_net(sheet: Sheet, side: Column | None, product: Product | None, chosen: dict[str, Any]) -> dict[str, Any]:
    """The price of money that holds the fee; nothing if it does not, or if nothing shows it. Told in any case."""
    price = chosen.get("price")
    fees = [column for name in fee_columns(chosen.get("fee")) if (column := sheet.named(name))]
    if not (isinstance(price, dict) and "divide" in price and side and product and product.amount and fees):
        return {}
    rows = list(readings(side, product.quantity, product.amount, fees))
    gross, net = (sum(is_round(money[reading], quantity) for quantity, *money in rows) for reading in (0, 1))
    if net > gross and net >= ENOUGH * len(rows):
        names = " and ".join(column.name for column in fees)
        sheet.doubt("price", f"{product.amount.name} holds {names}: without it prices are round.", [product.amount])
        return {"price": price | {"net": True}}
    return {}


def fee_columns(fee: Any) -> list[str]:
    """The columns of a fee."""
    if isinstance(fee, dict):
        return [*fee.get("sum", ()), *([fee["column"]] if "column" in fee else [])]
    return [fee] if fee else []


def readings(
    side: Column, quantity: Column, amount: Column, fees: list[Column]
) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Of each trade with a fee its quantity, and the money as it stands and without the fee."""
    for row, (many, money) in enumerate(zip(quantity.numbers, amount.numbers, strict=True)):
        fee = sum((abs(column.numbers[row] or Decimal(0)) for column in fees), Decimal(0))
        kind = side.class_at(row)
        if many and money and fee and kind in ("buy", "sell"):
            yield abs(many), abs(money), abs(money) + (fee if kind == "sell" else -fee)


def is_round(money: Decimal, quantity: Decimal) -> bool:
    """Whether a price of whole cents makes this money, to half a cent."""
    return abs((money / quantity).quantize(CENT) * quantity - money) <= CENT / 2
