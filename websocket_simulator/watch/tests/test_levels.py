"""Levels: each crossing told once, and none for a bad tick; against an oracle that looks at everything again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.msgpack import decode, encode
from websocket_simulator.tests.oracle_of_levels import expected_crossings

from tick import LAST_INSTANT, Tick
from watch.alert import Alert
from watch.levels import LevelDetector
from watch.rule import Rule

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ticks(*moments: tuple[float, str], ticker: str = "AAPL") -> list[Tick]:
    """Ticks from pairs of seconds after START and price."""
    return [Tick(ticker, Decimal(price), START + second * SECOND) for second, price in moments]


def above(level: str = "200", **others: Any) -> Rule:
    return Rule(Decimal(level), name="level", kind="above", **({"confirm": timedelta(0)} | others))


def found(*moments: tuple[float, str], rule: Rule) -> list[tuple[str, bool]]:
    """The prices of the ticks that cross, and whether a second tick confirmed them."""
    return [(str(alert.tick.price), alert.confirmed) for alert in LevelDetector(rule).feed(ticks(*moments))]


@st.composite
def streams(draw: st.DrawFn) -> list[Tick]:
    """A few tickers about the level 100, with prices at its edges, equal and late times."""
    waits = st.integers(-3, 3) | st.integers(-1, 20)
    prices = st.sampled_from(["90", "98.99", "99", "99.01", "99.99", "100", "100.01", "100.99", "101", "101.01", "110"])
    second, stream = 0, []
    for ticker, price, wait in draw(st.lists(st.tuples(st.sampled_from(["A", "B", "X"]), prices, waits), max_size=40)):
        second += wait
        stream.append(Tick(ticker, Decimal(price), START + second * SECOND))
    return stream


seconds = st.sampled_from([0, 1, 2, 10]).map(lambda number: number * SECOND)
rules = st.builds(
    Rule, st.just(Decimal(100)), name=st.just("level"), kind=st.sampled_from(["above", "below"]),
    tickers=st.just(("A", "[B-C]")), confirm=seconds, cooldown=seconds, margin=st.sampled_from(["0", "1", "5"]).map(Decimal),
)  # fmt: skip


@given(streams(), rules, st.integers(1, 7))
def test_it_finds_what_looking_at_everything_again_finds(stream: list[Tick], rule: Rule, together: int) -> None:
    detector = LevelDetector(rule)
    parts = [stream[begin : begin + together] for begin in range(0, len(stream), together)]
    alerts = [alert for part in parts for alert in detector.feed(part)]
    assert [(alert.tick, alert.base, alert.confirmed) for alert in alerts] == expected_crossings(stream, rule)
    assert len({alert.id for alert in alerts}) == len(alerts)
    assert [alert.id for alert in LevelDetector(rule).feed(stream)] == [alert.id for alert in alerts]


@given(streams(), rules, st.integers(0, 40))
def test_a_restored_detector_goes_on_as_if_nothing_had_happened(stream: list[Tick], rule: Rule, cut: int) -> None:
    first, second = LevelDetector(rule), LevelDetector(rule)
    begun = first.feed(stream[:cut])
    second.feed_time = first.feed_time
    for ticker in first.windows:
        second.restore(decode(encode(first.kept(ticker)), type=second.Kept))
    assert begun + second.feed(stream[cut:]) == LevelDetector(rule).feed(stream)


def test_a_level_is_crossed_strictly_and_only_by_a_later_tick() -> None:
    assert found((0, "199"), (1, "200"), (2, "200.01"), rule=above()) == [("200.01", True)]
    assert not found((0, "201"), (1, "202"), rule=above())
    below = Rule(Decimal(200), name="level", kind="below", confirm=timedelta(0))
    assert found((0, "201"), (1, "200"), (2, "199.99"), rule=below) == [("199.99", True)]


def test_it_is_told_again_only_after_the_margin_was_left() -> None:
    moments = [(0, "199"), (1, "201"), (2, "198.01"), (3, "201"), (4, "198"), (5, "201.5")]
    assert [price for price, _ in found(*moments, rule=above())] == ["201", "201.5"]


def test_a_crossing_waits_for_a_second_tick_beyond_the_level() -> None:
    rule = above(confirm=2 * SECOND)
    detector = LevelDetector(rule)
    assert not detector.feed(ticks((0, "199"), (1, "1700")))
    assert not detector.feed(ticks((1.5, "199")))
    assert detector.outliers == 1
    assert not detector.feed(ticks((2, "201")))
    [alert] = detector.feed(ticks((2.1, "203")))
    assert (str(alert.tick.price), str(alert.base.price), alert.confirmed) == ("201", "199", True)


def test_a_bad_tick_does_not_arm_it_again() -> None:
    rule = above(confirm=2 * SECOND)
    moments = [(0, "199"), (1, "201"), (2, "202"), (3, "20"), (4, "202"), (5, "203")]
    assert found(*moments, rule=rule) == [("201", True)]


def test_time_confirms_what_no_tick_speaks_against() -> None:
    rule = above(confirm=2 * SECOND)
    detector = LevelDetector(rule)
    assert not detector.feed(ticks((0, "199"), (1, "201")))
    assert detector.deadline == START + 3 * SECOND
    assert not detector.expire(START + 2.999999 * SECOND)
    [alert] = detector.expire(START + 3 * SECOND)
    assert (str(alert.tick.price), alert.confirmed) == ("201", False)
    assert detector.deadline == LAST_INSTANT
    assert not detector.feed(ticks((9, "202")))


def test_a_tick_of_another_ticker_lets_the_time_be_up_even_one_that_the_rule_does_not_take() -> None:
    detector = LevelDetector(above(confirm=2 * SECOND, tickers=("A*",)))
    [alert] = detector.feed([*ticks((0, "199"), (1, "201")), *ticks((3, "1"), ticker="MSFT")])
    assert (alert.tick.ticker, alert.confirmed) == ("AAPL", False)
    assert set(detector.windows) == {"AAPL"}


def test_an_older_tick_may_confirm_and_not_contradict() -> None:
    rule = above(confirm=2 * SECOND)
    assert found((0, "199"), (1, "201"), (0.5, "198"), (1.5, "202"), rule=rule) == [("201", True)]
    assert found((0, "199"), (1, "201"), (0.5, "200.5"), rule=rule) == [("201", True)]
    assert not found((0, "199"), (1, "201"), (1, "201"), rule=rule)


def test_no_crossing_is_told_within_the_cooldown() -> None:
    rule = above(cooldown=10 * SECOND)
    moments = [(0, "199"), (1, "201"), (2, "190"), (10.9, "202"), (10.95, "190"), (11, "203")]
    assert [price for price, _ in found(*moments, rule=rule)] == ["201", "203"]


def test_one_instant_crosses_a_level_once() -> None:
    assert [price for price, _ in found((0, "199"), (1, "201"), (1, "190"), (1, "202"), rule=above())] == ["201"]


def test_late_ticks_and_those_ahead_of_the_clock_are_counted_and_move_nothing() -> None:
    detector = LevelDetector(above())
    assert not detector.feed(ticks((10, "199"), (8, "201"), (7.9, "201"), (16, "201")), START + 15 * SECOND)
    assert (detector.late, detector.quarantined) == (1, 1)
    assert detector.feed(ticks((10.1, "201")))


def test_what_comes_again_after_a_reconnection_changes_nothing() -> None:
    detector = LevelDetector(above())
    stream = ticks((0, "190"), (1, "199"), (1, "201"))
    assert len(detector.feed(stream)) == 1
    detector.reconnected()
    assert not detector.feed(stream)
    assert detector.duplicates == 2
    assert not detector.feed(ticks((2, "190")))
    assert len(detector.feed(ticks((3, "201")))) == 1


def test_outside_the_hours_ticks_do_not_count() -> None:
    detector = LevelDetector(above(), is_open=lambda instant: instant >= START)
    assert not detector.feed(ticks((-2, "199"), (-1, "201")))
    assert not detector.windows
    assert not detector.feed(ticks((0, "201"), (-1, "190")))
    assert not detector.feed(ticks((1, "199"), (-0.5, "201"), (2, "200")))
    assert detector.feed(ticks((3, "201")))


def test_the_longest_idle_ticker_is_forgotten_first() -> None:
    detector = LevelDetector(above(tickers=("A", "B", "C"), confirm=2 * SECOND), max_tickers=2)
    detector.feed([*ticks((0, "1"), ticker="A"), *ticks((1, "1"), ticker="B"), *ticks((2, "201"), ticker="B")])
    detector.feed([*ticks((2, "1"), ticker="A"), *ticks((3, "1"), ticker="C")])
    assert (set(detector.windows), detector.forgotten) == ({"A", "C"}, 1)
    assert not detector.expire(LAST_INSTANT)


def test_what_is_forgotten_when_the_feed_begins_anew_waits_no_more() -> None:
    detector = LevelDetector(above(confirm=2 * SECOND))
    detector.feed(ticks((10, "199"), (11, "201")))
    detector.forget()
    assert not detector.feed(ticks((0, "201"), (5, "201")))
    assert (detector.deadline, detector.late) == (LAST_INSTANT, 0)


def test_tickers_that_it_does_not_take_cost_no_memory_without_end() -> None:
    detector = LevelDetector(above(tickers=("A",)), max_tickers=10)
    detector.feed(tick for number in range(1000) for tick in ticks((0, "1"), ticker=f"T{number}"))
    assert len(detector._foreign) <= 10


def test_memory_is_bounded_within_an_instant() -> None:
    detector = LevelDetector(above("1000000"))
    detector.feed(ticks(*((0, str(100 + number)) for number in range(5000))))
    assert len(detector.windows["AAPL"].prices) == 1000


def test_the_last_instant_of_all_can_wait() -> None:
    detector = LevelDetector(above(confirm=2 * SECOND))
    assert not detector.feed([*ticks((0, "199")), Tick("AAPL", Decimal(201), LAST_INSTANT)])
    assert len(detector.expire(LAST_INSTANT)) == 1


@given(st.decimals("0.00000001", "999999999999", places=8), st.integers(0, 9999))
def test_levels_and_margins_are_decided_exactly(level: Decimal, hundredths: int) -> None:
    rule = above(str(level), margin=Decimal(hundredths) / 100)
    back = level * (1 - Decimal(hundredths) / 10_000)
    tiny = Decimal("1e-15")
    prices = [level, level + tiny, back + tiny, level + 1, back, level + 2]
    stream = [Tick("A", price, START + number * SECOND) for number, price in enumerate(prices)]
    alerts: list[Alert] = LevelDetector(rule).feed(stream)
    assert [alert.tick.price for alert in alerts] == [level + tiny, level + 2]
