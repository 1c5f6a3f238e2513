"""Money in two columns, one of what was paid and one of what was got: which one is filled says the side. Pure."""

from typing import Any

from .choices import Sheet
from .columns import Column
from .sums import choose_fee
from .words import words_of

PAID = {"debit", "debits", "soll", "paid out", "money out", "debito", "dare"}
GOT = {"credit", "credits", "haben", "paid in", "money in", "credito", "avere"}
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
    """The column of fees; without one they are what the money differs from quantity x price."""
    if sheet.numbers("fee"):
        return choose_fee(sheet)
    message = f"No column has fees: they are what {cash[0].name} and {cash[1].name} differ from quantity x price."
    sheet.doubt("fee", f"{message} Rows that differ by more are refused.", cash)
    return {}


def trades_in_cash(cash: tuple[Column, Column], says_side: bool, fee: bool) -> list[Any]:
    """The tables [[trade]] for buys and sells; the fee is what the money differs, if no column has it."""
    trades: list[dict[str, Any]] = []
    paid, got = cash
    for side, money, other in (("buy", paid, got), ("sell", got, paid)):
        blanks = sorted({str(other.cells[row]).strip() for row, number in enumerate(money.numbers) if number})
        if len(blanks) > MOST_BLANKS:
            return []
        columns: dict[str, Any] = {"amount": money.name} if fee else {"fee": {"difference": money.name}}
        trades.append({"when": {other.name: blanks}, "columns": columns} | ({} if says_side else {"side": side}))
    return trades
