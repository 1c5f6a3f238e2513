"""Rules as data, read strictly: from TOML or JSON that was decoded into dicts, with exact numbers.

An unknown field, a wrong type, a value out of range, a field that does not belong to the rule's kind, or a name
that is there already is an error, which says in which rule and field. `notify` may hold secrets, and is never
quoted.

Pure: no sockets, no clock.
"""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from tick import LARGEST_PRICE, SMALLEST_PRICE
from watch.rule import Rule
from watch.rule_fields import NAME, Reader, decimal, globs, hours, name, one_of, seconds, targets, windows

MAX_RULES = 200

KINDS = ("rise", "fall", "above", "below", "volume")
SEVERITIES = ("info", "warning", "critical")
REQUIRED = ("name", "kind", "threshold")
NOT_OF = {
    "rise": ("margin", "windows"),
    "fall": ("margin", "windows"),
    "above": ("window", "rearm", "windows"),
    "below": ("window", "rearm", "windows"),
    "volume": ("confirm", "rearm", "margin"),
}
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


READERS: dict[str, Reader] = {
    "name": name,
    "kind": one_of(KINDS),
    "tickers": globs,
    "threshold": decimal(SMALLEST_PRICE, LARGEST_PRICE),
    "window": seconds(above=True),
    "confirm": seconds(),
    "cooldown": seconds(),
    "rearm": seconds(),
    "margin": decimal(0, 100, below=True),
    "windows": windows,
    "hours": hours,
    "severity": one_of(SEVERITIES),
    "notify": targets,
}
