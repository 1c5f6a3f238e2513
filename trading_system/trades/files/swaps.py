"""Rows of what was given and what was got for it, each with its currency: a buy, a sell, or a coin for another. Pure.

Money that is given buys, money that is got is for what was sold; a coin that is got for another one is bought with it.
Which currencies are money is told, and so is each side by the currencies of the rows.
"""

from dataclasses import dataclass
from typing import Any

from babel.numbers import list_currencies

from .choices import Sheet, choose_id, choose_time, zone_in_names
from .columns import Column
from .sums import choose_fee
from .words import words_of

GIVEN = {"sent amount", "sent quantity", "outgoing amount", "sell", "sell amount", "sold amount", "from amount"}
GOT = {"received amount", "received quantity", "incoming amount", "buy", "buy amount", "bought amount", "to amount"}
MONEY = {*list_currencies(), "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "DAI", "PYUSD"}


@dataclass(frozen=True)
class Swap:
    """The columns of both halves: an amount, and what it is of."""

    given: tuple[Column, Column]
    got: tuple[Column, Column]


def swap_in(sheet: Sheet) -> Swap | None:
    """Found only if both amounts have a currency beside them, and some rows have both."""
    got = amount_in(sheet, GOT)
    given = amount_in(sheet, {"amount"} if got and words_of(got.title) == "to amount" else GIVEN)
    if not (got and given) or not any(one and two for one, two in zip(given.numbers, got.numbers, strict=True)):
        return None
    found = [(given, got, beside(sheet, given, step), beside(sheet, got, step)) for step in (1, -1)]
    swaps = [
        Swap((given, paid_in), (got, got_in))
        for given, got, paid_in, got_in in found
        if paid_in and got_in and paid_in is not got_in
    ]
    return max(swaps, key=words_shared, default=None)  # the first of those that are alike: right of the amounts


def amount_in(sheet: Sheet, names: set[str]) -> Column | None:
    """The first column of numbers that has one of these names."""
    numbers = (column for column in sheet.columns if column.filled and column.is_number)
    return next((column for column in numbers if words_of(column.title) in names), None)


def beside(sheet: Sheet, amount: Column, step: int) -> Column | None:
    """The coins that stand a step right of an amount."""
    place = sheet.columns.index(amount) + step
    return sheet.columns[place] if 0 <= place < len(sheet.columns) and sheet.columns[place].is_coin else None


def words_shared(swap: Swap) -> int:
    """How many words amounts have in common with the coins beside them, as "received amount, received currency"."""
    halves = (swap.given, swap.got)
    return sum(len({*words_of(one.title).split()} & {*words_of(two.title).split()}) for one, two in halves)


def parts_of(sheet: Sheet, swap: Swap) -> dict[str, Any]:
    """The parts of a profile."""
    (paid, paid_in), (got, got_in) = swap.given, swap.got
    sheet.take(paid, paid_in, got, got_in)
    columns: dict[str, Any] = choose_time(sheet)
    zone = zone_in_names(columns)
    columns |= {"ticker": got_in.name, "quantity": got.name, "price": {"divide": paid.name}, "currency": paid_in.name}
    columns |= choose_fee(sheet)
    identity = choose_id(sheet)
    kinds = [column.name for _, column in sheet.ranked("side", lambda column: bool(column.texts))]
    columns |= {"external_id": identity and identity.name, "kind": next(iter(kinds), None)}
    sheet.doubt(
        "price", f"Prices are {paid.name} divided by {got.name}, or the other way round for sells.", [paid, got]
    )
    return {
        **zone,
        "columns": {name: where for name, where in columns.items() if where},
        "left_out": {"empty": [paid.name, got.name]},
        "trade": trades_of(sheet, swap),
    }


def trades_of(sheet: Sheet, swap: Swap) -> list[dict[str, Any]]:
    """The tables [[trade]], by the currencies of both halves."""
    (paid, paid_in), (got, got_in) = swap.given, swap.got
    money, coins = (sorted(word for word in paid_in.words if (word in MONEY) is is_money) for is_money in (True, False))
    for_money, for_coins = (
        sorted(word for word in got_in.words if (word in MONEY) is is_money) for is_money in (True, False)
    )
    told = ", ".join(sorted({*money, *for_money}))
    sheet.doubt("trade", f"Money is {told or 'in no row'}: what is given for it is sold, what is got for it is bought.")
    sold = {"ticker": paid_in.name, "quantity": paid.name, "price": {"divide": got.name}, "currency": got_in.name}
    found: list[dict[str, Any]] = [
        {"when": {paid_in.name: money}, "side": "buy"},
        {"when": {paid_in.name: coins, got_in.name: for_money}, "side": "sell", "columns": sold},
        {"when": {paid_in.name: coins, got_in.name: for_coins}, "side": "buy"},
    ]
    return [trade for trade in found if all(trade["when"].values())]
