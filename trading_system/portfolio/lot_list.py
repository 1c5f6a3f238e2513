"""Lots as they are told, one after another, in an order in which a page can begin anywhere.

The order is that of keys; within a key that of the trades that opened the lots or, of closed lots, closed them. So a
lot keeps its place, whatever is booked after it. The lots of a key follow from all of its trades: those of the key in
which a page begins are computed from its first trade on, those of the keys before it are not computed at all.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction
from typing import Any, NamedTuple

from reference.models import Instrument
from rest import instants
from rest.amounts import decimal_text
from rest.selection import Selection

from .by_now import Scale, adjusted
from .in_turn import Key, fill_of, key_of, told_of, trades_by_key
from .lots import METHODS, ClosedLot, Fill, Lots, Part, unit_price

OPEN, CLOSED = "open", "closed"
FIELDS = {
    OPEN: ("multiplier", "quantity", "acquired_at", "opened_by", "price", "basis", "fees"),
    CLOSED: ("multiplier", "quantity", "acquired_at", "opened_by", "disposed_at", "closed_by", "days_held",
             "proceeds", "basis", "fees", "profit", "profit_after_fees"),
}  # fmt: skip
STATES = tuple(FIELDS)

Told = dict[str, Any]


class Place(NamedTuple):
    """Where a lot is in the order: the trade that opened or closed it, and its number among those the trade closed."""

    key: Key
    timestamp: datetime
    trade: int
    number: int


@dataclass(frozen=True)
class Asked:
    """Which lots: by which method, and of closed ones, from when on; days are counted in the zone."""

    state: str
    method: str
    group: str
    zone: tzinfo
    disposed_from: datetime

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is told of a lot."""
        return (*told_of(self.group), *FIELDS[self.state])


def lots_in_order(selection: Selection, asked: Asked, after: Place | None = None) -> Generator[tuple[Place, Told]]:
    """The lots of the selection's trades, from behind a place on; each has the fields that are asked for.

    quantity is below zero for units sold short, and so is the basis of an open lot of them. Sums of money are times the
    multiplier; the price of an open lot is that of one unit, as trades have it. All is in units of today, or of
    `as_of`: corporate actions have changed the trades before them. The transaction ends with the iterator.
    """
    trades = adjusted(selection)
    of_state, told = STATE[asked.state]
    names, units = key_of(asked.group), Instrument.objects.multiplier_of()
    for key, rows in trades_by_key(trades, names, after and after.key):
        own, scale = dict(zip(told_of(asked.group), key, strict=False)), trades.scale[key[0]]
        for place, lot in of_state(key, map(fill_of, rows), METHODS[asked.method]()):
            if place.timestamp >= asked.disposed_from and (after is None or place > after):
                yield place, own | told(lot, scale, Fraction(units(key[0])), asked.zone)


def open_lots(key: Key, fills: Iterable[Fill], lots: Lots) -> Iterator[tuple[Place, Part]]:
    for fill in fills:
        deque(lots.add(fill), maxlen=0)
    for lot in lots.held():
        timestamp, trade = (lot.fill.timestamp, lot.fill.id) if lot.fill else (instants.BEGIN, 0)  # the only lot
        yield Place(key, timestamp, trade, 0), lot


def closed_lots(key: Key, fills: Iterable[Fill], lots: Lots) -> Iterator[tuple[Place, ClosedLot]]:
    for fill in fills:
        for number, lot in enumerate(lots.add(fill)):
            yield Place(key, fill.timestamp, fill.id, number), lot


def told_open(lot: Part, scale: Scale, units: Fraction, _: tzinfo) -> Told:
    return {
        "multiplier": decimal_text(units),
        "quantity": decimal_text(lot.quantity / scale.units),
        **opened(lot.fill),
        "price": decimal_text(unit_price(lot) * scale.units),
        "basis": decimal_text(lot.value * units),
        "fees": decimal_text(lot.fee),
    }


def told_closed(lot: ClosedLot, scale: Scale, units: Fraction, zone: tzinfo) -> Told:
    profit = lot.profit * units
    return {
        "multiplier": decimal_text(units),
        "quantity": decimal_text(lot.quantity / scale.units),
        **opened(lot.opened_by),
        "disposed_at": instants.render(lot.closed_by.timestamp),
        "closed_by": lot.closed_by.id,
        "days_held": days_between(lot.opened_by, lot.closed_by, zone) if lot.opened_by else None,
        "proceeds": decimal_text(lot.proceeds * units),
        "basis": decimal_text(lot.basis * units),
        "fees": decimal_text(lot.fees),
        "profit": decimal_text(profit),
        "profit_after_fees": decimal_text(profit - lot.fees),
    }


def opened(by: Fill | None) -> Told:
    """By which trade, and when; of a lot at average cost, no single one."""
    return {"acquired_at": instants.render(by.timestamp) if by else None, "opened_by": by.id if by else None}


def days_between(opened_by: Fill, closed_by: Fill, zone: tzinfo) -> int:
    """How often midnight has passed in the zone."""
    return (instants.date_in(zone, closed_by.timestamp) - instants.date_in(zone, opened_by.timestamp)).days


STATE: dict[str, tuple[Callable[..., Iterator[tuple[Place, Any]]], Callable[..., Told]]] = {
    OPEN: (open_lots, told_open),
    CLOSED: (closed_lots, told_closed),
}
