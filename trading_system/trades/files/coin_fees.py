"""Exchanges that take the fee of a buy from the coin that is bought, and do not say so. Pure.

It shows where buys and sells are charged the same share: of the quantity in buys, of the money in sells.
"""

from decimal import Decimal
from typing import Any

from .choices import Sheet
from .columns import Column
from .products import Product

MOST = Decimal("0.02")  # of a trade: what a fee is at most
ALIKE = 5  # times that shares of one exchange differ
APART = 50  # times that a share of the money differs from one of the quantity


def fees_in_coins(sheet: Sheet, side: Column | None, product: Product | None, chosen: dict[str, Any]) -> list[Any]:
    """The table [[trade]] of buys, whose fees are in what is bought; none if nothing shows that."""
    ticker, fee = chosen.get("ticker"), chosen.get("fee")
    column = sheet.named(fee)
    if not (side and product and product.price and column and isinstance(ticker, dict) and "pair" in ticker):
        return []
    if chosen.get("fee_currency") or not taken_from_coins(side, product, product.price, column):
        return []
    words = [word for word, kind in side.classes.items() if kind == "buy"]
    sheet.doubt(
        "fee_currency", f"{fee}: that of a buy is in what is bought, as its share of the quantity tells.", [column]
    )
    return [{"when": {side.name: words}, "columns": {"fee_currency": ticker}}]


def taken_from_coins(side: Column, product: Product, price: Column, fee: Column) -> bool:
    """Whether fees of buys are such a share of the quantity as those of sells are of the money, if there are sells."""
    rows = list(zip(product.quantity.numbers, price.numbers, fee.numbers, strict=True))
    said = [(side.class_at(row), abs(q), abs(p), abs(f)) for row, (q, p, f) in enumerate(rows) if q and p and f]
    buys = [(f / q, f / (q * p)) for kind, q, p, f in said if kind == "buy"]
    sells = [f / (q * p) for kind, q, p, f in said if kind == "sell"]
    if not buys or not sells or any(share > MOST for share, _ in buys):
        return False
    usual = sorted(sells)[len(sells) // 2]
    return all(
        max(share, usual) <= ALIKE * min(share, usual) and max(other, usual) >= APART * min(other, usual)
        for share, other in buys
    )
