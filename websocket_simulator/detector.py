"""Ticks in, alerts out.

The rise at a tick is measured from the lowest price of its ticker in the window that ends with it, both
ends included: any rise within a minute counts, also one that began after an older, higher price. It is a
spike when it is strictly above the threshold, decided in exact arithmetic, by the ticks' own time.

A ticker is armed, fires once, escalates when the price exceeds the last alerted one by a further threshold,
and is armed again once the rise is at most half the threshold. Pure: no sockets, no clock.
"""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact

from tick import Tick

EXACT = Context(prec=120, traps=[Inexact])  # a price has 40 digits at most, and so has a threshold
ROUNDED = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Alert:
    """A spike: `price` at `timestamp` is `rise_percent` (rounded to 28 digits) above `low` at `low_timestamp`."""

    id: str
    ticker: str
    price: Decimal
    timestamp: datetime
    low: Decimal
    low_timestamp: datetime
    rise_percent: Decimal
    threshold_percent: Decimal
    window: timedelta


@dataclass(slots=True)
class Watched:
    """What is remembered of one ticker.

    `lows` holds the ticks of the window that may still become its low: each is lower than all after it, so
    the first is the low, and a tick costs constant amortised work however long the window is.
    """

    newest: datetime
    lows: deque[Tick] = field(default_factory=deque)
    fires_above: Decimal = Decimal(0)  # these two follow from the low
    arms_at: Decimal = Decimal(0)
    escalates_above: Decimal | None = None  # None while armed
    alerted_low: Tick | None = None
    alerts_from_low: int = 0


class SpikeDetector:
    """Finds rises of more than `threshold` percent within `window`, in any number of tickers."""

    def __init__(self, threshold: Decimal, window: timedelta) -> None:
        self.threshold, self.window = threshold, window
        self.late = 0  # ticks older than the newest of their ticker: dropped, and counted here
        percent = EXACT.scaleb(threshold, -2)
        self._fires, self._arms = EXACT.add(1, percent), EXACT.add(1, EXACT.multiply(percent, Decimal("0.5")))
        self._watched: dict[str, Watched] = {}

    def feed(self, tick: Tick) -> Alert | None:
        """Take the next tick and return the alert that it raises, if any."""
        watched = self._watched.get(tick.ticker)
        if watched is None:
            watched = self._watched[tick.ticker] = Watched(tick.timestamp)
        elif tick.timestamp < watched.newest:
            self.late += 1
            return None
        self._slide(watched, tick)
        if tick.price <= watched.fires_above:
            if tick.price <= watched.arms_at:
                watched.escalates_above = None
            return None
        if watched.escalates_above is not None and tick.price <= watched.escalates_above:
            return None
        watched.escalates_above = EXACT.multiply(tick.price, self._fires)
        return self._alert(watched, tick)

    def _slide(self, watched: Watched, tick: Tick) -> None:
        """Move the window so that it ends with `tick`."""
        lows, low = watched.lows, watched.lows[0] if watched.lows else None
        watched.newest = tick.timestamp
        while lows and lows[-1].price >= tick.price:
            lows.pop()
        lows.append(tick)
        while tick.timestamp - lows[0].timestamp > self.window:
            lows.popleft()
        if lows[0] is not low:
            watched.fires_above = EXACT.multiply(lows[0].price, self._fires)
            watched.arms_at = EXACT.multiply(lows[0].price, self._arms)

    def _alert(self, watched: Watched, tick: Tick) -> Alert:
        low = watched.lows[0]
        watched.alerts_from_low = watched.alerts_from_low + 1 if low is watched.alerted_low else 1
        watched.alerted_low = low
        rise = ROUNDED.divide(EXACT.multiply(EXACT.subtract(tick.price, low.price), 100), low.price)
        return Alert(
            self._id(low, watched.alerts_from_low), tick.ticker, tick.price, tick.timestamp, low.price, low.timestamp,
            rise, self.threshold, self.window,
        )  # fmt: skip

    def _id(self, low: Tick, number: int) -> str:
        """Name the rule, the low and which alert from that low it is, so that a repeated run repeats the ids."""
        threshold, price = self.threshold.normalize(EXACT), low.price.normalize(EXACT)
        parts = (threshold, self.window, low.ticker, low.timestamp, price, number)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
