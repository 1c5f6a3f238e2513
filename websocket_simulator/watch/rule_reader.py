"""Rules as data, read strictly: from TOML or JSON that was decoded into dicts, with exact numbers.

An unknown field, a wrong type, a value out of range, a field that does not belong to the rule's kind, or a name
that is there already is an error, which says in which rule and field. `notify` may hold secrets, and is never
quoted.

Pure: no sockets, no clock.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tick import LARGEST_PRICE, PRICE, SMALLEST_PRICE, TICKER
from watch.exact import EXACT
from watch.hours import check_hours
from watch.rule import Rule

MAX_RULES = 200
MAX_SECONDS = 24 * 60 * 60  # of each duration
MAX_WINDOWS = 1000
MAX_GLOBS = 100
MAX_TARGETS = 10
TARGET_LENGTH = 2048
SHOWN = 80

KINDS = ("rise", "fall", "above", "below", "volume")
SEVERITIES = ("info", "warning", "critical")
NAME = re.compile(r"[a-z0-9-]{1,32}")
HOURS = re.compile(r"[A-Z0-9]{2,12}")
REQUIRED = ("name", "kind", "threshold")
NOT_OF = {
    "rise": ("margin", "windows"),
    "fall": ("margin", "windows"),
    "above": ("window", "rearm", "windows"),
    "below": ("window", "rearm", "windows"),
    "volume": ("confirm", "rearm", "margin"),
}
Reader = Callable[[object], Any]  # ValueError says what is wrong
OF_THE_LEDGER = ("id", "created_at", "updated_at")  # what its answers have besides


class RuleError(ValueError):
    """What is wrong with the table number `number` of a list, from 0 on, or with the list; and with which field."""

    def __init__(self, table: str, number: int | None, name: object, field: str | None, reason: str) -> None:
        is_named = isinstance(name, str) and NAME.fullmatch(name)
        called = f" {name!r}" if is_named else "" if number is None else f" number {number + 1}"
        words = f"{table}{called}: {f'{field} {reason}' if field else reason}"
        super().__init__(words if words.isprintable() else ascii(words)[1:-1])
        self.place = tuple(part for part in (table, number, field) if part is not None)


def rules_of(items: object) -> tuple[Rule, ...]:
    """The rules that a list of dicts describes, in its order. Raises RuleError."""
    if not isinstance(items, list):
        raise RuleError("rule", None, None, None, "is no list of tables: write [[rule]] above each")
    if len(items) > MAX_RULES:
        raise RuleError("rule", MAX_RULES, None, None, f"is more than the {MAX_RULES} that there may be")
    rules = tuple(rule_of(item, number) for number, item in enumerate(items))
    names: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.name in names:
            raise RuleError("rule", number, rule.name, "name", "is that of an earlier rule")
        names.add(rule.name)
    return rules


def rules_of_answer(body: bytes) -> tuple[Rule, ...]:
    """The rules of the ledger's answer to `GET /api/alert-rules/`, in its order. Raises RuleError, or ValueError."""
    results = results_of(body)
    return rules_of([{field: item[field] for field in item if field not in OF_THE_LEDGER} for item in results])


def results_of(body: bytes) -> list[dict[str, Any]]:
    """The results of an answer of the ledger, with exact numbers. ValueError if it is none."""
    try:
        answer = json.loads(body, parse_float=Decimal)
    except RecursionError:
        answer = None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
        raise ValueError("the answer has no list of results")
    return results


def rule_of(item: object, number: int = 0) -> Rule:
    """The rule that a dict describes; `number` is for errors. Raises RuleError."""
    fields = fields_of(item, READERS, REQUIRED, ("rule", number))
    for field in NOT_OF[fields["kind"]]:
        if field in fields:
            reason = f"does not belong to a rule of the kind {fields['kind']!r}"
            raise RuleError("rule", number, fields["name"], field, reason)
    return Rule(**fields)


