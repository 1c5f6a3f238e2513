"""Volumes: each window with more than usual told once; against an oracle that adds everything up again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.msgpack import decode, encode
from websocket_simulator.tests.oracle_of_volumes import expected_bursts

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.rule import Rule
from watch.volumes import EPOCH, VolumeDetector

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ticks(*moments: tuple[float, str | None], ticker: str = "AAPL") -> list[Tick]:
    """Ticks from pairs of seconds after START and quantity."""
    return [
        Tick(ticker, Decimal(1), START + second * SECOND, quantity=Decimal(quantity) if quantity else None)
        for second, quantity in moments
    ]


def volume(threshold: str = "3", **others: Any) -> Rule:
    defaults: dict[str, Any] = {"window": 10 * SECOND, "windows": 2}
    return Rule(Decimal(threshold), name="volume", kind="volume", **(defaults | others))


def found(*moments: tuple[float, str | None], rule: Rule) -> list[float]:
    """After how many seconds ticks raise an alert."""
    return [(alert.tick.timestamp - START).total_seconds() for alert in VolumeDetector(rule).feed(ticks(*moments))]


@st.composite
def streams(draw: st.DrawFn) -> list[Tick]:
    """A few tickers with bursts, times at the edges of windows, late and fine ones, and ticks without a quantity."""
    waits = st.sampled_from([-2.5, -2, -1, -0.5, 0, 0, 0.5, 1, 2, 5, 30])
    quantities = st.none() | st.sampled_from(["1", "1", "1", "2", "0.5", "7", "40"]).map(Decimal)
    tickers = st.sampled_from(["A", "A", "B", "X"])
    second, stream = 0.0, []
    for ticker, quantity, wait, finer in draw(
        st.lists(st.tuples(tickers, quantities, waits, st.booleans()), max_size=50)
    ):
        second += wait
        stream.append(Tick(ticker, Decimal(1), START + second * SECOND, quantity=quantity, finer=finer))
    return stream


rules = st.builds(
    Rule, st.sampled_from(["0.5", "1", "3"]).map(Decimal), st.sampled_from([0.5, 1, 7, 10]).map(lambda length: length * SECOND),
    name=st.just("volume"), kind=st.just("volume"), tickers=st.just(("[AB]",)), windows=st.integers(1, 4),
    cooldown=st.sampled_from([0, 0, 5, 30]).map(lambda length: length * SECOND),
)  # fmt: skip


@given(streams(), rules, st.integers(1, 7))
def test_it_finds_what_adding_everything_up_again_finds(stream: list[Tick], rule: Rule, together: int) -> None:
    detector = VolumeDetector(rule)
    parts = [stream[begin : begin + together] for begin in range(0, len(stream), together)]
    alerts = [alert for part in parts for alert in detector.feed(part)]
    expected = expected_bursts(stream, rule)
    assert [(alert.tick, Fraction(alert.volume)) for alert in alerts] == [
        (tick, volume) for tick, volume, _ in expected
    ]
    for alert, (_, _, mean) in zip(alerts, expected, strict=True):
        assert abs(Fraction(alert.mean) / mean - 1) < Fraction(1, 10**27)
    assert len({alert.id for alert in alerts}) == len(alerts)
    assert [alert.id for alert in VolumeDetector(rule).feed(stream)] == [alert.id for alert in alerts]


BURST = [Tick("B", Decimal(1), START + second * SECOND, quantity=Decimal(1)) for second in (0, 0.5)]
USUAL = Rule(
    Decimal("0.5"), 0.5 * SECOND, name="volume", kind="volume", tickers=("[AB]",), windows=1, cooldown=0 * SECOND
)


@example(BURST, USUAL, 1)
@given(streams(), rules, st.integers(0, 50))
def test_a_restored_detector_goes_on_as_if_nothing_had_happened(stream: list[Tick], rule: Rule, cut: int) -> None:
    first, second = VolumeDetector(rule), VolumeDetector(rule)
    begun = first.feed(stream[:cut])
    second.feed_time = first.feed_time
    for ticker in first.windows:
        second.restore(decode(encode(first.kept(ticker)), type=second.Kept))
    assert begun + second.feed(stream[cut:]) == VolumeDetector(rule).feed(stream)


def test_a_window_is_told_once_when_it_has_strictly_more_than_so_many_times_the_mean() -> None:
    usual: list[tuple[float, str | None]] = [(0, "10"), (10, "20")]
    [alert] = VolumeDetector(volume()).feed(ticks(*usual, (20, "45"), (21, "0.01"), (22, "100")))
    assert (alert.tick.timestamp, alert.volume, alert.mean) == (START + 21 * SECOND, Decimal("45.01"), Decimal(15))
    assert (alert.base, alert.percent, alert.confirmed) == (None, None, True)


def test_a_window_that_begins_before_the_first_tick_is_not_complete() -> None:
    assert found((0, "1"), (10, "1"), (20, "9"), rule=volume()) == [20]
    assert not found((0.000001, "1"), (10, "1"), (20, "9"), rule=volume())
    assert found((0.000001, "1"), (10, "1"), (20, "1"), (30, "9"), rule=volume()) == [30]


def test_a_window_without_ticks_counts_as_nothing() -> None:
    assert found((0, "4"), (25, "6.01"), rule=volume()) == [25]  # of (4 + 0) / 2
    assert not found((0, "4"), (25, "6"), rule=volume())
    assert not found((0, "4"), (35, "1000"), rule=volume())  # where nothing was traded, nothing is usual


def test_ticks_without_a_quantity_are_no_volume() -> None:
    assert not found((0, None), (10, None), (20, "1"), (20, None), rule=volume())


@pytest.mark.parametrize(("late", "fires"), [(19.9, False), (20.1, True), (2, True)])
def test_a_late_tick_counts_where_its_time_belongs(late: float, fires: bool) -> None:
    moments = [(0, "1"), (10, "1"), (20.2, "2"), (late, "1"), (21, "1.5")]
    assert bool(found(*moments, rule=volume())) is fires


def test_a_late_tick_may_belong_to_a_window_that_nobody_asks_for_any_more() -> None:
    rule = volume(window=SECOND, windows=1)
    assert found((0, "1"), (1, "1"), (3, "1"), (2.5, "1"), (1.5, "9"), (3.1, "5"), rule=rule) == [3.1]


def test_nothing_is_told_within_the_cooldown() -> None:
    rule = volume(cooldown=15 * SECOND)
    assert found((0, "1"), (10, "1"), (20, "9"), (30, "60"), (34, "1"), (35, "1"), rule=rule) == [20, 35]


def test_what_comes_again_after_a_reconnection_is_not_counted_twice() -> None:
    detector = VolumeDetector(volume())
    detector.feed(ticks((0, "1"), (10, "1"), (20, "1"), (21, "1")))
    detector.reconnected()
    assert not detector.feed(ticks((20, "1"), (21, "1")))
    assert detector.duplicates == 2
    assert not detector.feed([Tick("AAPL", Decimal(2), START + 20 * SECOND, 7, Decimal(1))])
    assert detector.feed(ticks((22, "0.1")))


def test_outside_the_hours_ticks_do_not_count() -> None:
    detector = VolumeDetector(volume(), is_open=lambda instant: instant < START + 20 * SECOND)
    assert not detector.feed(ticks((0, "1"), (10, "1"), (20, "9")))


def test_nothing_waits() -> None:
    detector = VolumeDetector(volume())
    detector.feed(ticks((0, "1"), (10, "1"), (20, "9")))
    assert (detector.deadline, detector.expire(LAST_INSTANT), detector.outliers) == (LAST_INSTANT, [], 0)


def test_memory_is_bounded_by_the_windows() -> None:
    detector = VolumeDetector(volume(windows=5))
    detector.feed(ticks(*((10 * number, "1") for number in range(100))))
    assert len(detector.windows["AAPL"].before) == 5


def test_the_first_and_the_last_instant_do_no_harm() -> None:
    for length in (timedelta.resolution, timedelta(days=1)):
        detector = VolumeDetector(volume(window=length, windows=1))
        stream = [
            Tick("A", Decimal(1), instant, quantity=Decimal(1)) for instant in (FIRST_INSTANT, EPOCH, LAST_INSTANT)
        ]
        assert not detector.feed(stream)


def test_quantities_of_any_length_are_added_exactly() -> None:
    tail = "0" * 200
    assert not found((0, "1"), (10, "1"), (20, f"3.{tail}0"), rule=volume())
    assert found((0, "1"), (10, "1"), (20, f"3.{tail}1"), rule=volume())
