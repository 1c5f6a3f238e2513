"""Bad ticks in recordings, real and simulated: none is told as a spike, and no spike is lost."""

import csv
import gzip
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from feed.market import OPENING, Market
from tick import LAST_INSTANT, Tick, instant_of
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Rule

TRADES = Path(__file__).parents[2] / "tests" / "data" / "xrp_eth_trades.csv.gz"
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
SPOILT = 10  # ticks of a recording
Place = tuple[str, datetime]


def real() -> list[Tick]:
    with gzip.open(TRADES, "rt") as lines:
        return [
            Tick(row["ticker"], Decimal(row["price"]), instant_of(row["timestamp"])) for row in csv.DictReader(lines)
        ]


def simulated(seed: int) -> list[Tick]:
    """An hour of six tickers, with a jump every 26 seconds."""
    market = Market(list(OPENING), 2, Random(seed))
    return [tick for number in range(7200) for tick in market.step(START + timedelta(seconds=number / 2))]


RECORDINGS = {
    "real, 0.5 %": (real(), Rule(Decimal("0.5"))),
    "real, 1 %": (real(), Rule(Decimal(1))),
    "simulated": (simulated(1), Rule()),
    "simulated again": (simulated(2), Rule()),
}


def found(ticks: Iterable[Tick], rule: Rule) -> tuple[list[Alert], int]:
    """The alerts, and how many ticks were outliers."""
    detector = SpikeDetector(rule)
    return [*detector.feed(ticks), *detector.expire(LAST_INSTANT)], detector.outliers


def places(alerts: Iterable[Alert]) -> list[Place]:
    return [(alert.tick.ticker, alert.tick.timestamp) for alert in alerts]


def is_near(place: Place, others: Iterable[Place], times: Mapping[str, list[datetime]]) -> bool:
    """Whether one of the others is at the same tick of its ticker, or one before or after it."""
    ticker, instant = place
    at = bisect_left(times[ticker], instant)
    around = times[ticker][max(0, at - 1) : at + 2]
    return any(other == ticker and around[0] <= when <= around[-1] for other, when in others)


@pytest.mark.parametrize("factor", ["10", "0.1", "1.05", "0.95"])
@pytest.mark.parametrize("name", RECORDINGS)
def test_bad_ticks_raise_no_alert_and_hide_none(name: str, factor: str) -> None:
    ticks, rule = RECORDINGS[name]
    random = Random(f"{name} {factor}")
    spoilt, at = list(ticks), random.sample(range(1, len(ticks)), SPOILT)
    for number in sorted(at, reverse=True):
        spoilt.insert(number, replace(ticks[number], price=ticks[number].price * Decimal(factor)))
    times: dict[str, list[datetime]] = {}
    for tick in ticks:
        times.setdefault(tick.ticker, []).append(tick.timestamp)
    clean, _ = found(ticks, rule)
    told, outliers = found(spoilt, rule)
    assert outliers >= SPOILT
    confirmed = places(alert for alert in told if alert.confirmed)
    assert not [place for place in confirmed if not is_near(place, places(clean), times)]
    assert not [place for place in places(clean) if not is_near(place, places(told), times)]
