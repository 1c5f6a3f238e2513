"""A rule is tried on what came in the last hour, as far as there is room for it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tick import FIRST_INSTANT, Tick
from watch import history
from watch.history import MAX_LISTED, SPAN, History
from watch.rule import Rule

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)


def ticks(*prices: str, second: float = 0) -> list[Tick]:
    """One a second, from this one after noon on."""
    return [Tick("A", Decimal(price), NOON + timedelta(seconds=second + number)) for number, price in enumerate(prices)]


def test_it_tells_what_the_rule_would_have_raised() -> None:
    seen = History()
    seen.add(ticks("100", "103"))
    seen.add(ticks("103", second=2))
    found = seen.try_rule(Rule())
    assert [alert["price"] for alert in found.pop("alerts")] == ["103"]
    assert found == {
        "begin": "2025-06-06T12:00:00.000000Z",
        "end": "2025-06-06T12:00:02.000000Z",
        "ticks": 3,
        "count": 1,
    }


def test_what_waits_for_a_second_tick_is_told_as_well() -> None:
    seen = History()
    seen.add(ticks("100", "103"))
    assert [alert["confirmed"] for alert in seen.try_rule(Rule())["alerts"]] == [False]


def test_of_nothing_there_is_nothing_to_tell() -> None:
    seen = History()
    seen.add([])
    assert seen.try_rule(Rule()) == {"begin": None, "end": None, "ticks": 0, "count": 0, "alerts": []}


def test_all_alerts_are_counted_and_some_are_listed() -> None:
    seen = History()
    for number in range(MAX_LISTED + 1):
        seen.add([Tick(f"T{number}", tick.price, tick.timestamp) for tick in ticks("100", "103", "103")])
    found = seen.try_rule(Rule())
    assert (found["count"], len(found["alerts"])) == (MAX_LISTED + 1, MAX_LISTED)


def test_ticks_of_more_than_an_hour_ago_are_forgotten() -> None:
    seen, hour = History(), SPAN.total_seconds()
    seen.add(ticks("1"))
    seen.add(ticks("2", second=hour))
    assert seen.try_rule(Rule())["ticks"] == 2
    seen.add(ticks("3", second=hour + 1))
    assert seen.try_rule(Rule())["ticks"] == 2


def test_the_first_instant_has_nothing_before_it() -> None:
    seen = History()
    seen.add([Tick("A", Decimal(1), FIRST_INSTANT)])
    assert seen.try_rule(Rule())["ticks"] == 1


def test_there_is_room_for_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_TICKS", 5)
    seen = History()
    for second in range(4):
        seen.add(ticks("1", "2", second=second))
    assert seen.try_rule(Rule())["ticks"] == 4


def test_of_more_at_once_than_there_is_room_for_the_latest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_TICKS", 5)
    seen = History()
    seen.add(ticks("1", "2"))
    seen.add(ticks(*"123456", second=2))
    found = seen.try_rule(Rule())
    assert (found["ticks"], found["begin"]) == (5, "2025-06-06T12:00:03.000000Z")
