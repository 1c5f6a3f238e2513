"""What people are told: alerts that came within seconds of each other are one message, the largest first.

Pure: no sockets, no clock. Which alerts are a message follows from when they came, and from nothing else: whoever is
killed while it sends makes the same message of them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from tick import render
from watch.alert import Alert
from watch.alert_json import alert_of, published
from watch.alert_text import DID, extent, shown_extent, text_line
from watch.rule import Kind, Rule
from watch.waiting import Entry
from watch.withdrawn import Withdrawn, line_of, withdrawn_of
from watch.withdrawn import json_line as withdrawn_json
from watch.withdrawn import text_line as withdrawn_text

GROUP_SECONDS = 5.0  # from the first alert of a message to the last
MAX_TOGETHER = 1000  # alerts in a message
MAX_LINES = 20  # of a message; the others are counted
MAX_BODY = 4000  # characters; a service whose messages are shorter gets less
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Message:
    """A line for each alert, the largest first; `alerts` are their JSON, and `ids` theirs, in the order they came.

    `severity` is the worst of them.
    """

    title: str
    lines: tuple[str, ...]
    ids: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    severity: str = "info"

    def body(self, limit: int = MAX_BODY) -> str:
        """As many of the lines as MAX_LINES and `limit` characters allow, and how many more there are; one is cut."""
        if len(self.lines) == 1:
            return self.lines[0][:limit]
        for shown in range(min(len(self.lines), MAX_LINES), -1, -1):
            more = len(self.lines) - shown
            body = "\n".join([*self.lines[:shown], *([f"and {more:,} more"] if more else [])])
            if len(body) <= limit:
                return body
        return body[:limit]


def group_of(entries: Sequence[Entry], seconds: float = GROUP_SECONDS) -> list[Entry]:
    """Those that came within `seconds` of the first; there has to be one."""
    end = entries[0].added + seconds
    return list(takewhile(lambda entry: entry.added < end, entries))


def seconds_left(entries: Sequence[Entry], now: float, seconds: float = GROUP_SECONDS) -> float:
    """Until no more can join the group of the first; never longer than that, should a clock have been set back."""
    return min(max(0.0, entries[0].added + seconds - now), seconds)


def message_of(entries: Sequence[Entry]) -> Message:
    """The message that tells them, all of which `is_told`; a single one is its own title. Withdrawals come last."""
    withdrawn = [said for said in (withdrawn_of(entry.line) for entry in entries) if said]
    alerts = sorted((alert_of(entry.line) for entry in entries if not withdrawn_of(entry.line)), key=_importance)
    ids, lines = tuple(entry.id for entry in entries), tuple(_json(entry.line) for entry in entries)
    if withdrawn:
        return _with(withdrawn, alerts, ids, lines)
    if len(alerts) == 1:
        return Message(text_line(alerts[0]), (_detail(alerts[0]),), ids, lines, _severity(alerts[0]))
    return Message(_title(alerts), tuple(map(text_line, alerts)), ids, lines, _severity(alerts[0]))


def _with(withdrawn: list[Withdrawn], alerts: list[Alert], ids: tuple[str, ...], lines: tuple[str, ...]) -> Message:
    """The message of alerts, if there are any, and of some that are withdrawn."""
    titles = [text_line(alerts[0]) if len(alerts) == 1 else _title(alerts)] if alerts else []
    titles.append(line_of(withdrawn) if not alerts else f"{len(withdrawn)} withdrawn")
    said = (*map(text_line, alerts), *map(withdrawn_text, withdrawn))
    worst = min((*map(_severity, alerts), *map(_severity_of, withdrawn)), key=SEVERITIES.index)
    return Message("; ".join(titles), said, ids, lines, worst)


def _json(line: str) -> str:
    """The line for programs."""
    withdrawn = withdrawn_of(line)
    return withdrawn_json(withdrawn) if withdrawn else published(line)


def is_told(line: str) -> bool:
    """Whether it can be read; another version of the watch may have written it."""
    if withdrawn_of(line):
        return True
    try:
        alert_of(line)
    except (ValueError, ArithmeticError):
        return False
    return True


def _importance(alert: Alert) -> tuple[int, int, Decimal, str]:
    """Smallest first: by severity, by kind, and of a kind the largest."""
    return SEVERITIES.index(_severity(alert)), list(DID).index(alert.rule.kind), -extent(alert), alert.tick.ticker


def _severity(alert: Alert) -> str:
    return _known(alert.rule.severity)


def _severity_of(withdrawn: Withdrawn) -> str:
    return _known(withdrawn.severity)


def _known(severity: str) -> str:
    """One that is not known is taken for the usual one."""
    return severity if severity in SEVERITIES else Rule().severity


def _title(alerts: Sequence[Alert]) -> str:
    """`12 tickers rose; the most: TSLA +4.1 %`; of several kinds `8 tickers rose (TSLA +4.1 %), 1 ticker fell (…)`."""
    kinds = [kind for kind in DID if any(alert.rule.kind == kind for alert in alerts)]
    if len(kinds) == 1:
        return "; the most: ".join(_part(kinds[0], alerts))
    parts = (_part(kind, [alert for alert in alerts if alert.rule.kind == kind]) for kind in kinds)
    return ", ".join(" ".join([what, *(f"({most})" for most in largest)]) for what, *largest in parts)


def _part(kind: Kind, alerts: Sequence[Alert]) -> list[str]:
    """What so many tickers did, and the one that did it most, where that is a number that can be compared."""
    count = len({alert.tick.ticker for alert in alerts})
    what, most = f"{count:,} {'ticker' if count == 1 else 'tickers'} {DID[kind]}", max(alerts, key=extent)
    if kind in ("above", "below"):
        return [what]
    sign, unit = {"rise": ("+", "%"), "fall": ("-", "%")}.get(kind, ("", "times"))
    return [what, f"{most.tick.ticker} {sign}{shown_extent(most)} {unit}"]


def _detail(alert: Alert) -> str:
    """The prices that the alert compares, and their times."""
    last = f"{alert.tick.price:f} at {render(alert.tick.timestamp)}"
    first = f"{alert.base.price:f} at {render(alert.base.timestamp)}, then " if alert.base else ""
    volume = f"; a volume of {alert.volume:f}, usually {alert.mean:f}" if alert.volume is not None else ""
    return f"{first}{last}{volume}{'; not all ticks in between were seen' if alert.after_gap else ''}"
