"""Alerts on stdout, from the outbox: one line each for programs, and for people never a storm.

People get MAX_LINES a second: each alert at once, those of a larger batch as one line for each kind, and so, at the
end of the second, what was too much in it. Time arrives as data.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from watch.alert import Alert
from watch.kept import alert_of
from watch.outbox import Outbox
from watch.sinks import duration, text_line
from watch.waiting import Entry

SINK = "stdout"
MAX_LINES = 5  # for people, in SECOND; as many as there are kinds
SECOND = 1.0
MOST_DIGITS = 28  # after the point
HEADS = {
    "rise": ("📈 Price Spike Alert", "rose", "most"),
    "fall": ("📉 Price Drop Alert", "fell", "most"),
    "above": ("📈 Price Level Alert", "rose above a level", "furthest"),
    "below": ("📉 Price Level Alert", "fell below a level", "furthest"),
    "volume": ("📈 Volume Alert", "traded more than usual", "most"),
}


class Printer:
    """Prints what waits for SINK, in its order, and what an earlier life left there first.

    `write` takes a line with its end; what it raises is the caller's, and the alerts of that line wait on. `due` is
    the time of the next `step` that is needed although no alert comes, in the seconds that `step` gets.
    """

    def __init__(self, outbox: Outbox, write: Callable[[str], None], *, as_json: bool) -> None:
        self.outbox, self.write, self.as_json = outbox, write, as_json
        self.due: float | None = None
        self._begun, self._room = float("-inf"), 0  # of the current second

    def step(self, now: float) -> None:
        """Print what waits, those alerts together that have come since the last step."""
        if self.as_json:
            self._print_each(self.outbox.take(SINK, sys.maxsize))
            return
        if not self._begun <= now < self._begun + SECOND:  # the time of a recording's ticks may go back
            self._begun, self._room = now, MAX_LINES
        if self._room:
            self._print(self.outbox.take(SINK, sys.maxsize))
        self.due = self._begun + SECOND if self.outbox.unsent(SINK) else None

    def close(self) -> None:
        """Print the rest."""
        if self.due is not None:
            self.step(self.due)

    def _print_each(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.write(f"{entry.line}\n")
            self.outbox.done(SINK, entry.id)

    def _print(self, entries: Sequence[Entry]) -> None:
        """Print as many lines as there is room for; if that is too few for all, there is no more room."""
        lines = lines_of(entries, are_together=self.due is not None or len(entries) > MAX_LINES)
        for line, ids in lines[: self._room]:
            self.write(f"{line}\n")
            self.outbox.done(SINK, *ids)
        self._room = max(0, self._room - len(lines))


def lines_of(entries: Iterable[Entry], *, are_together: bool) -> list[tuple[str, list[str]]]:
    """Lines for people, with the ids that they tell: one for each alert, or one for each kind.

    What cannot be read, as another version kept it, is its own line.
    """
    groups = dict[str, list[tuple[Entry, Alert | None]]]()
    for entry in entries:
        alert = _read(entry)
        groups.setdefault(alert.rule.kind if alert and are_together else entry.id, []).append((entry, alert))
    return [
        (line_of([alert for _, alert in group if alert]) or group[0][0].line, [entry.id for entry, _ in group])
        for group in groups.values()
    ]


def _read(entry: Entry) -> Alert | None:
    try:
        return alert_of(entry.line)
    except (ValueError, ArithmeticError):
        return None


def line_of(alerts: Sequence[Alert]) -> str:
    """One line for alerts of one kind; none for no alerts."""
    if len(alerts) <= 1:
        return "".join(map(text_line, alerts))
    tickers, first = {alert.tick.ticker for alert in alerts}, max(alerts, key=_extent)
    head, did, superlative = HEADS[first.rule.kind]
    if len(tickers) == 1:
        who = f"{first.tick.ticker} {did} {len(alerts)} times; the {superlative}:"
    else:
        count = f" ({len(alerts)} alerts)" if len(alerts) > len(tickers) else ""
        who = f"{len(tickers)} tickers {did}{count}; the {superlative}: {first.tick.ticker}"
    unsure = sum(not alert.confirmed for alert in alerts)
    return f"{head}: {who} {_measure(first)}!" + (f" ({unsure} not confirmed by a second tick)" if unsure else "")


def _extent(alert: Alert) -> Decimal:
    """How far it went, among alerts of its kind."""
    if alert.percent is not None:
        return abs(alert.percent)
    if alert.volume is not None and alert.mean:
        return alert.volume / alert.mean
    return abs(alert.tick.price / alert.rule.threshold - 1)


def _measure(alert: Alert) -> str:
    extent, span = _digits(_extent(alert), alert.rule.threshold), f"in {duration(alert.rule.window)}"
    match alert.rule.kind:
        case "rise":
            return f"+{extent}% {span}"
        case "fall":
            return f"-{extent}% {span}"
        case "volume":
            return f"{extent} times the usual {span}"
        case side:
            return f"to {alert.tick.price:f}, {side} {alert.rule.threshold:f}"


def _digits(extent: Decimal, threshold: Decimal) -> str:
    """With as many digits as show that it is above the threshold, one at least."""
    shown = (f"{extent:.{places}f}" for places in range(1, MOST_DIGITS))
    return next((text for text in shown if Decimal(text) > threshold), f"{extent:f}")