def fields_of(
    item: object, readers: Mapping[str, Reader], required: Collection[str], place: tuple[str, int]
) -> dict[str, Any]:
    """The fields of a dict, each as its reader gives it; `place` is the table and its number. Raises RuleError."""
    if not isinstance(item, dict):
        raise RuleError(*place, None, None, "is no table of fields")
    name, fields = item.get("name"), {}
    for field, value in item.items():
        if field not in readers:
            raise RuleError(*place, name, field, f"is no field of a {place[0]}")
        try:
            fields[field] = readers[field](value)
        except ValueError as error:
            raise RuleError(*place, name, field, str(error)) from None
    for field in required:
        if field not in fields:
            raise RuleError(*place, name, None, f"{field} is missing")
    return fields


def text(form: re.Pattern[str], description: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError(f"is not {description}: {_shown(value)}")
        return value

    return read


def _one_of(choices: Collection[str]) -> Callable[[object], str]:
    return text(re.compile("|".join(choices)), f"one of {', '.join(choices)}")


def _decimal(
    low: Decimal | int, high: Decimal | int, *, above: bool = False, below: bool = False
) -> Callable[[object], Decimal]:
    """Exact numbers, or texts of such, from `low`, or above it, to `high`, or below it. Floats are not exact."""
    span = f"{'above' if above else 'from'} {low} {'and below' if below else 'to'} {high}"

    def read(value: object) -> Decimal:
        if isinstance(value, str) and PRICE.fullmatch(value):
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(f"is not a number: {_shown(value)}")
        number = Decimal(value)
        is_within = number.is_finite() and low <= number <= high
        if not is_within or (above and number == low) or (below and number == high):
            raise ValueError(f"is not {span}: {_shown(value)}")
        return number

    return read


def _seconds(*, above: bool = False) -> Callable[[object], timedelta]:
    """Durations in seconds, exact to the microsecond."""
    number_of = _decimal(0, MAX_SECONDS, above=above)

    def read(value: object) -> timedelta:
        microseconds = EXACT.scaleb(number_of(value), 6)
        if microseconds != int(microseconds):
            raise ValueError(f"is finer than a microsecond: {_shown(value)}")
        return timedelta(microseconds=int(microseconds))

    return read


def _windows(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_WINDOWS:
        raise ValueError(f"is not a whole number from 1 to {MAX_WINDOWS}: {_shown(value)}")
    return value


def globs(value: object) -> tuple[str, ...]:
    """Globs of tickers, in upper case, from a list; ValueError says what it is not."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_GLOBS:
        raise ValueError(f"is not a list of 1 to {MAX_GLOBS} tickers or patterns such as 'BTC-*'")
    for glob in value:
        if not isinstance(glob, str) or not TICKER.fullmatch(glob):
            raise ValueError(f"has what is neither a ticker nor a pattern such as 'BTC-*': {_shown(glob)}")
    return tuple(glob.upper() for glob in value)


def _hours(value: object) -> str | None:
    if value is None:
        return None
    code = text(HOURS, "the code of an exchange such as XNYS")(value)
    check_hours(code)
    return code


def _targets(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_TARGETS:
        raise ValueError(f"is not a list of at most {MAX_TARGETS} targets")
    for target in value:
        if not isinstance(target, str) or not 1 <= len(target) <= TARGET_LENGTH or not target.isprintable():
            raise ValueError(f"has what is no target: a text of 1 to {TARGET_LENGTH} visible characters")
    return tuple(value)


def _shown(value: object) -> str:
    """The value as ASCII, cut to SHOWN characters; an integer may have more digits than Python makes a text of."""
    if isinstance(value, int) and value.bit_length() > 3 * SHOWN:
        return "a longer number"
    words = str(value) if isinstance(value, Decimal) else ascii(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}..."


name = text(NAME, "1 to 32 lower-case letters, digits and hyphens")
READERS: dict[str, Reader] = {
    "name": name,
    "kind": _one_of(KINDS),
    "tickers": globs,
    "threshold": _decimal(SMALLEST_PRICE, LARGEST_PRICE),
    "window": _seconds(above=True),
    "confirm": _seconds(),
    "cooldown": _seconds(),
    "rearm": _seconds(),
    "margin": _decimal(0, 100, below=True),
    "windows": _windows,
    "hours": _hours,
    "severity": _one_of(SEVERITIES),
    "notify": _targets,
}
