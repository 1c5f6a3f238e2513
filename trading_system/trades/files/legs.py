"""Exchanges that write a trade as two rows, one for each of its coins: those of the coin that is traded are booked.

Such rows have one time and one pair, opposite sides, and the quantity of one is the quantity x price of the other.
"""

from decimal import Decimal

from .choices import Sheet, is_pair
from .columns import Column
from .parts import split

ENOUGH = 0.8  # of the rows
NEAR = Decimal("0.005")  # of the money
MOST = 2_000  # pairs of rows that are compared


def only_one_leg(sheet: Sheet, side: Column | None) -> dict[str, list[str]]:
    """The column that tells both rows of a trade apart, with its words for the coin; none if rows are whole trades."""
    pair = next((column for column in sheet.columns if column.texts and is_pair(column)), None)
    quantities = sheet.numbers("quantity")
    prices = sheet.numbers("price")
    time = next((column for column in sheet.columns if column.is_moment and not column.is_number), None)
    if not (side and pair and quantities and prices and time):
        return {}
    legs = legs_of([time, pair], side, quantities[0][1], prices[0][1])
    if len(legs) * 2 < ENOUGH * len(side.cells):
        return {}
    column = next((column for column in sheet.columns if tells_apart(column, pair, legs)), None)
    if column is None:
        sheet.doubt("only", "Each trade stands in two rows, one for each coin: which column tells them apart?")
        return {}
    coins = sorted({str(column.cells[coin]).strip() for coin, _ in legs})
    message = f"Each trade stands in two rows: those with {', '.join(coins)} in {column.name} are booked."
    sheet.doubt("only", f"{message} Fees in the others are not.", [column])
    return {column.name: coins}


def legs_of(keys: list[Column], side: Column, quantity: Column, price: Column) -> list[tuple[int, int]]:
    """The rows of each trade: that of the coin, and that of its money."""
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in range(len(side.cells)):
        rows.setdefault(tuple(str(key.cells[row]) for key in keys), []).append(row)
    both = [(one, two) for same in rows.values() for one in same for two in same if one != two][:MOST]
    return [
        (one, two)
        for one, two in both
        if {side.class_at(one), side.class_at(two)} == {"buy", "sell"} and is_money(quantity, price, one, two)
    ]


def is_money(quantity: Column, price: Column, one: int, two: int) -> bool:
    """Whether the quantity of the second row is the money of the first."""
    many, each, money = quantity.numbers[one], price.numbers[one], quantity.numbers[two]
    if not (many and each and money) or each == 1:
        return False
    return abs(abs(money) - abs(many * each)) <= abs(many * each) * NEAR


def tells_apart(column: Column, pair: Column, legs: list[tuple[int, int]]) -> bool:
    """Whether it has the coin of the pair in one row of each trade, and the pair's money in the other."""
    halves = [split(str(pair.cells[coin]).strip()) for coin, _ in legs]
    found = [tuple(str(column.cells[row]).strip() for row in leg) for leg in legs]
    coins, money = {coin for coin, _ in halves}, {money for _, money in halves}
    return found == halves and not coins & money
