"""What the ledger and the watch say to each other, without a connection between them: each understands the other."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from rest_framework.test import APIClient

from tick import Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.levels import LevelDetector
from watch.mutes import snoozes_of_answer
from watch.rule import Rule
from watch.rule_reader import rules_of_answer
from watch.sinks import json_line
from watch.volumes import VolumeDetector

pytestmark = pytest.mark.django_db
ALERTS, RULES, SNOOZES = "/api/alerts/", "/api/alert-rules/", "/api/alert-snoozes/"
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


@pytest.mark.parametrize("kind", KINDS)
def test_the_watch_reads_a_rule_of_the_ledger(api: APIClient, kind: str) -> None:
    fields = {
        name: value.total_seconds() if isinstance(value, timedelta) else str(value) if isinstance(value, Decimal) else value
        for name, value in FIELDS[kind].items()
    }  # fmt: skip
    usual = {"name": f"{kind}-1", "kind": kind, "threshold": "0.00000000000000000001"}
    full = usual | fields | {"tickers": ["A?", "[B-D]*"], "notify": ["$NOTIFY_OPS"], "severity": "info"}
    for body in (usual, full | {"name": "full"}):
        assert api.post(RULES, body).status_code == 201
    read = rules_of_answer(api.get(RULES).content)
    said: Any = {"name": "full", "tickers": ("A?", "[B-D]*"), "notify": ("$NOTIFY_OPS",), "severity": "info"}
    least = Rule(Decimal("1e-20"), name=f"{kind}-1", kind=kind)  # type: ignore[arg-type]
    assert sorted(read, key=lambda rule: rule.name) == sorted(
        [rule_of(kind, **said), least], key=lambda rule: rule.name
    )


def test_the_watch_reads_a_snooze_of_the_ledger(api: APIClient) -> None:
    until = datetime.now(UTC) + MINUTE
    for body in ({"ticker": "A"}, {"ticker": "A*", "rule": "rise-1"}):
        assert api.post(SNOOZES, body | {"until": until.isoformat()}).status_code == 201
    newest, oldest = snoozes_of_answer(api.get(SNOOZES, {"active": "true"}).content)
    assert (newest.tickers, newest.rule, newest.end) == (("A[*]",), "rise-1", until)
    assert (oldest.tickers, oldest.rule, oldest.end) == (("A",), None, until)
