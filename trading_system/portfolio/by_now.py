"""Trades as they are by now, in SQL: through splits and renames, exactly.

A ratio need not have an end as a decimal. So quantities of a ticker are multiplied by a whole number that makes each of
its ratios whole, and prices by another one: sums, orders and products stay exact, and are divided in the end.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reference.currencies import MINOR_UNITS
from rest.amounts import decimal_text
from rest.selection import Selection

from .models import CorporateAction
from .timeline import Action, Segment, scales, segments

MINOR = ", ".join(f"'{unit}'" for unit in MINOR_UNITS)
SIGN = "CASE side WHEN 'buy' THEN 1 ELSE -1 END"


def in_major_units(column: str, currency: str) -> str:
    """An amount in the currency of which its own is a hundredth, if it is."""
    return f"CASE WHEN {currency} IN ({MINOR}) THEN {column} * 0.01 ELSE {column} END"


# A fee in what is traded is quantity: fewer units come, or more leave.
IN_KIND = "fee_currency <> currency AND fee <> 0 AND fee_currency = reference_base_of(ticker)"
# Of most fees, the first comparison says all.
SAME = "(fee_currency = currency OR reference_major(fee_currency) = reference_major(currency))"
IN_MINOR = f"CASE WHEN currency IN ({MINOR}) THEN 1 ELSE 0 END"
PRICE, FEE = in_major_units("price", "currency"), in_major_units("fee", "fee_currency")
# A key's account, as text like all of a key: with zeros before it, so that texts are in the order of numbers.
ACCOUNT_ID = "LPAD(account_id::text, 10, '0')"
AS_BOOKED = f"""SELECT account, {ACCOUNT_ID} AS account_id, ticker, timestamp, id,
        reference_major(currency) AS currency,
        {SIGN} * quantity * {PRICE} AS value, {PRICE} AS price,
        {SIGN} * quantity AS traded, {SIGN} * quantity - CASE WHEN {IN_KIND} THEN fee ELSE 0 END AS quantity,
        CASE WHEN {SAME} THEN {FEE} ELSE 0 END AS fee, CASE WHEN {SAME} THEN 0 ELSE {FEE} END AS other_fee,
        CASE WHEN {SAME} THEN NULL ELSE reference_major(fee_currency) END AS fee_currency, {IN_MINOR} AS in_minor
    FROM ({{chosen}}) chosen"""  # noqa: S608
SEGMENT = "segment (ticker, since, until, final, units, prices)"
BY_NOW = f"""SELECT account, account_id, COALESCE(final, booked.ticker) AS ticker, timestamp, id, currency, value,
        price * COALESCE(prices, 1) AS price, traded * COALESCE(units, 1) AS traded,
        quantity * COALESCE(units, 1) AS quantity, fee, other_fee, fee_currency, in_minor
    FROM ({AS_BOOKED}) booked LEFT JOIN {{segments}} AS {SEGMENT}
        ON booked.ticker = segment.ticker AND timestamp >= since AND timestamp < until"""  # noqa: S608
ROW = "(%s, %s::timestamptz, %s::timestamptz, %s, %s::numeric, %s::numeric)"
OF_TICKERS = "WHERE COALESCE(final, booked.ticker) = ANY(%s)"


@dataclass(frozen=True)
class Scale:
    """What the quantities and the prices of a ticker are multiplied by."""

    units: int = 1
    prices: int = 1

    def quantity(self, number: Decimal) -> str:
        """A quantity, or a sum of them, in decimals."""
        return divided(number, self.units)

    def price(self, number: Decimal) -> str:
        """A price in decimals."""
        return divided(number, self.prices)


def divided(number: Decimal, scale: int) -> str:
    """With the digits that it has, if there is nothing to divide by."""
    return f"{number:f}" if scale == 1 else decimal_text(Fraction(number) / scale)


@dataclass(frozen=True)
class Adjusted:
    """`sql` selects account, account_id, ticker, timestamp, id, currency, value, price, traded, quantity, fees and
    in_minor.

    value is the price times what was traded, as it was; traded is what was bought or, below zero, sold, and quantity
    what came or left with it. Price, traded and quantity are multiplied by the ticker's `scale`. `fee` is in the
    currency of the price; one in another is `other_fee`, in `fee_currency`, which else is null. Minor units have become
    major ones; `in_minor` is 1 if the price was in one, else 0.
    """

    sql: str
    parameters: tuple[Any, ...]
    scale: dict[str, Scale]


@dataclass(frozen=True)
class Adjustment:
    """What corporate actions make of the trades of a selection, which has all tickers that became the wanted ones.

    All, where `wanted` is None.
    """

    selection: Selection
    wanted: tuple[str, ...] | None
    segments: list[Segment]
    scale: dict[str, Scale]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The segments as SEGMENT has them."""
        return [row(one, self.scale[one.final]) for one in self.segments]


def adjusted(selection: Selection, *, as_booked: bool = False) -> Adjusted:
    """The trades that are of the selection's tickers by now, or by its instant, whatever they were booked as.

    With `as_booked`, they are as if no action had happened.
    """
    return adjusted_by([] if as_booked else CorporateAction.objects.in_effect(selection.instant), selection)


def adjusted_by(actions: Iterable[Action], selection: Selection) -> Adjusted:
    """The trades that are of the selection's tickers after these actions, whatever they were booked as."""
    by = adjustment_by(actions, selection)
    sql, parameters = by.selection.statement()
    if not by.segments:
        return Adjusted(AS_BOOKED.format(chosen=sql), parameters, by.scale)
    sql = BY_NOW.format(chosen=sql, segments=f"(VALUES {', '.join([ROW] * len(by.segments))})")
    values = [value for one in by.rows for value in one]
    if by.wanted is None:
        return Adjusted(sql, (*parameters, *values), by.scale)
    return Adjusted(f"{sql} {OF_TICKERS}", (*parameters, *values, list(by.wanted)), by.scale)


def adjustment_by(actions: Iterable[Action], selection: Selection) -> Adjustment:
    """What the actions change of the selection's tickers, and of those that became them."""
    wanted = selection.tickers
    found = segments(actions)
    finals = {one.final for one in found} if wanted is None else set(wanted)
    relevant = [one for one in found if one.final in finals or (wanted and one.ticker in wanted)]
    if wanted is not None and relevant:
        selection = replace(selection, tickers=tuple(sorted({*wanted, *(one.ticker for one in relevant)})))
    scale = defaultdict(Scale, {final: Scale(*both) for final, both in scales(relevant).items()})
    return Adjustment(selection, wanted, relevant, scale)


def row(segment: Segment, scale: Scale) -> tuple[Any, ...]:
    """The values of ROW."""
    since, until = segment.since or "-infinity", segment.until or "infinity"
    units, prices = segment.ratio * scale.units, scale.prices / segment.ratio
    return segment.ticker, since, until, segment.final, int(units), int(prices)
