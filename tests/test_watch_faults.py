"""The client behind a bad network: it reports what the oracle finds in the ticks that were delivered."""

import asyncio
import random
import re
import resource
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from feed.admission import room_for
from tick import Tick, encode, render

from .proxy import Proxy
from .running import ROOT, free_port
from .watched import START, new_reader, oracle_finds, passed, publish, reported, served, walk, watching

SERVER = ROOT / "websocket_simulator" / "server.py"
CLIENTS = 500
STALE = "3"  # seconds; a client that has not heard a tick by then, on a busy machine, would never get those before
MOST_MEMORY = 120 * 2**20  # bytes of a client, whatever it is sent


@pytest.mark.parametrize(
    ("fault", "stale"),
    [("latency", "30"), ("blackhole", STALE), ("half-open", STALE), ("reset", "30"), ("byte by byte", STALE)],
)
async def test_a_bad_connection_costs_no_alert(fault: str, stale: str) -> None:
    ticks = walk(90)
    async with served() as (feed, proxy), watching(proxy.url, "--stale", stale) as client:
        reader = await new_reader(feed)
        publish(feed, ticks[:60])
        await client.first_alert()
        [link] = proxy.links
        link.fault = fault
        if fault == "half-open":
            feed.abort()
        publish(feed, ticks[60:120])
        if fault != "latency":
            await client.read_until("next attempt")
            await new_reader(feed, reader)
        publish(feed, ticks[120:])
        await feed.end()
        alerts = await client.end()
    assert reported(alerts) == oracle_finds(ticks) == oracle_finds(passed(proxy))
    assert len({alert["id"] for alert in alerts}) == len(alerts) > 10
    assert not any(alert["gap"] for alert in alerts if alert["timestamp"] >= render(START + timedelta(minutes=1)))


async def test_a_spike_during_an_outage_of_30_seconds_is_reported_on_return_once() -> None:
    minute = [Tick("A", Decimal(100), START - timedelta(seconds=second)) for second in range(60, 0, -1)]
    rise = [Tick("A", Decimal(100) + Decimal(second) / 10, START + timedelta(seconds=second)) for second in range(50)]
    async with served() as (feed, proxy), watching(proxy.url) as client:
        reader = await new_reader(feed)
        publish(feed, minute + rise[:10])
        await proxy.passed(35)
        proxy.is_refusing = True
        proxy.links[0].client.close()
        await client.read_until("next attempt")
        publish(feed, rise[10:40])
        proxy.is_refusing = False
        await new_reader(feed, reader)
        publish(feed, rise[40:])
        await feed.end()
        alerts = await client.end()
    assert [(alert["price"], alert["low"], alert["gap"]) for alert in alerts] == [
        ("102.1", "100", False),
        ("104.2", "100", False),  # and a further threshold above
    ]


@pytest.mark.parametrize(("hours", "quarantined"), [(1, 180), (-1, 0)])
async def test_a_feed_whose_clock_is_wrong(hours: int, quarantined: int) -> None:
    ticks = walk(90, datetime.now(UTC) + timedelta(hours=hours))
    async with served() as (feed, proxy), watching(proxy.url) as client:
        await new_reader(feed)
        publish(feed, ticks)
        await feed.end()
        alerts = await client.end()
    assert reported(alerts) == ([] if quarantined else oracle_finds(ticks))
    assert f" {quarantined} quarantined" in client.err
    assert client.err.count("ahead of our clock") == (1 if quarantined else 0)


