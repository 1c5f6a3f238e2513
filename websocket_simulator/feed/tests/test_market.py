"""The simulated market: repeatable, always of positive prices, and never silent for a minute."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.market import OPENING, Market
from tick import Tick
from watch.detector import SpikeDetector
from watch.rule import Rule

START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def play(market: Market, seconds: float) -> list[Tick]:
    steps = int(seconds / market.interval)
    return [tick for step in range(steps) for tick in market.step(START + timedelta(seconds=step * market.interval))]


def test_a_seed_repeats_a_market() -> None:
    one, same, other = (play(Market(list(OPENING), 2, Random(seed)), 60) for seed in (1, 1, 2))
    assert one == same != other


def test_every_step_has_one_tick_of_each_ticker() -> None:
    market = Market(["AAPL", "NEW"], 4, Random(1))
    assert [tick.ticker for tick in market.step(START)] == ["AAPL", "NEW"]
    assert market.interval == 0.25


@settings(max_examples=30)
@given(st.integers(), st.sampled_from([0.5, 2, 50]))
def test_the_first_spike_comes_within_a_minute(seed: int, rate: float) -> None:
    assert SpikeDetector(Rule()).feed(play(Market(list(OPENING), rate, Random(seed)), 60))


def test_prices_stay_near_where_they_opened() -> None:
    ticks = play(Market(list(OPENING), 1, Random(7)), 20_000)
    for ticker, opening in OPENING.items():
        prices = [tick.price for tick in ticks if tick.ticker == ticker]
        assert min(prices) > Decimal(opening) / 2
        assert max(prices) < Decimal(opening) * 2


@pytest.mark.parametrize("seed", range(3))
def test_an_hour_has_spikes_but_no_storm(seed: int) -> None:
    count = len(SpikeDetector(Rule()).feed(play(Market(list(OPENING), 2, Random(seed)), 3600)))
    assert 80 <= count <= 300


def test_each_jump_is_labelled_and_raises_an_alert() -> None:
    labels: list[tuple[Tick, Decimal]] = []
    ticks = play(Market(list(OPENING), 2, Random(1), lambda *label: labels.append(label)), 600)
    alerted = [alert.tick for alert in SpikeDetector(Rule(confirm=timedelta(0), rearm=timedelta(0))).feed(ticks)]
    assert len(labels) >= 15
    for jumped, before in labels:
        assert jumped in ticks
        assert Decimal("1.02") < jumped.price / before < Decimal("1.06")
        earlier = [tick for tick in ticks if tick.ticker == jumped.ticker and tick.timestamp < jumped.timestamp]
        assert before == earlier[-1].price
        # A second jump within the minute may be less than a further threshold above the first.
        assert any(
            tick.ticker == jumped.ticker and timedelta(0) <= jumped.timestamp - tick.timestamp <= Rule().window
            for tick in alerted
        )
