"""Money in two columns, one of what was paid and one of what was got: which one is filled says the side. Pure."""

from decimal import Decimal
from typing import Any

from .choices import Sheet
from .columns import Column
from .products import FEE, Product
from .sums import choose_fee
from .words import words_of

PAID = {"debit", "debits", "soll", "paid out", "money out", "debito", "dare"}
GOT = {"credit", "credits", "haben", "paid in", "money in", "credito", "avere"}
ENOUGH = 0.6  # of the rows
MOST_BLANKS = 3  # texts that stand for nothing


def cash_in(sheet: Sheet) -> tuple[Column, Column] | None:
    """What was paid and what was got, if no row has both."""
    paid, got = (
        next((column for column in sheet.columns if words_of(column.title) in known), None) for known in (PAID, GOT)
    )
    if not (paid and got) or any(one and two for one, two in zip(paid.numbers, got.numbers, strict=True)):
        return None
    return paid, got


def fee_beside_cash(sheet: Sheet, cash: tuple[Column, Column]) -> dict[str, Any]:
    """The column of fees, if there is one."""
    if sheet.ranked("fee", lambda column: column.is_number):
        return choose_fee(sheet)
    message = f"No column has fees: they are what {cash[0].name} and {cash[1].name} differ from quantity x price."
    sheet.doubt("fee", message, cash)
    return {}


def trades_in_cash(cash: tuple[Column, Column], product: Product | None, says_side: bool, fee: bool) -> list[Any]:
    """The tables [[trade]] for buys and sells; the fee is what the money differs, if no column has it."""
    trades: list[dict[str, Any]] = []
    paid, got = cash
    for side, money, other in (("buy", paid, got), ("sell", got, paid)):
        blanks = sorted({str(other.cells[row]).strip() for row, number in enumerate(money.numbers) if number})
        if len(blanks) > MOST_BLANKS:
            return []
        columns = {"fee": {"difference": money.name}} if not fee and is_near(product, money) else {}
        trades.append({"when": {other.name: blanks}, "columns": columns} | ({} if says_side else {"side": side}))
    return trades


def is_near(product: Product | None, money: Column) -> bool:
    """Whether it is quantity x price in most rows, but for a fee; where a text holds both, it is taken to be so."""
    if not product or not product.price:
        return not product
    rows = zip(product.quantity.numbers, product.price.numbers, money.numbers, strict=True)
    said = [(abs(q * p), abs(m)) for q, p, m in rows if q and p and m]
    near = sum(abs(value - paid) <= max(value * FEE, Decimal(20)) for value, paid in said)
    return near >= ENOUGH * len(said)
