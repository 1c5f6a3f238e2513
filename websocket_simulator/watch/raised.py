"""Alerts that were told lately, so that a withdrawal of a trade finds those that rest on it.

A rise or a fall rests on two ticks: its price, and its low or high. The crossing of a level rests on the tick that
crossed, and an unusual volume on the tick that made it so. Pure: no sockets, no clock.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from notices import Withdrawal
from watch.alert import Alert
from watch.alert_text import words_of

MAX_RAISED = 10_000  # alerts; the oldest are forgotten first: a withdrawal no longer finds them
RAISED_FOR = timedelta(days=1)  # by the times of ticks, after which they are forgotten


class Trade(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A tick on which an alert rests."""

    seq: int
    price: Decimal
    timestamp: datetime


class RaisedAlert(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of an alert: in `words` what its ticker did, in `notify` the targets of its rule."""

    id: str
    ticker: str
    words: str
    severity: str
    notify: tuple[str, ...]
    timestamp: datetime
    trades: tuple[Trade, ...]


class Raised:
    """The latest alerts, MAX_RAISED at most, that rest on ticks which have numbers."""

    def __init__(self) -> None:
        self._alerts: OrderedDict[str, RaisedAlert] = OrderedDict()
        self._by_number: dict[int, set[str]] = {}

    def __len__(self) -> int:
        return len(self._alerts)

    def add(self, alert: Alert) -> None:
        """Remember an alert; one that is known is as it is now."""
        trades = _trades_of(alert)
        if trades:
            rule, tick = alert.rule, alert.tick
            self._add(
                RaisedAlert(alert.id, tick.ticker, words_of(alert), rule.severity, rule.notify, tick.timestamp, trades)
            )

    def withdraw(self, withdrawal: Withdrawal) -> list[RaisedAlert]:
        """Forget the alerts that rest on the trade; return them, the oldest first."""
        trade = Trade(withdrawal.of, withdrawal.price, withdrawal.timestamp)
        ids = self._by_number.get(withdrawal.of, ())
        known = [self._alerts[one] for one in ids]
        found = [one for one in known if one.ticker == withdrawal.ticker and trade in one.trades]
        for one in found:
            self._remove(one.id)
        return sorted(found, key=lambda one: one.timestamp)

    def kept(self) -> list[RaisedAlert]:
        """All, for `restore`; the oldest first."""
        return list(self._alerts.values())

    def restore(self, kept: Iterable[RaisedAlert]) -> None:
        """Remember what was kept."""
        for one in kept:
            self._add(one)

    def _add(self, one: RaisedAlert) -> None:
        if one.id in self._alerts:
            self._remove(one.id)
        self._alerts[one.id] = one
        for trade in one.trades:
            self._by_number.setdefault(trade.seq, set()).add(one.id)
        while len(self._alerts) > MAX_RAISED or one.timestamp - self._oldest().timestamp > RAISED_FOR:
            self._remove(self._oldest().id)

    def _oldest(self) -> RaisedAlert:
        return next(iter(self._alerts.values()))

    def _remove(self, alert_id: str) -> None:
        for trade in self._alerts.pop(alert_id).trades:
            ids = self._by_number[trade.seq]
            ids.discard(alert_id)
            if not ids:
                del self._by_number[trade.seq]


def _trades_of(alert: Alert) -> tuple[Trade, ...]:
    ticks = [alert.tick, alert.base] if alert.rule.kind in ("rise", "fall") else [alert.tick]
    return tuple(
        Trade(tick.seq, tick.price, tick.timestamp) for tick in dict.fromkeys(ticks) if tick and tick.seq is not None
    )
