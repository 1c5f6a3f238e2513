"""Alerts, told: into the outbox, to whom they are for, and shown. What is muted is told to nobody.

An alert that is withdrawn was told before: to the same ones, by its id, once. What was muted is not withdrawn aloud.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from watch.alert import Alert
from watch.alert_json import alert_of, kept_line
from watch.mutes import Mutes
from watch.outbox import Outbox
from watch.printing import SINK, Printer
from watch.raised import Raised, RaisedAlert
from watch.rule import Rule
from watch.withdrawn import SUFFIX, Reason, withdrawn_of
from watch.withdrawn import kept_line as withdrawn_line

if TYPE_CHECKING:
    from watch.live import LiveView


class Teller:
    """`sinks_of` says where a rule's alerts go, and `telling` is called before some are told.

    They are shown in `view` if there is one, else by `printer`, by the clock if the feed is live.
    """

    def __init__(
        self,
        outbox: Outbox,
        printer: Printer,
        view: "LiveView | None",
        sinks_of: Callable[[Rule], tuple[str, ...]],
        *,
        is_live: bool,
    ) -> None:
        self.outbox, self.printer, self.view, self.sinks_of, self.is_live = outbox, printer, view, sinks_of, is_live
        self.muted = self.withdrawn = 0
        self.raised = Raised()  # what was told lately
        self.mutes: Callable[[], Mutes] = Mutes  # what nobody is told at present
        self.telling: Callable[[], None] = lambda: None

    def tell(self, alerts: list[Alert]) -> int:
        """Tell those that came together, in a recording those of a time; return how many were not told before."""
        if self.is_live:
            return self._tell_together(alerts)
        times = groupby(alerts, key=lambda alert: alert.tick.timestamp)
        return sum(self._tell_together(list(together)) for _, together in times)

    def withdraw(self, alerts: list[RaisedAlert], reason: Reason, at: datetime) -> None:
        """Tell that these, which were told, are withdrawn."""
        new = list[RaisedAlert]()
        for alert in alerts:
            sinks = self.sinks_of(Rule(notify=alert.notify))
            if self.outbox.put(alert.id + SUFFIX, withdrawn_line(alert, reason, at), sinks):
                new.append(alert)
        if not new:
            return
        self.withdrawn += len(new)
        if self.view:
            self.view.withdraw({alert.id: reason for alert in new})
            self.outbox.done(SINK, *(alert.id + SUFFIX for alert in new))
        else:
            self.printer.step(time.monotonic())

    def leave(self, alerts: list[Alert]) -> None:
        """Let alerts wait for the next life."""
        self._put(alerts)

    def _put(self, alerts: list[Alert]) -> list[Alert]:
        """Put those into the outbox that are not muted; return those of them that are new."""
        mutes = self.mutes()
        heard = [alert for alert in alerts if not mutes.holds(alert)]
        self.muted += len(alerts) - len(heard)
        for alert in heard:
            self.raised.add(alert)
        return [alert for alert in heard if self.outbox.put(alert.id, kept_line(alert), self.sinks_of(alert.rule))]

    def _tell_together(self, alerts: list[Alert]) -> int:
        if not (new := self._put(alerts)):
            return 0
        self.telling()
        if self.view:
            self.view.show(new)
            self.outbox.done(SINK, *(alert.id for alert in new))
        else:
            self.printer.step(time.monotonic() if self.is_live else new[-1].tick.timestamp.timestamp())
        return len(new)

    def show_what_was_left(self) -> None:
        """Show the alerts that an earlier life did not come to show."""
        if not self.view:
            self.printer.step(float("-inf"))  # before any second
            return
        for entry in self.outbox.take(SINK, sys.maxsize):
            if withdrawn := withdrawn_of(entry.line):
                self.view.withdraw({withdrawn.id: withdrawn.withdrawn})
            with suppress(ValueError, ArithmeticError):  # another version kept it
                self.view.show([alert_of(entry.line)])
            self.outbox.done(SINK, entry.id)

    def step(self) -> None:
        """Print what was too much in a second, once that is over."""
        if self.printer.due is not None and time.monotonic() >= self.printer.due:
            self.printer.step(time.monotonic())

    def summary(self) -> str:
        """The counts of what nobody was told, and of what was withdrawn, as the end of a line."""
        muted, withdrawn = (f", {self.muted} muted", f", {self.withdrawn} withdrawn")
        return (muted if self.muted else "") + (withdrawn if self.withdrawn else "")
