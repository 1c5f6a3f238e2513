"""Alerts on stdout, from the outbox: one line each for programs, and for people never a storm.

People get MAX_LINES a second: each alert at once, those of a larger batch as one line for each kind, and so, at the
end of the second, what was too much in it. Time arrives as data.
"""

import sys
from collections.abc import Callable, Iterable, Sequence

from watch.alert import Alert
from watch.alert_json import alert_of, published
from watch.alert_text import DID, HEADS, duration, extent, shown_extent, text_line
from watch.outbox import Outbox
from watch.waiting import Entry
from watch.withdrawn import Withdrawn, json_line, withdrawn_of
from watch.withdrawn import line_of as withdrawn_line_of

SINK = "stdout"
MAX_LINES = 5  # for people, in SECOND; as many as there are kinds
SECOND = 1.0


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
            if self.due is not None:  # a storm: what comes within this second is told at its end, too
                self._print(self.outbox.take(SINK, sys.maxsize))
                self._room = 0
        if self._room:
            self._print(self.outbox.take(SINK, sys.maxsize))
        self.due = self._begun + SECOND if self.outbox.unsent(SINK) else None

    def close(self) -> None:
        """Print the rest."""
        if self.due is not None:
            self.step(self.due)

    def _print_each(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            withdrawn = withdrawn_of(entry.line)
            self.write(f"{json_line(withdrawn) if withdrawn else published(entry.line)}\n")
            self.outbox.done(SINK, entry.id)

    def _print(self, entries: Sequence[Entry]) -> None:
        """Print as many lines as there is room for; if that is too few for all, there is no more room."""
        lines = lines_of(entries, are_together=self.due is not None or len(entries) > MAX_LINES)
        for line, ids in lines[: self._room]:
            self.write(f"{line}\n")
            self.outbox.done(SINK, *ids)
        self._room = max(0, self._room - len(lines))


def lines_of(entries: Iterable[Entry], *, are_together: bool) -> list[tuple[str, list[str]]]:
    """Lines for people, with the ids that they tell: one for each alert, or one for each kind, and for withdrawals.

    What cannot be read, as another version kept it, is its own line.
    """
    groups = dict[str, list[tuple[Entry, Alert | Withdrawn | None]]]()
    for entry in entries:
        said = _read(entry)
        groups.setdefault(_group_of(said) if said and are_together else entry.id, []).append((entry, said))
    return [
        (_line_of([said for _, said in group]) or group[0][0].line, [entry.id for entry, _ in group])
        for group in groups.values()
    ]


def _group_of(said: Alert | Withdrawn) -> str:
    return "withdrawn" if isinstance(said, Withdrawn) else said.rule.kind


def _line_of(group: Sequence[Alert | Withdrawn | None]) -> str:
    if withdrawn := [said for said in group if isinstance(said, Withdrawn)]:
        return withdrawn_line_of(withdrawn)
    return line_of([said for said in group if isinstance(said, Alert)])


def _read(entry: Entry) -> Alert | Withdrawn | None:
    if withdrawn := withdrawn_of(entry.line):
        return withdrawn
    try:
        return alert_of(entry.line)
    except (ValueError, ArithmeticError):
        return None


def line_of(alerts: Sequence[Alert]) -> str:
    """One line for alerts of one kind; none for no alerts."""
    if len(alerts) <= 1:
        return "".join(map(text_line, alerts))
    tickers, first = {alert.tick.ticker for alert in alerts}, max(alerts, key=extent)
    kind = first.rule.kind
    superlative = "furthest" if kind in ("above", "below") else "most"
    if len(tickers) == 1:
        who = f"{first.tick.ticker} {DID[kind]} {len(alerts)} times; the {superlative}:"
    else:
        count = f" ({len(alerts)} alerts)" if len(alerts) > len(tickers) else ""
        who = f"{len(tickers)} tickers {DID[kind]}{count}; the {superlative}: {first.tick.ticker}"
    unsure = sum(not alert.confirmed for alert in alerts)
    end = f" ({unsure} not confirmed by a second tick)" if unsure else ""
    return f"{HEADS[kind]}: {who} {_measure(first)}!{end}"


def _measure(alert: Alert) -> str:
    span = f"in {duration(alert.rule.window)}"
    match alert.rule.kind:
        case "rise":
            return f"+{shown_extent(alert)}% {span}"
        case "fall":
            return f"-{shown_extent(alert)}% {span}"
        case "volume":
            return f"{shown_extent(alert)} times the usual {span}"
        case side:
            return f"to {alert.tick.price:f}, {side} {alert.rule.threshold:f}"