async def test_garbage_costs_nothing_but_itself() -> None:
    noise, ticks = random.Random(1), walk(90)
    odd = [
        "[" * 100_000,
        '{"a":' * 50_000,
        "9" * 5000,
        "NaN",
        '[{"ticker":"A","price":NaN,"timestamp":"x"}]',
        b"\xff" * 1000,
    ]
    frames: list[str | bytes] = []
    for number in range(10_000):
        frames += [noise.randbytes(noise.randrange(200)), noise.choice(odd) if number % 100 == 0 else "null"]
        if number % 100 == 0 and number < 9000:
            frames.append(encode(ticks[number // 50 : number // 50 + 2]))

    async def handle(connection: ServerConnection) -> None:
        if not connection.server.connections - {connection} and frames:
            sent, frames[:] = list(frames), []
            for frame in sent:
                await connection.send(frame)
            await connection.send("x" * 2_000_000)  # for which the client ends the connection
            await connection.wait_closed()

    async with (
        asyncio.timeout(60),
        serve(handle, "127.0.0.1", 0, compression=None) as server,
        watching(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client,
    ):
        await client.read_until("1009 (message too big)")
        memory = psutil.Process(client.process.pid).memory_info().rss
        alerts = await client.end()
    assert reported(alerts) == oracle_finds(ticks)
    assert "\n180 ticks, " in client.err
    assert memory < MOST_MEMORY


async def test_ten_thousand_tickers_are_watched_in_bounded_memory() -> None:
    def moment(price: str, second: int) -> list[Tick]:
        instant = START + timedelta(seconds=second)
        return [Tick(f"T{number}", Decimal(price), instant) for number in range(10_000)]

    async with served() as (feed, proxy), watching(proxy.url, "--max-alerts", "10000") as client:
        await new_reader(feed)
        for second in range(5):
            await feed.deliver(moment("100", second))
        await feed.deliver(moment("103", 5))
        await client.first_alert()
        memory = psutil.Process(client.process.pid).memory_info().rss
        alerts = await client.end()
    assert len({alert["id"] for alert in alerts}) == 10_000
    assert memory < MOST_MEMORY


@pytest.fixture
def room_for_both_ends() -> Iterator[None]:
    """As server.py makes room for its clients, which have their ends in this process as well."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert room_for(2 * CLIENTS) == 2 * CLIENTS
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("room_for_both_ends")
async def test_five_hundred_clients_may_come_at_once() -> None:
    async with served() as (feed, proxy):
        url = f"ws://127.0.0.1:{proxy.port}"
        readers = await asyncio.gather(*(connect(url, compression=None, open_timeout=25) for _ in range(CLIENTS)))
        while len(feed.readers) < CLIENTS:
            await asyncio.sleep(0.005)
        publish(feed, walk(1))
        first = [await reader.recv() for reader in readers]
        assert len(set(first)) == 1
        feed.abort()


async def test_a_server_that_is_killed_and_restarted_is_followed() -> None:
    port = free_port()

    async def server() -> asyncio.subprocess.Process:
        words = [SERVER, "--port", port, "--rate", "50", "--seed", "1"]
        process = await asyncio.create_subprocess_exec(sys.executable, *map(str, words), stderr=PIPE)
        assert process.stderr is not None
        await process.stderr.readline()
        return process

    async with asyncio.timeout(30), Proxy(port).running() as proxy:
        process = await server()
        async with watching(proxy.url, "--threshold", "0.02") as client:
            await client.first_alert()
            process.kill()
            await process.communicate()
            await client.read_until("next attempt")
            restarted = datetime.now(UTC)
            process = await server()
            await client.first_alert(restarted)
            client.process.send_signal(signal.SIGTERM)
            alerts = await client.end()
        process.terminate()
        await process.communicate()
    found = oracle_finds(passed(proxy), "0.02")
    assert reported(alerts) == found[: len(alerts)]  # it may have been stopped before it took the last frames
    assert re.search(r" [12] reconnections", client.err)
    assert process.returncode == 0


async def test_both_end_well_under_load() -> None:
    words = [SERVER, "--port", "0", "--rate", "1000", "--seed", "1"]
    process = await asyncio.create_subprocess_exec(sys.executable, *map(str, words), stderr=PIPE)
    assert process.stderr is not None
    url = (await process.stderr.readline()).decode().split()[2]
    async with (
        asyncio.timeout(30),
        Proxy(int(url.rpartition(":")[2])).running() as proxy,
        watching(proxy.url, "--threshold", "0.005") as client,
        watching(url) as other,
    ):
        await other.read_until("connected")
        await client.first_alert()
        client.process.send_signal(signal.SIGTERM)
        alerts = await client.end()
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        other.process.send_signal(signal.SIGINT)
        await other.end()
    assert process.returncode == 0
    assert reported(alerts) == oracle_finds(passed(proxy), "0.005")[: len(alerts)]
