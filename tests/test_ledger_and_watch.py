"""What the ledger and the watch say to each other, without a connection between them: each understands the other."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from tick import Tick
from watch.alert import Alert
from watch.alert_json import json_line
from watch.detector import SpikeDetector
from watch.history import History
from watch.levels import LevelDetector
from watch.mutes import snoozes_of_answer
from watch.rule import Rule
from watch.rule_reader import RuleError, results_of, rules_of_answer
from watch.rule_reader import rule_of as rule_of_dict
from watch.volumes import VolumeDetector

pytestmark = pytest.mark.django_db
ALERTS, RULES, SNOOZES = "/api/alerts/", "/api/alert-rules/", "/api/alert-snoozes/"
PREVIEWS = "/api/alert-previews/"
BEGIN = datetime(2025, 6, 6, 20, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DETECTORS = {"rise": SpikeDetector, "fall": SpikeDetector, "above": LevelDetector, "below": LevelDetector}
FIELDS = {
    "rise": {"threshold": Decimal("0.5"), "window": 20 * SECOND, "rearm": SECOND},
    "fall": {"threshold": Decimal("0.5"), "severity": "critical"},
    "above": {"threshold": Decimal("100.250"), "margin": Decimal("0.1")},
    "below": {"threshold": Decimal("99.75"), "margin": Decimal(0), "cooldown": SECOND / 2},
    "volume": {"threshold": Decimal("1.5"), "window": 10 * SECOND, "windows": 3},
}
KINDS: Any = tuple(FIELDS)


def rule_of(kind: Any, **fields: Any) -> Rule:
    return Rule(**{"name": f"{kind}-1", "kind": kind, **FIELDS[kind], **fields})


def walk(seed: int) -> Iterator[Tick]:
    """Ticks of two tickers; some are late, some have other digits, and some jump and come back."""
    random, price = Random(seed), Decimal(100)
    for number in range(600):
        price += Decimal(random.randrange(-20, 21)) / 100
        jump = Decimal(random.choice([1, 1, 1, 1, 1, 1, 1, 1, 1, 10])) if random.random() < 0.1 else 1
        at = BEGIN + number * SECOND / 4 - random.choice([0, 0, 0, 1]) * SECOND
        quantity = Decimal(random.randrange(1, 100)) / random.choice([1, 3])
        yield Tick(random.choice(["A", "XRP/ETH"]), price * jump, at, number, quantity)


def found(rule: Rule, seed: int) -> list[Alert]:
    detector: Any = DETECTORS.get(rule.kind, VolumeDetector)(rule)
    return [*detector.feed(walk(seed)), *detector.expire(BEGIN + 10 * MINUTE)]


def in_values(alert: dict[str, Any]) -> dict[str, Any]:
    """Instants are written in several ways."""
    return {
        name: datetime.fromisoformat(value) if "timestamp" in name or (name == "received" and value) else value
        for name, value in alert.items()
    }


@pytest.mark.parametrize("confirm", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_ledger_takes_every_alert_and_tells_it_as_it_is(api: APIClient, kind: str, confirm: int) -> None:
    rule = rule_of(kind, confirm=confirm * SECOND)
    told = {line["id"]: line for seed in range(4) for line in map(json.loads, map(json_line, found(rule, seed)))}
    for line in told.values():
        assert api.post(ALERTS, json.dumps(line), content_type="application/json").status_code in (200, 201), line
    kept = {one["id"]: one for one in api.get(ALERTS, {"page_size": 1000, "rule": rule.name}).json()["results"]}
    assert kept.keys() == told.keys()
    for name, line in told.items():
        assert in_values(line).items() <= in_values(kept[name]).items()
    assert told


def sent(kind: str) -> dict[str, Any]:
    """The fields of the kind as people send them."""
    written: dict[type, Any] = {timedelta: timedelta.total_seconds, Decimal: str}
    return {name: written.get(type(value), lambda same: same)(value) for name, value in FIELDS[kind].items()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_watch_reads_a_rule_of_the_ledger(api: APIClient, kind: str) -> None:
    usual = {"name": f"{kind}-1", "kind": kind, "threshold": "0.00000000000000000001"}
    full = {"tickers": ["A?", "[B-D]*"], "notify": ["$NOTIFY_OPS"], "severity": "info", "name": "full"}
    for body in (usual, usual | sent(kind) | full):
        assert api.post(RULES, body).status_code == 201
    said: Any = {"name": "full", "tickers": ("A?", "[B-D]*"), "notify": ("$NOTIFY_OPS",), "severity": "info"}
    least: Any = {"threshold": Decimal("1e-20"), "name": f"{kind}-1", "kind": kind}
    read = {rule.name: rule for rule in rules_of_answer(api.get(RULES).content)}
    assert read == {"full": rule_of(kind, **said), f"{kind}-1": Rule(**least)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_watch_answers_what_a_rule_would_have_raised(api: APIClient, kind: str) -> None:
    history = History()
    seed = next(seed for seed in range(20) if found(rule_of(kind), seed))
    for ticks in ([], list(walk(seed))):
        history.add(ticks)
        asked = api.post(PREVIEWS, {"rule": {"name": f"{kind}-1", "kind": kind, **sent(kind)}})
        [waiting] = results_of(api.get(PREVIEWS, {"pending": "true"}).content)
        answer = history.try_rule(rule_of_dict(waiting["rule"]))
        told = api.patch(asked["Location"], answer).json()
        assert (told["status"], told["ticks"], told["count"]) == ("done", len(ticks), answer["count"])
        assert list(map(in_values, told["alerts"])) == list(map(in_values, answer["alerts"]))
    assert told["alerts"]


SECONDS = st.sampled_from([0, 0.000001, "0.0000001", 60, "60.5", 86400, "86400.000001", -1, True, None, "NaN", []])
FIELDS_OF_RULES: dict[str, st.SearchStrategy[Any]] = {
    "tickers": st.lists(st.sampled_from(["*", "a?", "[A-B]*", "BRK B", "x" * 64, "x" * 65, "A,B", "\u00e9", "", 7]), max_size=3),
    "window": SECONDS, "confirm": SECONDS, "cooldown": SECONDS, "rearm": SECONDS,
    "margin": st.sampled_from([0, "99.99999999999999999999", 100, -1, "1e-20", None]),
    "windows": st.sampled_from([0, 1, 1000, 1001, 1.5, "5", True]),
    "severity": st.sampled_from(["info", "warning", "critical", "loud", None, 7]),
    "notify": st.lists(st.just("$NOTIFY_OPS"), min_size=8, max_size=12),
    "hours": st.none(),
    "colour": st.just("red"),
}  # fmt: skip
BODIES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "a-1", "x" * 32, "x" * 33, "A", "", 7]),
        "kind": st.sampled_from([*KINDS, *KINDS, "up"]),
        "threshold": st.sampled_from(
            [2, "2.50", "1e-20", "1e-21", "1e20", "100000000000000000001", 0, -1, True, "NaN", []]
        ),
    }
)
MORE = st.dictionaries(st.sampled_from(sorted(FIELDS_OF_RULES)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS_OF_RULES[name] for name in names})
)


def is_read(body: dict[str, Any]) -> bool:
    try:
        rule_of_dict(json.loads(json.dumps(body), parse_float=Decimal))
    except RuleError:
        return False
    return True


@settings(max_examples=150)
@given(BODIES, MORE)
def test_they_refuse_the_same_rules(body: dict[str, Any], more: dict[str, Any]) -> None:
    api = ApiClient()
    with transaction.atomic():
        answer = api.post(RULES, body | more)
        assert answer.status_code in (201, 400)
        assert (answer.status_code == 201) is is_read(body | more), answer.content
        if answer.status_code == 201:
            assert len(rules_of_answer(api.get(RULES).content)) == 1
        transaction.set_rollback(True)


def test_the_watch_reads_a_snooze_of_the_ledger(api: APIClient) -> None:
    until = datetime.now(UTC) + MINUTE
    for body in ({"ticker": "A"}, {"ticker": "A*", "rule": "rise-1"}):
        assert api.post(SNOOZES, body | {"until": until.isoformat()}).status_code == 201
    newest, oldest = snoozes_of_answer(api.get(SNOOZES, {"active": "true"}).content)
    assert (newest.tickers, newest.rule, newest.end) == (("A[*]",), "rise-1", until)
    assert (oldest.tickers, oldest.rule, oldest.end) == (("A",), None, until)
