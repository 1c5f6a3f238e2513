"""The simulated market at its rate, and recordings from their beginning for whoever comes first."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from websockets.asyncio.client import connect

from feed.broadcast import Feed
from feed.faults import Faults
from feed.market import Market
from feed.sources import replay, simulate
from tick import decode

from .readers import read, readers, served


async def test_the_simulated_market_is_published_at_its_rate() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [connection]:
        source = asyncio.create_task(simulate(feed, Market(["A", "B"], 50, Random(1))))
        moments = [await read(connection) for _ in range(5)]
        source.cancel()
    assert all([tick.ticker for tick in ticks] == ["A", "B"] for ticks in moments)
    times = [ticks[0].timestamp for ticks in moments]
    assert times == sorted(set(times))
    assert abs(datetime.now(UTC) - times[-1]).total_seconds() < 10


@pytest.mark.parametrize("speed", [0.0, 30.0])
async def test_a_recording_starts_with_the_first_reader_and_ends_with_1000(recording: Path, speed: float) -> None:
    feed = Feed()
    source = asyncio.create_task(replay(feed, recording, speed, print))
    async with served(feed) as url:
        for _ in range(2):  # and again for the next first reader
            async with connect(url, compression=None) as connection, asyncio.timeout(10):
                ticks = [tick for frame in [frame async for frame in connection] for tick in decode(frame)[0]]
            assert [str(tick.price) for tick in ticks] == ["100", "50", "103", "51.00", "106.09", "106.1"]
            assert ticks[-1].timestamp == datetime(2025, 6, 6, 20, 0, 3, tzinfo=UTC)
            assert connection.close_code == 1000
    source.cancel()


@pytest.fixture
def damaged(recording: Path) -> Path:
    """The recording with a byte that is no UTF-8 in its third row."""
    recording.write_bytes(recording.read_bytes().replace(b"A,103,", b"\xff,103,"))
    return recording


async def test_a_byte_that_is_no_text_costs_its_own_row_alone(
    damaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = Feed()
    source = asyncio.create_task(replay(feed, damaged, 0.0, print))
    async with served(feed) as url, connect(url, compression=None) as connection, asyncio.timeout(10):
        ticks = [tick for frame in [frame async for frame in connection] for tick in decode(frame)[0]]
    source.cancel()
    assert [str(tick.price) for tick in ticks] == ["100", "50", "51.00", "106.09", "106.1"]
    assert "line 4: " in capsys.readouterr().out


async def test_a_recording_rewinds_when_nobody_listens_any_more(recording: Path) -> None:
    feed = Feed()
    source = asyncio.create_task(replay(feed, recording, 0.001, print))
    async with served(feed) as url:
        async with connect(url, compression=None) as connection:
            await read(connection)
        async with asyncio.timeout(10):
            while feed.readers:
                await asyncio.sleep(0)
        async with connect(url, compression=None) as connection:
            assert [str(tick.price) for tick in await read(connection)] == ["100", "50"]
    source.cancel()


async def test_a_recording_can_be_stopped_at_the_moment_when_its_last_reader_leaves(recording: Path) -> None:
    feed = Feed()
    source = asyncio.create_task(replay(feed, recording, 0.001, print))
    async with served(feed) as url, connect(url, compression=None) as connection:
        await read(connection)
        feed.abort()
        source.cancel()
        await asyncio.wait({source}, timeout=5)
    assert source.cancelled()


async def test_a_reader_that_was_lost_and_returns_hears_the_recording_on(recording: Path) -> None:
    feed = Feed()
    source = asyncio.create_task(replay(feed, recording, 10.0, print))
    prices: list[str] = []
    async with served(feed) as url, asyncio.timeout(10):
        async with connect(url, compression=None) as connection:
            for _ in range(2):
                prices += [str(tick.price) for tick in await read(connection)]
            connection.transport.abort()
        async with connect(f"{url}/?since=4", compression=None) as connection:
            prices += [str(tick.price) async for frame in connection for tick in decode(frame)[0]]
    source.cancel()
    assert prices == ["100", "50", "103", "51.00", "106.09", "106.1"]


@pytest.mark.parametrize("kind", ["stall", "delay", "reorder"])
async def test_faults_of_one_playing_do_not_reach_the_next(recording: Path, kind: str) -> None:
    feed = Feed(faults=Faults({kind: 0.5}, 1))
    source = asyncio.create_task(replay(feed, recording, 0.0, print))
    async with served(feed) as url, asyncio.timeout(20):
        for number in range(4):
            async with connect(url, compression=None) as connection:
                seqs = [tick.seq or 0 async for frame in connection for tick in decode(frame)[0]]
            assert sorted(seqs) == list(range(6 * number + 1, 6 * number + 7))
    source.cancel()
