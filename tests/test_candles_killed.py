"""client.py --api, killed again and again: the ledger's candles are those of all that the feed sent."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from websocket_simulator.tests.ledger import Ledger

from tick import Tick, render

from .watched import START, living, served

HURRY = {"candles__CANDLES_EVERY": 0.05, "keeper__SAVE_EVERY": 0.1, "keeper__PAUSE": 0.05}
KILLS, MINUTES, EACH = 3, 5, 12  # ticks of each of two tickers in a minute


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made


def stream() -> list[Tick]:
    random, step = Random(3), timedelta(minutes=1) / EACH
    return [
        Tick(
            ticker,
            Decimal(random.randrange(9990, 10010)) / 100,
            START + number * step,
            None,
            Decimal(random.randrange(9)) + 1,
        )
        for number in range(-1, MINUTES * EACH)
        for ticker in "AB"
    ]


Row = tuple[Decimal, Decimal, Decimal, Decimal, Decimal, int, bool]


def expected(ticks: list[Tick], *, gap: bool) -> Row:
    prices = [tick.price for tick in ticks]
    volume = sum((tick.quantity for tick in ticks if tick.quantity), Decimal(0))
    return prices[0], max(prices), min(prices), prices[-1], volume, len(ticks), gap


def told(ledger: Ledger) -> dict[tuple[str, str], Row]:
    return {
        key: (*(Decimal(one[name]) for name in ("open", "high", "low", "close", "volume")), one["ticks"], one["gap"])
        for key, one in list(ledger.market.candles.items())
    }


def whole(ticks: list[Tick]) -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], list[Tick]] = {}
    for tick in ticks:
        found.setdefault((tick.ticker, render(tick.timestamp.replace(second=0, microsecond=0))), []).append(tick)
    begun, last = render(START - timedelta(minutes=1)), render(START + timedelta(minutes=MINUTES - 1))
    return {key: expected(some, gap=key[1] in (begun, last)) for key, some in found.items()}


async def test_the_ledger_has_the_candles_of_all_that_was_sent(ledger: Ledger, tmp_path: Path) -> None:
    ticks = stream()
    lives = [
        ticks[begin : begin + len(ticks) // (KILLS + 1)] for begin in range(0, len(ticks), len(ticks) // (KILLS + 1))
    ]
    options = ("--api", ledger.url, "--state", str(tmp_path / "state"))
    async with served() as (feed, proxy):
        for number, some in enumerate(lives):
            async with living(proxy.url, *options, **HURRY) as client:
                await client.read_until("connected to")
                requests = len(ledger.market.requests)
                for at in range(0, len(some), 4):
                    feed.publish(some[at : at + 4])
                    await asyncio.sleep(0.01)  # as they come over time, some are in a snapshot and some are not
                while number < KILLS and len(ledger.market.requests) == requests:
                    await asyncio.sleep(0.005)
                while number == len(lives) - 1 and told(ledger) != whole(ticks):
                    await asyncio.sleep(0.01)
                await client.kill()
    assert told(ledger) == whole(ticks)
