"""`make venues-check`, before a fake of a venue and without any."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import venues_check
from venues_check import TICKS, verdict

from ..running import free_port
from .fake_binance import FakeBinance


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeBinance]:
    async with FakeBinance().open(None) as one:
        assert isinstance(one, FakeBinance)
        venue = replace(one.venue, address=lambda keys: one.address.replace("wss:", "ws:"))
        monkeypatch.setattr(venues_check, "venue_of", lambda word: venue)
        yield one


async def checked(fake: FakeBinance, **sold: object) -> tuple[bool, str]:
    checking = asyncio.create_task(verdict("binance"))
    await fake.until_subscribed("BTCUSDT")
    for number in range(TICKS):
        await fake.send(fake.sell("BTCUSDT", f"{100 + number}", **sold))  # type: ignore[arg-type]
    return await checking


async def test_ten_trades_that_are_understood_are_enough(fake: FakeBinance) -> None:
    assert await checked(fake) == (True, "binance: ok: 10 ticks, the last BTC-USDT 109")


async def test_times_that_cannot_be_are_told(fake: FakeBinance) -> None:
    is_good, line = await checked(fake, at=datetime.now(UTC) - timedelta(hours=1))
    assert not is_good
    assert line.startswith("binance: FAILED: BTC-USDT has the time ")


async def test_too_few_trades_are_told(fake: FakeBinance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venues_check, "REACH", 0.3)
    monkeypatch.setattr(venues_check, "LONGEST", 0.4)
    assert await verdict("binance") == (False, "binance: FAILED: 0 of 10 ticks: connected, 2 symbols")


@pytest.mark.parametrize("key", ["", "TOY_KEY"])
async def test_without_a_connection_that_is_said_in_a_line_with_or_without_keys(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(venues_check, "REACH", 0.2)
    address = f"ws://127.0.0.1:{free_port()}"
    venue = replace(FakeBinance.venue, address=lambda keys: address, keys=(key,) if key else ())
    monkeypatch.setattr(venues_check, "venue_of", lambda word: venue)
    is_good, line = await verdict("binance")
    assert not is_good
    assert line.startswith("binance: FAILED: ")
    assert "Connect call failed" in line or "refused" in line.lower()


async def test_keys_that_are_missing_are_named(fake: FakeBinance, monkeypatch: pytest.MonkeyPatch) -> None:
    venue = replace(venues_check.venue_of("binance"), keys=("TOY_KEY",))
    monkeypatch.setattr(venues_check, "venue_of", lambda word: venue)
    is_good, line = await verdict("binance")
    assert (is_good, line.partition(":")[2].partition(":")[0]) == (False, " not checked")
    assert "set TOY_KEY" in line
