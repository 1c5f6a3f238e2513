"""A detector that packs its older lows finds what one does that does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websocket_simulator.tests.oracle import fed, judged, reported

from tick import Tick
from watch.detector import SpikeDetector
from watch.older import KEPT
from watch.packed import CHUNK
from watch.rule import Kind, Rule

START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.fixture
def packs_early() -> Iterator[None]:
    """Lows are packed by twos, as soon as there are three."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("older.CHUNK", 2), ("older.KEPT", 1), ("detector.PACK_EVERY", 1)):
            patch.setattr(f"watch.{name}", value)
        yield


@st.composite
def climbs(draw: st.DrawFn) -> list[Tick]:
    """One ticker that climbs mostly, with dips, jumps and late ticks: most prices are lows of the window for long."""
    cents = st.integers(0, 40) | st.integers(-60, 60) | st.sampled_from([-9000, 250, 90_000])
    waits = st.integers(0, 2) | st.sampled_from([-2, 5, 9])
    price, second, stream = 10_000, 0, []
    for move, wait in draw(st.lists(st.tuples(cents, waits), min_size=10, max_size=80)):
        price = price + move if abs(move) < 1000 else price
        second += wait
        stray = move if abs(move) >= 1000 else 0
        stream.append(Tick("A", Decimal(price + stray) / 100, START + seconds(second)))
    return stream


@pytest.mark.usefixtures("packs_early")
@pytest.mark.parametrize("kind", ["rise", "fall"])
@given(climbs(), st.sampled_from([0, 2]), st.integers(1, 4))
def test_it_finds_what_brute_force_finds(kind: Kind, stream: list[Tick], confirm: int, together: int) -> None:
    rule = Rule(window=seconds(20), kind=kind, confirm=seconds(confirm))
    assert reported(fed(SpikeDetector(rule), stream, together)) == judged(stream, rule).found


def test_an_alert_has_the_low_of_the_window_after_a_long_climb() -> None:
    climb = [
        Tick("A", 100 + Decimal(number) / 100, START + seconds(number / 10)) for number in range(2 * (KEPT + CHUNK))
    ]
    detector, found = SpikeDetector(Rule()), []
    for tick in [*climb, *(Tick("A", Decimal(103), START + seconds(second)) for second in (20, 21))]:
        found += detector.feed([tick])
    assert [(str(alert.base and alert.base.price), f"{alert.percent:f}") for alert in found] == [("100", "3")]
