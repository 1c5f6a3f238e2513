"""What people and programs read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import Tick
from watch.alert import Alert
from watch.alert_json import json_line
from watch.alert_text import above, text_line
from watch.rule import Rule

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
TICK = Tick("AAPL", Decimal("102.40"), NOON, 8)
ALERT = Alert("ab12", TICK, Rule(), Tick("AAPL", Decimal("1E+2"), NOON, 7), Decimal("2.4"), received=NOON)
FALL = Alert("ab12", Tick("AAPL", Decimal("97.60"), NOON), Rule(kind="fall"), TICK, Decimal("-2.4"), after_gap=True)
LEVEL = Rule(Decimal("2E+2"), name="level", kind="above", severity="critical")
CROSSED = Alert("cd34", Tick("AAPL", Decimal("201.30"), NOON, 8), LEVEL, Tick("AAPL", Decimal("199"), NOON, 7))
VOLUME = Rule(Decimal(4), timedelta(minutes=1), name="volume", kind="volume", windows=10)
TRADED = Alert("ef56", TICK, VOLUME, volume=Decimal("41.0"), mean=Decimal(10))


def test_the_line_for_people() -> None:
    assert text_line(ALERT) == "📈 Price Spike Alert: AAPL increased by 2.4% in 1 minute!"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (30, "30 seconds"), (90, "90 seconds"), (0.5, "0.5 seconds"), (300, "5 minutes")],
)
def test_other_windows_are_named(seconds: float, words: str) -> None:
    assert text_line(replace(ALERT, rule=Rule(window=timedelta(seconds=seconds)))).endswith(f"in {words}!")


def test_a_fall_has_a_line_of_its_own() -> None:
    assert text_line(FALL) == "📉 Price Drop Alert: AAPL decreased by 2.4% in 1 minute!"


def test_the_line_for_programs() -> None:
    assert json.loads(json_line(ALERT)) == {
        "id": "ab12",
        "kind": "rise",
        "rule": "rise",
        "severity": "warning",
        "ticker": "AAPL",
        "price": "102.40",
        "timestamp": "2025-06-06T12:00:00.000000Z",
        "seq": 8,
        "low": "100",
        "low_timestamp": "2025-06-06T12:00:00.000000Z",
        "low_seq": 7,
        "rise_percent": "2.4",
        "threshold_percent": "2",
        "window_seconds": 60.0,
        "gap": False,
        "confirmed": True,
        "received": "2025-06-06T12:00:00.000000Z",
    }


def test_a_fall_has_a_high_for_programs() -> None:
    shown = json.loads(json_line(FALL))
    assert (shown["kind"], shown["high"], shown["high_seq"], shown["fall_percent"]) == ("fall", "102.40", 8, "2.4")
    assert (shown["gap"], shown["seq"], shown["received"]) == (True, None, None)
    assert not {"low", "rise_percent"} & shown.keys()


@pytest.mark.parametrize(
    ("percent", "words"),
    [("2.01", "2.01%"), ("2.04", "2.04%"), ("2.06", "2.1%"), ("2.0001", "2.0001%"), ("2.00006", "2.0001%"), ("3", "3.0%"),
     ("2.000000000000000000000000001", "2.000000000000000000000000001%"), ("2", "2.000000000000000000000000001%")],
)  # fmt: skip
def test_a_percentage_shows_that_it_is_above_the_threshold(percent: str, words: str) -> None:
    assert f" by {words} in" in text_line(replace(ALERT, percent=Decimal(percent)))
    assert f" by {words} in" in text_line(replace(FALL, percent=-Decimal(percent)))


@given(st.decimals("0.0001", "99", places=4), st.decimals("1e-26", "50", places=26))
def test_no_number_is_shown_at_the_threshold_or_below(threshold: Decimal, more: Decimal) -> None:
    shown = above(threshold + more, threshold)
    assert Decimal(shown) > threshold
    assert len(shown.replace(".", "").lstrip("0")) <= 29
    assert Decimal(shown) - threshold <= 2 * more


def test_a_small_threshold_is_not_rounded_to_twice_as_much() -> None:
    assert above(Decimal("0.051"), Decimal("0.05")) == "0.051"


def test_a_level_has_a_line_of_its_own() -> None:
    assert text_line(CROSSED) == "📈 Price Level Alert: AAPL rose above 200, to 201.30!"
    below = replace(CROSSED, rule=replace(LEVEL, kind="below"), tick=Tick("AAPL", Decimal("199.20"), NOON))
    assert text_line(below) == "📉 Price Level Alert: AAPL fell below 200, to 199.20!"


def test_a_volume_has_a_line_of_its_own() -> None:
    assert text_line(TRADED) == "📈 Volume Alert: AAPL traded 4.1 times its usual volume in 1 minute!"
    assert " traded 4.01 times " in text_line(replace(TRADED, volume=Decimal("40.1")))


@pytest.mark.parametrize("alert", [ALERT, FALL, CROSSED, TRADED], ids=lambda alert: alert.rule.kind)
def test_a_line_says_that_only_time_confirmed_it(alert: Alert) -> None:
    assert text_line(replace(alert, confirmed=False)) == text_line(alert) + " (not confirmed by a second tick)"
    assert json.loads(json_line(replace(alert, confirmed=False)))["confirmed"] is False


def test_a_level_has_the_tick_before_it_for_programs() -> None:
    assert json.loads(json_line(CROSSED)) == {
        "id": "cd34",
        "kind": "above",
        "rule": "level",
        "severity": "critical",
        "ticker": "AAPL",
        "price": "201.30",
        "timestamp": "2025-06-06T12:00:00.000000Z",
        "seq": 8,
        "level": "200",
        "previous_price": "199",
        "previous_timestamp": "2025-06-06T12:00:00.000000Z",
        "previous_seq": 7,
        "gap": False,
        "confirmed": True,
        "received": None,
    }


def test_a_volume_has_the_mean_for_programs() -> None:
    shown = json.loads(json_line(TRADED))
    assert {field: shown[field] for field in list(shown)[8:13]} == {
        "volume": "41.0",
        "mean_volume": "10",
        "threshold_times": "4",
        "window_seconds": 60.0,
        "windows": 10,
    }
    assert not {"level", "low", "threshold_percent"} & shown.keys()
