"""client.py --api, killed again and again: the ledger's candles are those of all that the feed sent."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from websocket_simulator.tests.ledger import Ledger

from tick import Tick, render

from .watched import START, living, served

HURRY = {"candles__CANDLES_EVERY": 0.05, "keeper__SAVE_EVERY": 0.1, "keeper__PAUSE": 0.05}
LIVES, MINUTES, EACH = 4, 5, 12  # ticks of each of two tickers in a minute


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


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def version(file: Path) -> int:
    return file.stat().st_ino if file.exists() else 0


async def test_the_ledger_has_the_candles_of_all_that_was_sent(ledger: Ledger, tmp_path: Path) -> None:
    """Each life dies when it has saved what it knew of some of its ticks, and has sent candles of others."""
    state, ticks = tmp_path / "state", stream()
    size = -(-len(ticks) // LIVES)
    async with served() as (feed, proxy):
        for begin in range(0, len(ticks), size):
            async with living(proxy.url, "--api", ledger.url, "--state", str(state), **HURRY) as client:
                await client.read_until("connected to")
                feed.publish(ticks[begin : begin + size // 2])
                for _ in range(2):  # the first may have been begun before
                    saved = version(state)
                    await until(lambda saved=saved: version(state) != saved)
                requests = len(ledger.market.requests)
                feed.publish(ticks[begin + size // 2 : begin + size])
                await until(lambda requests=requests: len(ledger.market.requests) > requests)
                if begin + size >= len(ticks):
                    await until(lambda: told(ledger) == whole(ticks))
                await client.kill()
    assert told(ledger) == whole(ticks)
