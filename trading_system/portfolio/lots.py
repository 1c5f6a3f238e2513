"""Lots: which units a trade disposes of, what they had cost, and what is still held. Pure: fractions in, fractions out.

A trade of the side that is held, or of any side while nothing is held, opens a lot. A trade of the other side closes
lots, in the order of the method, and opens one with what it has left after the last of them. The methods, as tax
offices and brokers name them:

    fifo     the lot that was opened first (IRS Publication 550, "Identifying stocks or bonds sold")
    lifo     the lot that was opened last
    hifo     the lot with the highest price; of equal ones the one that was opened first
    average  all that is held is one lot at its average cost (HMRC's section 104 holding, manual CG51575)

A part of a lot has its share of the lot's value and of its fee. What is left of them is rounded, half away from zero,
where it has no end as a decimal, and the part that was taken is the rest: all parts add up to the lot exactly.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any

VALUE_DECIMALS, FEE_DECIMALS = 48, 18  # of a share
NOTHING = Fraction(0)
FINE = 10**18  # what prices are told apart by, before they are compared as fractions

Key = Callable[["Part", int], Any]  # of a lot and its number: the one with the least is closed first


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade: units bought, or below zero, sold; their value has the same sign."""

    id: int
    timestamp: datetime
    quantity: Fraction
    value: Fraction
    fee: Fraction


@dataclass(frozen=True, slots=True)
class ClosedLot:
    """Units that `opened_by` brought and `closed_by` took away; below zero, units that were sold short.

    `basis` is what was paid for them and `proceeds` what was received, `fees` their share of both trades' fees. With
    `average`, no single trade brought them: `opened_by` is None.
    """

    opened_by: Fill | None
    closed_by: Fill
    quantity: Fraction
    basis: Fraction
    proceeds: Fraction
    fees: Fraction

    @property
    def profit(self) -> Fraction:
        """Before fees."""
        return self.proceeds - self.basis


def share(amount: Fraction, part: Fraction, whole: Fraction, decimals: int) -> Fraction:
    """amount * part / whole with at most so many decimals; half away from zero, as PostgreSQL rounds.

    In whole numbers: fractions between would take most of the time.
    """
    number = amount.numerator * part.numerator * whole.denominator
    divisor = amount.denominator * part.denominator * whole.numerator
    scale = 10**decimals
    units = (2 * abs(number) * scale + abs(divisor)) // (2 * abs(divisor))
    return Fraction(units if (number > 0) is (divisor > 0) else -units, scale)


class Part:
    """What is left of a fill: `quantity`, `value` and `fee`, of which `keep` keeps a share."""

    __slots__ = ("fee", "fill", "quantity", "value", "whole")

    def __init__(self, fill: Fill) -> None:
        self.fill: Fill | None = fill
        self.quantity, self.value, self.fee = self.whole = fill.quantity, fill.value, fill.fee

    def keep(self, quantity: Fraction) -> tuple[Fraction, Fraction]:
        """Keep so many of the units, or none; return the value and the fee of the others."""
        value, fee = self.value, self.fee
        self.quantity = quantity
        if not quantity:  # nor anything of the rest
            self.value = self.fee = quantity
            return value, fee
        self.value = share(self.whole[1], quantity, self.whole[0], VALUE_DECIMALS)
        self.fee = share(self.whole[2], quantity, self.whole[0], FEE_DECIMALS)
        return value - self.value, fee - self.fee


def remainder(fill: Fill, quantity: Fraction) -> Part:
    """The part of a fill of which so many units are left. However it came to that, it is the same."""
    part = Part(fill)
    if quantity != fill.quantity:
        part.keep(quantity)
    return part


class Lots:
    """The open lots of one ticker in one currency, by a method that closes one lot after another."""

    def __init__(self, key: Key) -> None:
        self.key, self.number = key, 0
        self.heap: list[tuple[Any, int, Part]] = []

    def add(self, fill: Fill) -> Iterator[ClosedLot]:
        """Book a trade, which is not before the last one; the lots that it closes, wholly or in part."""
        part = Part(fill)
        if not fill.quantity:  # all that was bought went into the fee
            yield ClosedLot(
                fill, fill, Fraction(0), max(fill.value, Fraction(0)), max(-fill.value, Fraction(0)), fill.fee
            )
        while part.quantity and (lot := self.first()) and opposed(lot.quantity, part.quantity):
            yield close(lot, part, fill)
            if not lot.quantity:
                heappop(self.heap)
        if part.quantity:
            self.open(part)

    def first(self) -> Part | None:
        """The lot that is closed next."""
        return self.heap[0][2] if self.heap else None

    def open(self, part: Part) -> None:
        self.number += 1
        heappush(self.heap, (self.key(part, self.number), self.number, part))

    def in_turn(self) -> list[Part]:
        """The open lots, the one that is closed next first."""
        return [part for _, _, part in sorted(self.heap, key=lambda entry: entry[0])]

    def held(self) -> list[Part]:
        """The open lots, the oldest first."""
        return [part for _, _, part in sorted(self.heap, key=lambda entry: entry[1])]


class Pool(Lots):
    """All units in one lot, which no single trade has opened."""

    def open(self, part: Part) -> None:
        """Add the part to the lot. What was rounded before stays as it is."""
        if pool := self.first():
            pool.quantity, pool.value, pool.fee = pool.whole = (
                pool.quantity + part.quantity, pool.value + part.value, pool.fee + part.fee
            )  # fmt: skip
        else:
            part.fill, part.whole = None, (part.quantity, part.value, part.fee)
            super().open(part)

    def add(self, fill: Fill) -> Iterator[ClosedLot]:
        for closed in super().add(fill):
            if pool := self.first():
                pool.whole = pool.quantity, pool.value, pool.fee
            yield closed


def opposed(one: Fraction, other: Fraction) -> bool:
    """Whether one is bought and the other sold."""
    return (one.numerator > 0) is not (other.numerator > 0)


def close(lot: Part, part: Part, fill: Fill) -> ClosedLot:
    """Close as much of the lot as the part of the fill can."""
    opened_by, left = lot.fill, lot.quantity + part.quantity
    if left and opposed(left, part.quantity):
        quantity, of_lot, of_part = -part.quantity, left, NOTHING
    else:
        quantity, of_lot, of_part = lot.quantity, NOTHING, left
    (value, fee), (other, other_fee) = lot.keep(of_lot), part.keep(of_part)
    bought, sold = (value, -other) if quantity > 0 else (other, -value)
    return ClosedLot(opened_by, fill, quantity, bought, sold, fee + other_fee)


def unit_price(part: Part) -> Fraction:
    quantity, value, _ = part.whole
    return value / quantity


def descending(price: Fraction) -> tuple[int, Fraction]:
    """What sorts the highest price first. Whole numbers are compared in no time, and differ for most prices."""
    return -price.numerator * FINE // price.denominator, -price


METHODS: dict[str, Callable[[], Lots]] = {
    "fifo": lambda: Lots(lambda part, number: number),
    "lifo": lambda: Lots(lambda part, number: -number),
    "hifo": lambda: Lots(lambda part, number: (*descending(unit_price(part)), number)),
    "average": lambda: Pool(lambda part, number: number),
}


def lots_of(fills: Iterable[Fill], method: str) -> tuple[list[Part], list[ClosedLot]]:
    """The open lots and the closed ones, in the order in which they were opened and closed."""
    lots = METHODS[method]()
    closed = [lot for fill in fills for lot in lots.add(fill)]
    return lots.held(), closed
