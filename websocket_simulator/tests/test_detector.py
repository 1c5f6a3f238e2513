"""Spikes: none missed, none invented, none told twice; against a brute-force oracle in exact fractions."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import Alert, SpikeDetector
from tick import Tick

START = datetime(2025, 6, 6, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ticks(*moments: tuple[float, str], ticker: str = "AAPL") -> list[Tick]:
    """Ticks from pairs of seconds after START and price."""
    return [Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for second, price in moments]


def alerts(stream: Iterable[Tick], threshold: str = "2", window: timedelta = MINUTE) -> list[Alert]:
    detector = SpikeDetector(Decimal(threshold), window)
    return [alert for tick in stream if (alert := detector.feed(tick))]


def prices(found: Iterable[Alert]) -> list[str]:
    return [str(alert.price) for alert in found]


def expected(stream: list[Tick], threshold: Fraction, window: timedelta) -> list[tuple[Tick, Decimal]]:
    """The oracle: which tick fires, and the low it rose from, by looking at everything again for each tick."""
    found = []
    for _, same in groupby(sorted(stream, key=lambda tick: tick.ticker), key=lambda tick: tick.ticker):
        seen: list[Tick] = []
        alerted: Fraction | None = None
        for tick in same:
            if seen and tick.timestamp < max(before.timestamp for before in seen):
                continue
            seen.append(tick)
            low = min(before.price for before in seen if tick.timestamp - before.timestamp <= window)
            rise = (Fraction(tick.price) - Fraction(low)) / Fraction(low) * 100
            if rise <= threshold / 2:
                alerted = None
            if rise > threshold and (alerted is None or Fraction(tick.price) > alerted * (1 + threshold / 100)):
                found.append((tick, low))
                alerted = Fraction(tick.price)
    return found


@st.composite
def streams(draw: st.DrawFn) -> list[Tick]:
    """A few tickers whose prices move by whole cents near thresholds, with equal and late timestamps."""
    steps = st.tuples(st.sampled_from(["A", "B"]), st.integers(9_700, 10_450), st.integers(-5, 40))
    second, stream = 0, []
    for ticker, cents, wait in draw(st.lists(steps, max_size=60)):
        second += wait
        stream.append(Tick(ticker, Decimal(cents) / 100, START + timedelta(seconds=second)))
    return stream


@given(streams(), st.sampled_from(["0.5", "1", "2", "2.5", "0.01"]), st.sampled_from([0.5, 10, 60]))
def test_it_finds_what_brute_force_finds(stream: list[Tick], threshold: str, seconds: float) -> None:
    window = timedelta(seconds=seconds)
    found = [(alert.ticker, alert.timestamp, alert.price, alert.low) for alert in alerts(stream, threshold, window)]
    wanted = [
        (tick.ticker, tick.timestamp, tick.price, low) for tick, low in expected(stream, Fraction(threshold), window)
    ]
    assert sorted(found) == sorted(wanted)


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
    assert (alert.low, alert.low_timestamp) == (Decimal("95"), START + timedelta(seconds=10))
    assert str(alert.rise_percent) == "3.157894736842105263157894737"


@pytest.mark.parametrize(("second", "fires"), [(59.999999, True), (60, True), (60.000001, False)])
def test_both_ends_of_the_window_count(second: float, fires: bool) -> None:
    assert bool(alerts(ticks((0, "100"), (second, "103")))) is fires


def test_a_spike_is_told_once_and_again_for_each_further_threshold() -> None:
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


def test_late_ticks_are_dropped_and_counted() -> None:
    detector = SpikeDetector(Decimal(2), MINUTE)
    stream = ticks((10, "100"), (9, "50"), (11, "101"))
    assert [detector.feed(tick) for tick in stream] == [None] * 3
    assert detector.late == 1


def test_every_alert_has_an_id_of_its_own_that_a_second_run_repeats() -> None:
    stream = ticks((0, "100"), (1, "103"), (2, "106"), (3, "100.5"), (4, "103"), (100, "103"), (101, "110"))
    ids = [alert.id for alert in alerts(stream)]
    assert len(set(ids)) == len(ids) == 4
    assert [alert.id for alert in alerts(stream)] == ids
    assert [alert.id for alert in alerts(stream, "2.0")] == ids
    assert not set(ids) & {alert.id for alert in alerts(stream, "1")}


def test_memory_is_bounded_by_the_window() -> None:
    detector = SpikeDetector(Decimal(2), timedelta(seconds=10))
    for tick in ticks(*((second, str(100 + second / 1000)) for second in range(1000))):
        detector.feed(tick)
    assert len(detector._watched["AAPL"].lows) == 11


def test_extreme_values_do_no_harm() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    stream = [Tick("A", Decimal("1e-20"), first), Tick("A", Decimal("1e20"), first), Tick("A", Decimal("1"), last)]
    [alert] = alerts(stream)
    assert alert.rise_percent > 0
