"""Alerts, told: into the outbox, to whom they are for, and shown. What is muted is told to nobody."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING

from watch.alert import Alert
from watch.alert_json import alert_of, json_line
from watch.mutes import Mutes
from watch.outbox import Outbox
from watch.printing import SINK, Printer
from watch.rule import Rule

if TYPE_CHECKING:
    from watch.live import LiveView


class Teller:
    """`sinks_of` says where a rule's alerts go, and `told` is called after some were told.

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
        self.muted = 0
        self.mutes: Callable[[], Mutes] = Mutes  # what nobody is told at present
        self.told: Callable[[], None] = lambda: None

    def tell(self, alerts: list[Alert]) -> int:
        """Tell those that came together, in a recording those of a time; return how many were not told before."""
        if self.is_live:
            return self._tell_together(alerts)
        times = groupby(alerts, key=lambda alert: alert.tick.timestamp)
        return sum(self._tell_together(list(together)) for _, together in times)

    def leave(self, alerts: list[Alert]) -> None:
        """Let alerts wait for the next life."""
        self._put(alerts)

    def _put(self, alerts: list[Alert]) -> list[Alert]:
        """Put those into the outbox that are not muted; return those of them that are new."""
        mutes = self.mutes()
        heard = [alert for alert in alerts if not mutes.holds(alert)]
        self.muted += len(alerts) - len(heard)
        return [alert for alert in heard if self.outbox.put(alert.id, json_line(alert), self.sinks_of(alert.rule))]

    def _tell_together(self, alerts: list[Alert]) -> int:
        if not (new := self._put(alerts)):
            return 0
        if self.view:
            self.view.show(new)
            self.outbox.done(SINK, *(alert.id for alert in new))
        else:
            self.printer.step(time.monotonic() if self.is_live else new[-1].tick.timestamp.timestamp())
        self.told()
        return len(new)

    def show_what_was_left(self) -> None:
        """Show the alerts that an earlier life did not come to show."""
        if not self.view:
            self.printer.step(float("-inf"))  # before any second
            return
        for entry in self.outbox.take(SINK, sys.maxsize):
            with suppress(ValueError, ArithmeticError):  # another version kept it
                self.view.show([alert_of(entry.line)])
            self.outbox.done(SINK, entry.id)

    def step(self) -> None:
        """Print what was too much in a second, once that is over."""
        if self.printer.due is not None and time.monotonic() >= self.printer.due:
            self.printer.step(time.monotonic())

    def summary(self) -> str:
        """The count of what nobody was told, as the end of a line."""
        return f", {self.muted} muted" if self.muted else ""
