"""Which columns are quantity, price and amount: those of which two multiplied give the third. Pure.

It is the surest sign there is: words such as "Value" and "Rate" mean many things, numbers that agree do not.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from .columns import Column
from .words import score_of

TESTED = 40  # rows
NUMERIC = 24  # columns, the first ones
ENOUGH = 0.6  # of the rows
FEE = Decimal("0.02")  # of an amount: what may be missing where it is net of fees
FACTORS = (Decimal(1), Decimal(100), Decimal(10), Decimal(50), Decimal(1000), Decimal(5), Decimal(20), Decimal("0.01"))


@dataclass(frozen=True)
class Product:
    """amount = factor x quantity x price in most rows, but for rounding and fees."""

    quantity: Column
    price: Column | None  # none: the amount is divided
    amount: Column | None
    score: float = 0.0
    exact: bool = False  # all rows agree without fees
    checks: bool = False  # the amount can be checked: all rows agree, or it shows which of them have a multiplier
    factors: tuple[tuple[Decimal, int], ...] = ()  # with the number of rows of each, the most frequent first


def decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def factor_of(quantity: Decimal, price: Decimal, amount: Decimal, share: Decimal) -> Decimal | None:
    """By what quantity x price is multiplied to be the amount, but for rounding and this share of it."""
    product = abs(quantity * price)
    half = Decimal(1).scaleb(-decimals(amount)) + abs(quantity).scaleb(-decimals(price)) / 2
    for factor in FACTORS:
        expected = product * factor
        if abs(expected - abs(amount)) <= max(min(half, expected / 200), expected * share):
            return factor
    return None


def tested(quantity: Column, price: Column, amount: Column) -> list[tuple[Decimal, Decimal, Decimal]]:
    """The rows that say something: all three are there, and it is no product by one."""
    rows = zip(quantity.numbers, price.numbers, amount.numbers, strict=True)
    said = [(q, p, a) for q, p, a in rows if q and p and a]
    return [(q, p, a) for q, p, a in said if (abs(q) != 1 and abs(p) != 1) or abs(q * p) != abs(a)][:TESTED]


def product_of(quantity: Column, price: Column, amount: Column) -> Product | None:
    """What the three columns are if they agree."""
    rows = tested(quantity, price, amount)
    exactly, nearly = ([factor_of(*row, share) for row in rows] for share in (Decimal(0), FEE))
    factors = Counter(factor for factor in nearly if factor is not None)
    agreed = sum(factor is not None for factor in exactly)
    if not rows or factors.total() < ENOUGH * len(rows):
        return None
    words = score_of(quantity.title, "quantity") + score_of(price.title, "price") + score_of(amount.title, "amount")
    sure = (agreed + factors.total()) / len(rows) * (1 if len(rows) > 1 else 0.5)
    usual = 0.0 if factors.most_common(1)[0][0] == 1 else 0.5
    plain = set(factors) == {Decimal(1)}
    exact, checks = plain and agreed == len(rows), not plain or factors.total() == len(rows)
    return Product(quantity, price, amount, words + sure - usual, exact, checks, tuple(factors.most_common()))


def best_product(columns: list[Column]) -> Product | None:
    """The three columns that agree best, by their numbers and their names."""
    numeric = [column for column in columns if column.is_number and any(column.numbers)][:NUMERIC]
    some = [
        column for column in numeric if any(score_of(column.title, field) for field in ("quantity", "price", "amount"))
    ]
    threes = (three for three in permutations(some, 3) if named_so(*three[:2]) and score_of(three[2].title, "amount"))
    found = [product for three in threes if (product := product_of(*three))]
    return max(found, key=lambda product: product.score, default=None)


def named_so(quantity: Column, price: Column) -> bool:
    """Numbers do not tell one from the other: are their names these, rather than the other way round?"""
    as_said = score_of(quantity.title, "quantity") + score_of(price.title, "price")
    return as_said > score_of(price.title, "quantity") + score_of(quantity.title, "price")
