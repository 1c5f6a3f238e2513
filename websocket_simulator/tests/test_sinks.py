"""What people and programs read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from detector import Alert
from sinks import json_line, text_line

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
ALERT = Alert(
    "ab12", "AAPL", Decimal("102.40"), NOON, Decimal("1E+2"), NOON, Decimal("2.4"), Decimal("2"), timedelta(minutes=1)
)


def test_the_line_for_people() -> None:
    assert text_line(ALERT) == "📈 Price Spike Alert: AAPL increased by 2.4% in 1 minute!"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (30, "30 seconds"), (90, "90 seconds"), (0.5, "0.5 seconds"), (300, "5 minutes")],
)
def test_other_windows_are_named(seconds: float, words: str) -> None:
    assert text_line(replace(ALERT, window=timedelta(seconds=seconds))).endswith(f"in {words}!")


def test_the_line_for_programs() -> None:
    assert json.loads(json_line(ALERT)) == {
        "id": "ab12",
        "ticker": "AAPL",
        "price": "102.40",
        "timestamp": "2025-06-06T12:00:00.000000Z",
        "low": "100",
        "low_timestamp": "2025-06-06T12:00:00.000000Z",
        "rise_percent": "2.4",
        "threshold_percent": "2",
    }
