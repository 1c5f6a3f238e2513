"""Rules as data: what is right becomes a rule, and what is wrong is named by rule and field."""

import json
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.rule import Rule
from watch.rule_reader import MAX_RULES, READERS, RuleError, rule_of, rules_of, rules_of_answer

RISE: dict[str, Any] = {"name": "rise-2", "kind": "rise", "threshold": Decimal(2)}
LEVEL: dict[str, Any] = {"name": "high", "kind": "above", "threshold": "200"}
VOLUME: dict[str, Any] = {"name": "busy", "kind": "volume", "threshold": 3}


def refused(item: object) -> str:
    with pytest.raises(RuleError) as raised:
        rule_of(item)
    return str(raised.value)


def test_what_is_left_out_has_its_default() -> None:
    assert rule_of(RISE) == Rule(name="rise-2")
    assert rule_of(RISE | {"kind": "fall"}) == Rule(name="rise-2", kind="fall")


def test_every_field_is_read() -> None:
    given = {
        "tickers": ["btc-*", "A?", "[M-N]*"], "window": Decimal("0.5"), "confirm": 0, "cooldown": 86400, "rearm": "1.000001",
        "hours": "XNYS", "severity": "critical", "notify": ["$NOTIFY_OPS", "json://user:password@host"],
    }  # fmt: skip
    assert rule_of(RISE | given) == Rule(
        Decimal(2), timedelta(seconds=0.5), name="rise-2", tickers=("BTC-*", "A?", "[M-N]*"), confirm=timedelta(0),
        cooldown=timedelta(days=1), rearm=timedelta(seconds=1, microseconds=1), hours="XNYS", severity="critical",
        notify=("$NOTIFY_OPS", "json://user:password@host"),
    )  # fmt: skip
    assert rule_of(LEVEL | {"margin": "2.5"}).margin == Decimal("2.5")
    assert rule_of(VOLUME | {"windows": 1000, "window": 86400}).windows == 1000


@pytest.mark.parametrize("threshold", [2, Decimal("2.0"), "2", "2.00"])
def test_numbers_and_texts_of_numbers_are_exact(threshold: object) -> None:
    assert rule_of(RISE | {"threshold": threshold}).threshold == 2
    assert rule_of(RISE | {"threshold": "0.1"}).threshold == Decimal("0.1")


BAD = {
    "name": ["", "Rise", "a b", "a" * 33, "é", 7, None, ["a"]],
    "kind": ["", "RISE", "spike", None, 1],
    "threshold": [
        0,
        -1,
        "-1",
        "x",
        "",
        None,
        True,
        2.5,
        [2],
        Decimal("NaN"),
        Decimal("Infinity"),
        "1e21",
        Decimal("1e-21"),
    ],
    "tickers": [[], "A", None, [""], ["A,B"], ["A" * 65], [7], [["A"]], ["A"] * 101, {"A": 1}],
    "window": [
        0,
        -1,
        "x",
        None,
        True,
        86401,
        Decimal("86400.0000001"),
        Decimal("0.0000001"),
        Decimal("1." + "0" * 30 + "1"),
    ],
    "confirm": [-1, 86401, None, Decimal("1e-7")],
    "cooldown": [-1, 86401, "soon"],
    "rearm": [-1, 86401, []],
    "hours": ["", "nyse", 7, "X" * 13, "NOPE", ["XNYS"]],
    "severity": ["", "high", "Warning", None, 1],
    "notify": ["$A", None, [""], [7], ["a\nb"], ["a" * 2049], ["$A"] * 11],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_a_value_that_is_wrong_is_named_with_its_rule_and_field(field: str, value: object) -> None:
    message = refused(RISE | {field: value})
    assert message.startswith("rule number 1: name " if field == "name" else f"rule 'rise-2': {field} "), message
    assert len(message) < 250


@pytest.mark.parametrize("value", [-1, 100, "x", None])
def test_a_margin_is_from_0_to_below_100(value: object) -> None:
    assert refused(LEVEL | {"margin": value}).startswith("rule 'high': margin is not ")


@pytest.mark.parametrize("value", [0, 1001, Decimal(2), "2", True, None])
def test_windows_are_a_whole_number(value: object) -> None:
    assert refused(VOLUME | {"windows": value}).startswith(
        "rule 'busy': windows is not a whole number from 1 to 1000: "
    )


@pytest.mark.parametrize("field", ["name", "kind", "threshold"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    assert refused({name: value for name, value in RISE.items() if name != field}).endswith(f": {field} is missing")


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        *((RISE, field) for field in ("margin", "windows")),
        *((RISE | {"kind": "fall"}, field) for field in ("margin", "windows")),
        *((LEVEL, field) for field in ("window", "rearm", "windows")),
        *((LEVEL | {"kind": "below"}, field) for field in ("window", "rearm", "windows")),
        *((VOLUME, field) for field in ("confirm", "rearm", "margin")),
    ],
)
def test_a_field_of_another_kind_is_refused(rule: dict[str, Any], field: str) -> None:
    message = f"rule {rule['name']!r}: {field} does not belong to a rule of the kind {rule['kind']!r}"
    assert refused(rule | {field: 1}) == message


@pytest.mark.parametrize("field", ["treshold", "_", "NAME", "id", "new\nline"])
def test_a_field_that_is_not_known_is_refused(field: str) -> None:
    assert refused(RISE | {field: "secret"}) == f"rule 'rise-2': {ascii(field)[1:-1]} is no field of a rule"


@pytest.mark.parametrize("item", [None, 7, "rise", ["rise"]])
def test_what_is_no_table_is_no_rule(item: object) -> None:
    assert refused(item) == "rule number 1: is no table of fields"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(READERS)) | st.text(), ANYTHING))
def test_no_value_is_too_strange_to_be_refused(item: dict[str, object]) -> None:
    for rules in ([item], [RISE | item]):
        with suppress(RuleError):
            rules_of(rules)


def test_targets_are_never_quoted() -> None:
    for targets in (["json://secret\n"], "json://secret", ["json://secret" * 1000]):
        assert "secret" not in refused(RISE | {"notify": targets})


def test_a_number_with_thousands_of_digits_is_an_error_as_any() -> None:
    assert refused(RISE | {"threshold": 16**9000}).endswith(": a longer number")
    assert refused(RISE | {"threshold": "9" * 5000}).endswith("9...")


def test_names_are_unique_and_rules_are_limited() -> None:
    assert [rule.name for rule in rules_of([RISE, LEVEL])] == ["rise-2", "high"]
    with pytest.raises(RuleError, match=r"^rule 'rise-2': name is that of an earlier rule$") as raised:
        rules_of([RISE, LEVEL, RISE])
    assert raised.value.place == ("rule", 2, "name")
    with pytest.raises(RuleError, match=r"^rule number 201: is more than the 200 that there may be$"):
        rules_of([RISE] * (MAX_RULES + 1))
    with pytest.raises(RuleError, match="no list of tables"):
        rules_of({"name": "a"})


def test_an_answer_of_the_ledger_has_rules_with_exact_numbers() -> None:
    item = RISE | {
        "threshold": "2.5",
        "window": 60,
        "confirm": 0.1,
        "hours": None,
        "id": 1,
        "created_at": "",
        "updated_at": "",
    }
    assert rules_of_answer(json.dumps({"results": [item]}).encode()) == (
        Rule(Decimal("2.5"), name="rise-2", confirm=timedelta(seconds=0.1)),
    )


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"results": 1}', '{"results": [1]}', "[" * 100_000])
def test_an_answer_without_rules_is_an_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rules_of_answer(body.encode())
