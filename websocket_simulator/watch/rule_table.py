"""Rules and mutes as a table for people: `client.py --check-rules`."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from status import log
from tick import render
from watch.alert_text import duration
from watch.exact import EXACT
from watch.mutes import Mute
from watch.rule import Rule
from watch.rules_file import RulesError, counted, read_rules

WIDTH = 30  # characters of a list of tickers
HEADER = ("rule", "kind", "tickers", "alert when", "severity", "targets")


def check_rules(path: Path) -> int:
    """Print the rules of a file to stdout and return 0, or what is wrong to stderr and return 1."""
    try:
        rules = read_rules(path)
    except RulesError as error:
        log(f"error: {error}")
        return 1
    rows = [HEADER, *map(_row, rules.rules)]
    lines = [*_aligned(rows), *map(_mute_line, rules.mutes), f"{path}: {counted(rules)}"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(rule: Rule) -> tuple[str, ...]:
    """Targets are counted, as they may hold secrets."""
    targets = str(len(rule.notify) or "")
    return rule.name, rule.kind, _cut(rule.tickers), ", ".join(_conditions(rule)), rule.severity, targets


def _cut(tickers: Iterable[str]) -> str:
    words = ",".join(tickers)
    return words if len(words) <= WIDTH else f"{words[: WIDTH - 3]}..."


def _conditions(rule: Rule) -> Iterable[str]:
    """When an alert is due, and what it waits for."""
    match rule.kind:
        case "rise" | "fall":
            way = "up" if rule.kind == "rise" else "down"
            yield f"{way} more than {rule.threshold:f}% within {duration(rule.window)}"
        case "above" | "below":
            sign = -1 if rule.kind == "above" else 1
            back = EXACT.multiply(rule.threshold, EXACT.add(1, EXACT.scaleb(rule.margin * sign, -2)))
            yield f"{rule.kind} {rule.threshold:f}, again after {back.normalize(EXACT):f}"
        case _:
            windows = f"{rule.windows} windows" if rule.windows > 1 else "window"
            yield f"more than {rule.threshold:f} times the mean of the {windows} of {duration(rule.window)} before"
    if rule.kind != "volume":
        yield f"confirmed within {duration(rule.confirm)}" if rule.confirm else "not confirmed"
    if rule.kind in ("rise", "fall"):
        yield f"armed after {duration(rule.rearm)}" if rule.rearm else "armed at once"
    if rule.cooldown:
        yield f"not within {duration(rule.cooldown)} of the last"
    if rule.hours:
        yield f"while {rule.hours} is open"


def _mute_line(mute: Mute) -> str:
    what = f"rule {mute.rule}" if mute.rule else "all rules"
    return f"muted: {_cut(mute.tickers)}, {what}, from {render(mute.begin)} to {render(mute.end)}"
