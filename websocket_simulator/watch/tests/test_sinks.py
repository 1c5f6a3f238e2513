"""What people and programs read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tick import Tick
from watch.alert import Alert
from watch.rule import Rule
from watch.sinks import json_line, text_line

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
TICK = Tick("AAPL", Decimal("102.40"), NOON, 8)
ALERT = Alert("ab12", TICK, Rule(), Tick("AAPL", Decimal("1E+2"), NOON, 7), Decimal("2.4"), received=NOON)
FALL = Alert("ab12", Tick("AAPL", Decimal("97.60"), NOON), Rule(kind="fall"), TICK, Decimal("-2.4"), after_gap=True)


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
        "received": "2025-06-06T12:00:00.000000Z",
    }


def test_a_fall_has_a_high_for_programs() -> None:
    shown = json.loads(json_line(FALL))
    assert (shown["kind"], shown["high"], shown["high_seq"], shown["fall_percent"]) == ("fall", "102.40", 8, "2.4")
    assert (shown["gap"], shown["seq"], shown["received"]) == (True, None, None)
    assert not {"low", "rise_percent"} & shown.keys()
