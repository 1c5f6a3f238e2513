"""Alerts that are read again from what was kept of them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import Tick
from watch.alert import Alert
from watch.alert_json import alert_of, json_line
from watch.rule import Rule

from .kept_lines import FIELDS, kept_line

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
NUMBERS = st.decimals(Decimal("1e-20"), Decimal("1e20"), allow_nan=False, allow_infinity=False)
INSTANTS = st.datetimes(timezones=st.just(UTC))
TICKS = st.builds(Tick, st.just("AAPL"), NUMBERS, INSTANTS, st.none() | st.integers(0, 2**63 - 1))
WINDOWS = st.timedeltas(timedelta(microseconds=1), timedelta(days=1))


@st.composite
def moves(draw: st.DrawFn) -> Alert:
    kind = draw(st.sampled_from(["rise", "fall"]))
    percent = draw(NUMBERS) * (-1 if kind == "fall" else 1)
    rule, received = Rule(draw(NUMBERS), draw(WINDOWS), name=kind, kind=kind), draw(st.none() | INSTANTS)
    return Alert("ab12", draw(TICKS), rule, draw(TICKS), percent, after_gap=draw(st.booleans()), received=received)


@given(moves())
def test_a_line_gives_the_alert_that_gave_it(alert: Alert) -> None:
    assert json_line(alert_of(json_line(alert))) == json_line(alert)


@pytest.mark.parametrize("kind", ["above", "below"])
def test_a_level_is_the_threshold_and_the_tick_before_is_there(kind: str) -> None:
    alert = alert_of(kept_line(kind, 1, "201.30"))
    assert (alert.rule.threshold, alert.base) == (200, Tick("T1", Decimal(FIELDS[kind]["previous_price"]), NOON))
    assert alert.tick == Tick("T1", Decimal("201.30"), NOON, 7)


def test_a_volume_has_the_mean_of_its_windows() -> None:
    alert = alert_of(kept_line("volume", 1, "4.1"))
    assert (alert.volume, alert.mean, alert.base, alert.percent) == (41, 10, None, None)
    assert (alert.rule.threshold, alert.rule.windows, alert.rule.window) == (3, 10, timedelta(minutes=1))


def test_what_is_said_of_the_rule_is_known() -> None:
    alert = alert_of(kept_line("fall", 1, confirmed=False, gap=True))
    assert (alert.rule.name, alert.rule.kind, alert.rule.severity) == ("my-fall", "fall", "info")
    assert (alert.confirmed, alert.after_gap, alert.received, alert.percent) == (False, True, NOON, -3)


def test_lines_from_before_there_were_rules_are_understood() -> None:
    fields = json.loads(kept_line("rise", 1))
    alert = alert_of(json.dumps({name: fields[name] for name in fields.keys() - {"rule", "severity", "confirmed"}}))
    assert (alert.rule.name, alert.rule.severity, alert.confirmed) == ("rise", "warning", True)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("rise", {"kind": "jump"}), ("rise", {"price": None}), ("rise", {"price": "NaN"}), ("rise", {"low": None}),
        ("rise", {"low_timestamp": None}), ("rise", {"rise_percent": None}), ("rise", {"threshold_percent": None}),
        ("rise", {"timestamp": "noon"}), ("rise", {"threshold_percent": "0"}), ("rise", {"threshold_percent": "NaN"}),
        ("rise", {"window_seconds": 1e300}), ("fall", {"high": None}),
        ("fall", {"fall_percent": "Infinity"}), ("above", {"level": None}), ("below", {"previous_price": None}),
        ("volume", {"volume": None}), ("volume", {"mean_volume": None}), ("volume", {"mean_volume": "0"}), ("volume", {"threshold_times": None}),
    ],
)  # fmt: skip
def test_what_is_no_such_line_is_refused(kind: str, fields: dict[str, object]) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        alert_of(kept_line(kind, 1, **fields))
