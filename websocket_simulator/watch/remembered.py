"""What a snapshot keeps of one ticker: the values from which all else follows, in the order of their fields.

Objects with these fields are written as arrays. Pure: no sockets, no clock.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from tick import FIRST_INSTANT, Tick
from watch.stages import Stage


class KeptTick(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A tick, without its ticker."""

    price: Decimal
    timestamp: datetime
    seq: int | None = None
    finer: bool = False
    extended: bool = False
    quantity: Decimal | None = None  # where it matters

    def of(self, ticker: str) -> Tick:
        """The tick again; its quantity only where it was kept."""
        return Tick(ticker, self.price, self.timestamp, self.seq, self.quantity, self.finer, self.extended)


class KeptWindow(msgspec.Struct, frozen=True, array_like=True):
    """What `watch.window.Window` goes on from; `alerted` has instant and price of a low, and how many alerts rose."""

    ticker: str
    newest: KeptTick
    prices: list[Decimal]
    lows: list[KeptTick]
    alerted: list[tuple[datetime, Decimal, int]]
    escalates: Decimal | None
    alerted_at: datetime
    rests_since: datetime | None
    has_rested: bool
    contradicted_at: datetime | None
    waiting: KeptTick | None
    until: datetime
    is_told: bool
    stages: list[Stage] = []
    doubt: datetime = FIRST_INSTANT


class KeptLevel(msgspec.Struct, frozen=True, array_like=True):
    """What `watch.levels.Level` goes on from."""

    ticker: str
    newest: KeptTick
    prices: list[Decimal]
    edge: Decimal
    is_armed: bool
    told: datetime | None
    waiting: KeptTick | None
    until: datetime
    turned: KeptTick | None = None
    previous: KeptTick | None = None
    doubt: datetime = FIRST_INSTANT


class KeptVolume(msgspec.Struct, frozen=True, array_like=True):
    """What `watch.volumes.Volume` goes on from; `before` has indexes and quantities of windows."""

    ticker: str
    newest: KeptTick
    prices: list[Decimal]
    first: int
    index: int
    volume: Decimal
    before: list[tuple[int, Decimal]]
    is_told: bool
    told: datetime | None
    raised_by: KeptTick | None = None
    again: int = 0
    doubt: datetime = FIRST_INSTANT


def keep(tick: Tick, *, quantity: Decimal | None = None) -> KeptTick:
    """What is kept of it."""
    return KeptTick(tick.price, tick.timestamp, tick.seq, tick.finer, tick.extended, quantity)


def keep_all(ticks: Iterable[Tick]) -> list[KeptTick]:
    """The same of several."""
    return [KeptTick(tick.price, tick.timestamp, tick.seq, tick.finer) for tick in ticks]
