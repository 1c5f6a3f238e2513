from decimal import Decimal
from typing import Any

from tick import Tick
from venues.reading import GRACE, Lost, Reading, TakenBack, Ticks
from venues.venue import Beat, Symbol, Venue

from .toy import START, TOY, UNORDERED, frame


def reading_of(venue: Venue = TOY, *names: str) -> Reading:
    return Reading(venue, [Symbol(name, f"{name}-USD") for name in names or ("A", "B")])


def heard(reading: Reading, *events: Any, now: float = 0, **more: bool) -> list[Any]:
    """What one frame brings: ticks as ticker and price."""
    return [
        [(tick.ticker, str(tick.price)) for tick in one.ticks] if isinstance(one, Ticks) else one
        for one in reading.read([frame(*events)], now, **more)
    ]


def test_trades_become_ticks_of_our_names() -> None:
    reading = reading_of()
    [ticks] = reading.read([frame(["A", 1, "1.50", 0])], 0)
    assert ticks == Ticks([Tick("A-USD", Decimal("1.50"), START)], [])


def test_trades_that_came_together_stay_together() -> None:
    assert heard(reading_of(), ["A", 1, "1", 0], ["B", 1, "2", 0]) == [[("A-USD", "1"), ("B-USD", "2")]]


def test_a_loss_stands_before_the_tick_that_told_of_it() -> None:
    found = heard(reading_of(), ["A", 1, "1", 0], ["A", 3, "3", 1])
    assert found == [[("A-USD", "1")], Lost(), [("A-USD", "3")]]


def test_while_connections_overlap_a_hole_waits_for_the_other_one() -> None:
    reading = reading_of()
    assert heard(reading, ["A", 1, "1", 0], ["A", 3, "3", 1], is_overlapping=True) == [[("A-USD", "1"), ("A-USD", "3")]]
    assert heard(reading, ["A", 2, "2", 1], ["A", 3, "3", 1], is_overlapping=True) == [[("A-USD", "2")]]
    assert list(reading.look(GRACE)) == []
    assert reading.duplicates == 1


def test_a_hole_that_nobody_fills_is_told_although_nothing_comes() -> None:
    reading = reading_of()
    heard(reading, ["A", 1, "1", 0], ["A", 3, "3", 1], is_overlapping=True)
    assert list(reading.look(GRACE - 0.01)) == []
    assert list(reading.look(GRACE)) == [Lost()]
    assert reading.losses == 1


def test_history_of_the_first_subscription_is_no_news_and_says_what_comes_next() -> None:
    reading = reading_of()
    assert heard(reading, ["A", 1, "1", 0, "old"], ["A", 2, "2", 0, "old"]) == []
    assert heard(reading, ["A", 4, "4", 1]) == [Lost(), [("A-USD", "4")]]
    assert reading.passed["history"] == 2


def test_history_after_a_lost_connection_fills_the_hole() -> None:
    reading = reading_of()
    heard(reading, ["A", 1, "1", 0])
    reading.interrupted()
    assert heard(reading, ["A", 1, "1", 0, "old"], ["A", 2, "2", 1, "old"], ["A", 3, "3", 2]) == [
        [("A-USD", "2"), ("A-USD", "3")]
    ]


def test_history_that_does_not_reach_back_is_a_loss() -> None:
    reading = reading_of()
    heard(reading, ["A", 1, "1", 0])
    reading.interrupted()
    assert heard(reading, ["A", 9, "9", 2, "old"]) == [Lost(), [("A-USD", "9")]]


def test_without_an_order_of_ids_a_lost_connection_is_a_loss() -> None:
    reading = reading_of(UNORDERED)
    heard(reading, ["A", "x", "1", 0])
    reading.interrupted()
    assert heard(reading, ["A", "x", "1", 0], ["A", "y", "2", 1]) == [Lost(), [("A-USD", "2")]]


def test_a_venue_that_takes_trades_back_has_their_keys() -> None:
    reading = reading_of(UNORDERED)
    ticks, back = reading.read([frame(["A", "x", "1", 0], ["back", "A", "x"])], 0)
    assert isinstance(ticks, Ticks)
    assert ticks.keys == [("A-USD", "x")]
    assert back == TakenBack(("A-USD", "x"), "cancelled")


def test_what_nobody_asked_for_is_left_out_and_counted() -> None:
    reading = reading_of()
    assert heard(reading, ["C", 1, "1", 0], "odd", ["back", "C", 1], ["newest", "C", 1]) == []
    assert reading.passed == {"not asked for": 1, "odd lot": 1}


def test_other_events_pass_in_their_place() -> None:
    assert heard(reading_of(), ["A", 1, "1", 0], "beat", ["A", 2, "2", 0]) == [
        [("A-USD", "1")],
        Beat(),
        [("A-USD", "2")],
    ]


def test_a_frame_that_is_none_of_the_venues_is_bad_and_shown() -> None:
    reading = reading_of()
    found = [*reading.read([b"nonsense", frame(["A", 1, "1", 0]), frame({"b": 1})], 0)]
    assert len(found) == 1
    assert reading.bad == 2
    assert "b" in reading.latest_bad
