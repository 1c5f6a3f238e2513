"""Spikes: none missed, none invented, none alerted twice; against a brute-force oracle in exact fractions."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websocket_simulator.tests.oracle import fed, judged, reported

from tick import Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.newest import MAX_AT_AN_INSTANT
from watch.rule import Kind, Rule
from watch.tickers import AHEAD

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ticks(*moments: tuple[float, str], ticker: str = "AAPL") -> list[Tick]:
    """Ticks from pairs of seconds after START and price."""
    return [Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for second, price in moments]


def plain(threshold: str = "2", window: timedelta = MINUTE, kind: Kind = "rise") -> Rule:
    """A rule that believes every tick, and is armed again at once."""
    return Rule(Decimal(threshold), window, kind=kind, confirm=timedelta(0), rearm=timedelta(0))


def alerts(stream: Iterable[Tick], threshold: str = "2", window: timedelta = MINUTE) -> list[Alert]:
    return SpikeDetector(plain(threshold, window)).feed(stream)


def prices(found: Iterable[Alert]) -> list[str]:
    return [str(alert.tick.price) for alert in found]


@st.composite
def streams(draw: st.DrawFn) -> list[Tick]:
    """A few tickers whose prices move by whole cents near thresholds, with equal and late timestamps."""
    waits = st.integers(-3, 3) | st.integers(-3, 40)
    cents = st.integers(9_700, 10_450) | st.integers(9_950, 10_050) | st.sampled_from([1000, 10_000, 10_210, 100_000])
    steps = st.tuples(st.sampled_from(["A", "B"]), cents, waits)
    second, stream = 0, []
    for ticker, price, wait in draw(st.lists(steps, max_size=60)):
        second += wait
        stream.append(Tick(ticker, Decimal(price) / 100, START + timedelta(seconds=second)))
    return stream


def seconds(*choices: float) -> st.SearchStrategy[timedelta]:
    return st.sampled_from([timedelta(seconds=choice) for choice in choices])


rules = st.builds(
    Rule,
    st.sampled_from(["0.5", "1", "2", "2.5", "0.01", "150"]).map(Decimal),
    seconds(0.5, 10, 60),
    kind=st.sampled_from(["rise", "fall"]),
    confirm=seconds(0, 1, 2, 5),
    cooldown=seconds(0, 10, 60),
    rearm=seconds(0, 5, 20),
)


@given(streams(), rules, st.integers(1, 60))
def test_it_finds_what_brute_force_finds(stream: list[Tick], rule: Rule, together: int) -> None:
    detector, oracle = SpikeDetector(rule), judged(stream, rule)
    found = fed(detector, stream, together)
    assert reported(found) == oracle.found
    assert detector.outliers == len(oracle.outliers)
    assert len({alert.id for alert in found}) == len(found)


@given(st.decimals("0.00000001", "999999999999", places=8), st.integers(1, 10_000))
def test_exactly_the_threshold_is_silent_and_anything_above_is_not(low: Decimal, hundredths: int) -> None:
    threshold = Decimal(hundredths) / 100
    exact = Fraction(low) * (1 + Fraction(threshold) / 100)
    limit = Decimal(exact.numerator * 10**12 // exact.denominator).scaleb(-12)
    assert Fraction(limit) == exact
    above = limit + Decimal("1e-12")
    rise = [Tick("A", low, START), Tick("A", limit, START), Tick("A", above, START)]
    assert prices(alerts(rise, str(threshold))) == [str(above)]


def test_a_rise_counts_from_the_lowest_price_not_the_oldest() -> None:
    [alert] = alerts(ticks((0, "100"), (10, "95"), (20, "98")))
    assert (alert.base.price, alert.base.timestamp) == (Decimal("95"), START + timedelta(seconds=10))
    assert str(alert.percent) == "3.157894736842105263157894737"


@pytest.mark.parametrize(("second", "fires"), [(59.999999, True), (60, True), (60.000001, False)])
def test_both_ends_of_the_window_count(second: float, fires: bool) -> None:
    assert bool(alerts(ticks((0, "100"), (second, "103")))) is fires


def test_a_spike_is_reported_once_and_again_for_each_further_threshold() -> None:
    stream = ticks((0, "100"), (1, "102.1"), (2, "102.2"), (3, "104.142"), (4, "104.1421"), (5, "104.2"), (6, "107"))
    assert prices(alerts(stream)) == ["102.1", "104.1421", "107"]


def test_it_is_armed_again_at_half_the_threshold() -> None:
    assert prices(alerts(ticks((0, "100"), (1, "103"), (2, "101.01"), (3, "103")))) == ["103"]
    assert prices(alerts(ticks((0, "100"), (1, "103"), (2, "101"), (3, "103")))) == ["103", "103"]


def test_a_climb_that_never_breaks_the_threshold_is_silent_while_fired() -> None:
    slow = [(1 + 30.0 * step, str(103 + step)) for step in range(1, 8)]
    assert prices(alerts(ticks((0, "100"), (1, "103"), *slow))) == ["103"]


def test_tickers_do_not_mix() -> None:
    assert not alerts(ticks((0, "100")) + ticks((1, "110"), ticker="MSFT"))


def test_a_late_tick_is_placed_in_order_and_the_newest_price_looked_at_again() -> None:
    [alert] = alerts(ticks((0, "100"), (10, "101"), (8, "99"), (11, "101")))
    assert (str(alert.tick.price), alert.tick.timestamp) == ("101", START + timedelta(seconds=10))
    assert (str(alert.base.price), alert.base.timestamp) == ("99", START + timedelta(seconds=8))


@pytest.mark.parametrize(("second", "count"), [(8, 0), (7.999999, 1)])
def test_what_is_later_than_two_seconds_is_dropped_and_counted(second: float, count: int) -> None:
    detector = SpikeDetector(plain())
    found = detector.feed(ticks((10, "100"), (second, "50"), (11, "100")))
    assert (detector.late, len(found)) == (count, 1 - count)


@pytest.mark.parametrize(("second", "count"), [(5, 0), (5.000001, 1)])
def test_what_is_further_than_five_seconds_ahead_of_the_clock_is_quarantined(second: float, count: int) -> None:
    detector = SpikeDetector(plain())
    found = detector.feed(ticks((0, "100"), (second, "1"), (second, "100"), (1, "103")), START + AHEAD)
    assert (detector.quarantined, len(detector.windows), len(found)) == (2 * count, 1, 1)


def test_a_redelivery_at_the_newest_instant_changes_nothing() -> None:
    detector = SpikeDetector(plain())
    stream = ticks((0, "100"), (1, "100"), (1, "103"))
    assert len(detector.feed(stream)) == 1
    detector.reconnected()
    assert not detector.feed(stream)
    assert detector.duplicates == 2
    assert prices(detector.feed(ticks((1, "106")))) == ["106"]


def test_it_is_not_armed_again_within_one_instant() -> None:
    assert prices(alerts(ticks((0, "100"), (0, "103"), (0, "100"), (0, "103")))) == ["103"]
    assert prices(alerts(ticks((0, "100"), (0, "103"), (0, "100"), (1, "103")))) == ["103", "103"]


def test_a_ticker_may_have_a_rule_of_its_own() -> None:
    rules = {"B": plain("5"), "C": plain(window=timedelta(seconds=1))}
    detector = SpikeDetector(plain(), rules)
    for ticker, count in (("A", 1), ("B", 0), ("C", 0)):
        assert len(detector.feed(ticks((0, "100"), (2, "103"), ticker=ticker))) == count


def test_the_longest_idle_ticker_is_forgotten_first() -> None:
    detector = SpikeDetector(plain(), max_tickers=2)
    detector.feed([*ticks((0, "100"), ticker="A"), *ticks((1, "100"), ticker="B"), *ticks((2, "100"), ticker="A")])
    assert not detector.feed(ticks((3, "100"), ticker="C"))
    assert (set(detector.windows), detector.forgotten) == ({"A", "C"}, 1)
    assert not detector.feed(ticks((4, "103"), ticker="B"))
    assert set(detector.windows) == {"B", "C"}


def test_ten_thousand_tickers_are_forgotten_quickly() -> None:
    detector = SpikeDetector(plain(), max_tickers=1000)
    detector.feed(tick for number in range(10_000) for tick in ticks((number, "100"), ticker=f"T{number}"))
    assert (len(detector.windows), detector.forgotten) == (1000, 9000)


def test_a_fall_is_measured_from_the_high() -> None:
    [alert] = SpikeDetector(plain(kind="fall")).feed(ticks((0, "100"), (1, "98"), (2, "97.9"), (3, "98.5"), (4, "96")))
    assert (str(alert.tick.price), str(alert.base.price), str(alert.percent)) == ("97.9", "100", "-2.1")


@pytest.mark.parametrize(
    ("second", "begin"), [(61, START + timedelta(seconds=1)), (0.5, START - timedelta(seconds=59.5))]
)
def test_an_alert_knows_its_window(second: float, begin: datetime) -> None:
    [alert] = alerts(ticks((0, "100"), (second - 0.5, "100"), (second, "103")))
    assert alert.span == (begin, START + timedelta(seconds=second))


def test_an_alert_of_a_level_knows_the_ticks_about_it() -> None:
    before, after = ticks((0, "100"), (90, "103"))
    alert = Alert("a", after, Rule(Decimal(101), name="level", kind="above"), before)
    assert alert.span == (before.timestamp, after.timestamp)


def test_every_alert_has_an_id_of_its_own_that_a_second_run_repeats() -> None:
    stream = ticks((0, "100"), (1, "103"), (2, "106"), (3, "100.5"), (4, "103"), (100, "103"), (101, "110"))
    ids = [alert.id for alert in alerts(stream)]
    assert len(set(ids)) == len(ids) == 4
    assert [alert.id for alert in alerts(stream)] == ids
    assert [alert.id for alert in alerts(stream, "2.0")] == ids
    assert not set(ids) & {alert.id for alert in alerts(stream, "1")}
    assert not set(ids) & {alert.id for alert in SpikeDetector(plain(kind="fall")).feed(stream)}


def test_a_low_that_comes_back_gives_no_id_twice() -> None:
    stream = ticks((10, "100"), (11, "103"), (9, "99"), (12, "106"), (69.5, "100.5"), (70, "106"))
    found = alerts(stream)
    assert [str(alert.base.price) for alert in found] == ["100", "99", "100"]
    assert len({alert.id for alert in found}) == 3


def test_memory_is_bounded_by_the_window() -> None:
    detector = SpikeDetector(plain(window=timedelta(seconds=10)))
    detector.feed(ticks(*((second, str(100 + second / 1000)) for second in range(1000))))
    assert len(detector.windows["AAPL"].lows) == 11


def test_memory_is_bounded_within_an_instant_too() -> None:
    detector = SpikeDetector(plain())
    detector.feed(ticks(*((0, str(100 + number)) for number in range(5000))))
    window = detector.windows["AAPL"]
    assert (len(window.lows), len(window.prices), len(window.alerted)) == (1, MAX_AT_AN_INSTANT, 1)


def test_prices_of_any_length_are_decided_exactly() -> None:
    tail = "0" * 200
    assert not alerts(ticks((0, "100"), (1, f"102.{tail}0")))
    assert alerts(ticks((0, "100"), (1, f"102.{tail}1")))


def test_extreme_values_do_no_harm() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    stream = [Tick("A", Decimal("1e-20"), first), Tick("A", Decimal("1e20"), first), Tick("A", Decimal("1"), last)]
    [alert] = alerts(stream)
    assert alert.percent > 0
