"""Bad ticks, bounces and cooldowns: what waits for a second tick, and how often an alert is told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tick import LAST_INSTANT, Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.tickers import MAX_OUTLIERS

START = datetime(2025, 6, 6, 20, tzinfo=UTC)

Told = list[tuple[str, str, bool]]  # price, percent to two digits, whether it was confirmed


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def ticks(*moments: tuple[float, str], ticker: str = "AAPL") -> list[Tick]:
    """Ticks from pairs of seconds after START and price."""
    return [Tick(ticker, Decimal(price), START + seconds(second)) for second, price in moments]


def steady(price: str, first: int, last: int) -> list[tuple[float, str]]:
    """The same price each second."""
    return [(second, price) for second in range(first, last + 1)]


def told(alerts: Iterable[Alert]) -> Told:
    return [(f"{alert.tick.price:f}", f"{alert.percent:.2f}", alert.confirmed) for alert in alerts]


def all_of(stream: list[Tick], rule: Rule | None = None) -> Told:
    """What is told up to the end of a recording."""
    detector = SpikeDetector(rule or Rule())
    return told([*detector.feed(stream), *detector.expire(LAST_INSTANT)])


def test_a_rise_is_told_when_the_next_tick_agrees() -> None:
    detector = SpikeDetector(Rule())
    assert not detector.feed(ticks((0, "100"), (1, "103")))
    assert told(detector.feed(ticks((1.5, "101.5")))) == [("103", "3.00", True)]


def test_less_than_half_of_the_move_does_not_agree() -> None:
    assert not all_of(ticks((0, "100"), (1, "103"), (1.5, "101.49"), (2, "101")))


def test_one_tick_ten_times_too_high_is_an_outlier() -> None:
    detector = SpikeDetector(Rule())
    assert not detector.feed(ticks(*steady("170", 0, 9), (9.5, "1700"), *steady("170", 10, 19)))
    assert [(tick.ticker, str(tick.price)) for tick in detector.latest_outliers] == [("AAPL", "1700")]
    assert told(detector.feed(ticks((20, "175"), (21, "175")))) == [("175", "2.94", True)]


def test_one_tick_ten_times_too_low_is_no_low() -> None:
    assert all_of(ticks(*steady("170", 0, 9), (9.5, "17.00"), *steady("170", 10, 19), *steady("175", 20, 21))) == [
        ("175", "2.94", True)
    ]


def test_a_lonely_outlier_is_told_unconfirmed_and_hides_nothing() -> None:
    stream = ticks((0, "170"), (10, "170"), (20, "1700"), (30, "170"), (40, "175"), (41, "175"))
    assert all_of(stream) == [("1700", "900.00", False), ("175", "2.94", True)]


def test_a_lonely_low_outlier_is_no_low_either() -> None:
    stream = ticks((0, "170"), (10, "170"), (20, "17.00"), (30, "170"), (40, "175"), (41, "175"))
    assert all_of(stream) == [("175", "2.94", True)]


def test_a_rise_that_nothing_follows_is_told_unconfirmed_when_the_time_is_up() -> None:
    detector = SpikeDetector(Rule())
    detector.feed(ticks((0, "100"), (1, "103")))
    assert detector.deadline == START + seconds(3)
    assert not detector.expire(START + seconds(2.999999))
    assert told(detector.expire(START + seconds(3))) == [("103", "3.00", False)]
    assert not detector.feed(ticks((4, "103"), (5, "103.1")))


def test_time_is_that_of_the_feed() -> None:
    detector = SpikeDetector(Rule())
    detector.feed(ticks((0, "100"), (1, "103")) + ticks((0, "1"), ticker="B"))
    assert not detector.feed(ticks((2.999999, "1"), ticker="B"))
    assert told(detector.feed(ticks((3, "1"), ticker="B"))) == [("103", "3.00", False)]


def test_a_tick_that_the_clock_denies_lets_no_time_pass() -> None:
    detector = SpikeDetector(Rule())
    detector.feed(ticks((0, "100"), (1, "103")))
    assert not detector.feed(ticks((100, "1"), ticker="B"), START + seconds(5))
    assert detector.feed_time == START + seconds(1)


def test_a_ticker_that_is_behind_the_others_has_as_much_time() -> None:
    detector = SpikeDetector(Rule())
    behind = ticks((0, "100"), (1, "103"), (2.5, "100"))
    assert not detector.feed([behind[0], *ticks((4, "1"), ticker="B"), *behind[1:]])
    assert detector.outliers == 1


def test_the_same_tick_twice_confirms_nothing() -> None:
    assert not all_of(ticks((0, "100"), (1, "103"), (1, "103"), (1, "103.0"), (2, "100")))


def test_an_older_tick_confirms_but_does_not_contradict() -> None:
    detector = SpikeDetector(Rule())
    assert told(detector.feed(ticks((0, "100"), (2, "103"), (1.5, "100.1"), (1, "102")))) == [("103", "3.00", True)]
    assert not detector.outliers


def test_an_older_tick_far_from_both_is_an_outlier() -> None:
    detector = SpikeDetector(Rule())
    assert told(detector.feed(ticks((0, "100"), (2, "103"), (1, "10"), (3, "103")))) == [("103", "3.00", True)]
    assert [str(tick.price) for tick in detector.latest_outliers] == ["10"]


def test_a_late_tick_that_is_far_raises_nothing_by_itself() -> None:
    stream = ticks((0, "100"), (10, "100"), (9, "90"), (20, "100"))
    assert not all_of(stream)


def test_a_fall_waits_as_well() -> None:
    fall = Rule(kind="fall")
    assert all_of(ticks((0, "100"), (1, "97"), (1.5, "97.1")), fall) == [("97", "-3.00", True)]
    assert not all_of(ticks((0, "100"), (1, "10"), (1.5, "100"), (2, "100")), fall)


def test_an_outlier_is_listed_as_it_came() -> None:
    detector = SpikeDetector(Rule(kind="fall"))
    detector.feed(ticks(*((float(second), "10" if second % 2 else "100") for second in range(20))))
    assert [str(tick.price) for tick in detector.latest_outliers] == ["10"] * MAX_OUTLIERS
    assert detector.outliers == 9


@pytest.mark.parametrize("every", [1, 2])
def test_a_bounce_between_bid_and_ask_gives_one_alert(every: int) -> None:
    bounce = ticks(*((float(second), "1.021" if second // every % 2 else "1.000") for second in range(0, 180, every)))
    assert len(all_of(bounce)) == 1
    assert len(all_of(bounce, Rule(confirm=seconds(0)))) == 1


def test_it_is_armed_again_after_a_rest() -> None:
    rule = Rule(confirm=seconds(0))
    rested, disturbed = [(3, "100"), (8, "103")], [(3, "100"), (5, "102"), (6, "100"), (8, "103")]
    assert all_of(ticks((0, "100"), (1, "103"), *rested), rule) == [("103", "3.00", True)] * 2
    assert all_of(ticks((0, "100"), (1, "103"), *disturbed), rule) == [("103", "3.00", True)]


def test_a_cooldown_holds_back_all_but_escalations() -> None:
    rule = Rule(confirm=seconds(0), cooldown=seconds(30))
    stream = ticks((0, "100"), (1, "103"), (2, "100"), (9, "100"), (10, "103"), (11, "106"))
    assert all_of(stream, rule) == [("103", "3.00", True), ("106", "6.00", True)]


def test_what_a_cooldown_held_back_is_told_after_it_if_it_still_holds() -> None:
    rule = Rule(confirm=seconds(0), cooldown=seconds(30))
    stream = ticks((0, "100"), (1, "103"), (2, "100"), (9, "100"), (10, "103"), (30.999999, "103"), (31, "103"))
    assert all_of(stream, rule) == [("103", "3.00", True)] * 2


def test_a_forgotten_ticker_waits_for_nothing() -> None:
    detector = SpikeDetector(Rule(), max_tickers=1)
    detector.feed(ticks((0, "100"), (1, "103")) + ticks((2, "1"), ticker="B"))
    assert not detector.expire(LAST_INSTANT)


def test_time_ends_without_harm() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    stream = [Tick("A", Decimal(price), last - seconds(wait)) for price, wait in (("100", 3), ("103", 1))]
    assert all_of(stream, Rule(cooldown=seconds(10))) == [("103", "3.00", False)]
