"""Which alerts are told to nobody: those of tickers, and of one rule or all, from an instant until before another.

Mutes are tables of a file of rules, or snoozes of the ledger. The time of an alert is that of its tick.

Pure: no sockets, no clock.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from tick import FIRST_INSTANT, instant_of, ticker_of
from watch.alert import Alert
from watch.rule_fields import Reader, globs, name
from watch.rule_reader import RuleError, fields_of, results_of

MAX_MUTES = 1000
GLOB = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Mute:
    """No alert of these tickers (globs, in upper case) and this rule, or of any, from `begin` until before `end`."""

    tickers: tuple[str, ...]
    rule: str | None
    begin: datetime
    end: datetime

    def holds(self, alert: Alert) -> bool:
        """Whether it is one that nobody is told."""
        if not self.begin <= alert.tick.timestamp < self.end or self.rule not in (None, alert.rule.name):
            return False
        return any(fnmatchcase(alert.tick.ticker, glob) for glob in self.tickers)


@dataclass(frozen=True, slots=True)
class Mutes:
    """All that is muted at present, and snoozed."""

    mutes: tuple[Mute, ...] = ()
    snoozes: tuple[Mute, ...] = ()

    def holds(self, alert: Alert) -> bool:
        """Whether it is an alert that nobody is told."""
        return any(mute.holds(alert) for mute in (*self.mutes, *self.snoozes))


def mutes_of(items: object, rules: Iterable[str]) -> tuple[Mute, ...]:
    """The mutes that a list of dicts describes, of rules that have these names. Raises RuleError."""
    if not isinstance(items, list):
        raise RuleError("mute", None, None, None, "is no list of tables: write [[mute]] above each")
    if len(items) > MAX_MUTES:
        raise RuleError("mute", MAX_MUTES, None, None, f"is more than the {MAX_MUTES} that there may be")
    names = frozenset(rules)
    return tuple(_mute_of(item, number, names) for number, item in enumerate(items))


def _mute_of(item: object, number: int, rules: frozenset[str]) -> Mute:
    fields = fields_of(item, READERS, ("tickers", "from", "to"), ("mute", number))
    if fields.get("rule") not in (None, *rules):
        raise RuleError("mute", number, None, "rule", f"is the name of no rule: {fields['rule']!r}")
    if fields["from"] >= fields["to"]:
        raise RuleError("mute", number, None, "to", "is not after from")
    return Mute(fields["tickers"], fields.get("rule"), fields["from"], fields["to"])


def _instant(value: object) -> datetime:
    """A date and time of TOML, or a text of one; without an offset it is UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return instant_of(str(value))
    except (ValueError, OverflowError):
        raise ValueError(f"is no date and time: {str(value)[:40]!r}") from None


def snoozes_of_answer(body: bytes) -> tuple[Mute, ...]:
    """The snoozes of the ledger's answer to `GET /api/alert-snoozes/`. ValueError if it has none."""
    return tuple(_snooze_of(item) for item in results_of(body))


def _snooze_of(item: dict[str, object]) -> Mute:
    try:
        rule = None if item["rule"] is None else name(item["rule"])
        ticker = GLOB.sub(r"[\g<0>]", ticker_of(str(item["ticker"])))
        return Mute((ticker,), rule, FIRST_INSTANT, instant_of(str(item["until"])))
    except (KeyError, OverflowError) as error:
        raise ValueError(f"the answer has what is no snooze: {error}") from None


READERS: dict[str, Reader] = {"tickers": globs, "rule": name, "from": _instant, "to": _instant}
