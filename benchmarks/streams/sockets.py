"""The client over a real socket, against a loop that only receives and decodes; and how soon it prints an alert."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from report import ROUNDS, Row, in_turn, process
from streams.before.watch import connection as connection_before
from streams.before.watch import detector as detector_before
from streams.before.watch import state as state_before
from streams.before.watch.window import Rule as RuleBefore
from tick import Tick, encode
from watch.connection import MAX_FRAME, follow
from watch.detector import SpikeDetector
from watch.outbox import Outbox
from watch.printing import SINK as STDOUT
from watch.printing import Printer
from watch.rule import Rule
from watch.state import Watch
from watch.telling import Teller

CLIENT = Path(__file__).parents[2] / "websocket_simulator" / "client.py"
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
TICKERS = [f"T{number}" for number in range(10)]
RATE, MANY, SECONDS = 10_000, 1000, 10  # of the latency: ticks a second, over so many tickers, for so long
FRAMES = 100  # a second


def frames(count: int, ticks_a_frame: int) -> list[str]:
    """Frames of a random walk of ten tickers, a tick a millisecond."""
    random, result = Random(1), []
    prices = {ticker: random.uniform(50, 300) for ticker in TICKERS}
    for number in range(count):
        ticks = []
        for seq in range(number * ticks_a_frame, (number + 1) * ticks_a_frame):
            ticker = random.choice(TICKERS)
            prices[ticker] *= 1 + random.gauss(0, 0.0001)
            instant = START + timedelta(milliseconds=seq)
            ticks.append(Tick(ticker, Decimal(f"{prices[ticker]:.2f}"), instant, seq + 1))
        result.append(encode(ticks))
    return result


async def serve_one(pipe: Connection, handle: Callable[[ServerConnection], Awaitable[None]]) -> None:
    """Serve until we are ended, after telling the port."""
    async with serve(handle, "127.0.0.1", 0, compression=None) as server:
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().create_future()


def send_fast(pipe: Connection, count: int, ticks_a_frame: int) -> None:
    """To whoever connects, send frames that were made beforehand, as fast as `send` does, and close."""
    messages = frames(count, ticks_a_frame)

    async def handle(connection: ServerConnection) -> None:
        for message in messages:
            await connection.send(message)

    asyncio.run(serve_one(pipe, handle))


def send_spikes(pipe: Connection) -> None:
    """Send RATE ticks a second, each with the time at which it is sent; in each frame another ticker rises by 3 %."""

    async def handle(connection: ServerConnection) -> None:
        loop, each = asyncio.get_running_loop(), RATE // FRAMES
        begun = loop.time()
        for number in range(FRAMES * SECONDS):
            now, first = datetime.now(UTC), number * each
            ticks = [Tick(f"T{seq % MANY}", Decimal(100), now, seq + 1) for seq in range(first, first + each)]
            if number >= MANY // each:  # every ticker has its price
                ticks[number % each] = Tick(ticks[number % each].ticker, Decimal(103), now, first + number % each + 1)
            await connection.send(encode(ticks))
            await asyncio.sleep(begun + (number + 1) / FRAMES - loop.time())

    asyncio.run(serve_one(pipe, handle))


async def receive(url: str, count: int) -> float:
    """Seconds of a bare loop: receive, decode into typed ticks, count."""
    decode = msgspec.json.Decoder(list[Tick]).decode
    ticks = 0
    async with connect(url, compression=None, max_size=MAX_FRAME, proxy=None) as feed:
        begun = time.perf_counter()
        try:
            while True:
                ticks += len(decode(await feed.recv(decode=False)))
        except ConnectionClosed:
            pass
    assert ticks == count, ticks
    return time.perf_counter() - begun


async def watch(url: str, count: int) -> float:
    """Seconds of the client, its outbox on disk, from connecting to the end of what the feed has."""
    with TemporaryDirectory() as folder, closing(Outbox(Path(folder) / "outbox", [STDOUT], print)) as outbox:
        printer = Printer(outbox, lambda line: None, as_json=True)
        teller = Teller(outbox, printer, None, lambda rule: (STDOUT,), is_live=True)
        watched = Watch([SpikeDetector(Rule())], teller.tell, log=lambda _: None, clock=partial(datetime.now, UTC))
        watched.sequence.declare(0)  # as our feed's first heartbeat does
        begun = time.perf_counter()
        await follow(url, watched, stale=30, exit_on_eof=True)
        assert watched.ticks == count, watched.summary()
        return time.perf_counter() - begun


async def watch_as_before(url: str, count: int) -> None:
    """The client as it was, to the end of what the feed has."""
    detector = detector_before.SpikeDetector(RuleBefore())
    watched = state_before.Watch(detector, lambda _: None, log=lambda _: None, clock=partial(datetime.now, UTC))
    await connection_before.follow(url, watched, stale=30, exit_on_eof=True)
    assert watched.ticks == count, watched.summary()


def processor_seconds(work: Callable[[], object]) -> float:
    """How much of a processor this process needs for it."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def processor(count: int, goal: float) -> Row:
    """What a tick costs that comes in a frame of its own."""
    with process(send_fast, count, 1) as pipe:
        url = f"ws://127.0.0.1:{pipe.recv()}"
        now, before = in_turn(
            lambda: processor_seconds(lambda: asyncio.run(watch(url, count))),
            lambda: processor_seconds(lambda: asyncio.run(watch_as_before(url, count))),
        )
    return Row(
        "client over a socket, 1 a frame, ticks a processor second to the client before",
        f"{count / now / 1e6:.3f} million; before {count / before / 1e6:.3f}",
        before / now,
        goal,
    )


def throughput(ticks_a_frame: int, count: int, goal: float) -> Row:
    with process(send_fast, count, ticks_a_frame) as pipe:
        url, total = f"ws://127.0.0.1:{pipe.recv()}", count * ticks_a_frame
        bare, client = in_turn(
            lambda: asyncio.run(receive(url, total)), lambda: asyncio.run(watch(url, total)), rounds=2 * ROUNDS
        )
    return Row(
        f"client over a socket, {ticks_a_frame} a frame, to a bare recv and decode loop",
        f"{total / client / 1e6:.3f} million ticks/s; bare {total / bare / 1e6:.3f}",
        bare / client,
        goal,
    )


def latency() -> Row:
    """From the time in the tick, taken before its frame was made, to the line that another process reads."""
    waits = []
    with process(send_spikes) as pipe, TemporaryDirectory() as folder:
        url = f"ws://127.0.0.1:{pipe.recv()}"
        options = ["--confirm", "0", "--rearm", "0", "--state", str(Path(folder) / "state")]
        command = [sys.executable, str(CLIENT), "--url", url, "--json", "--exit-on-eof", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
            assert client.stdout is not None
            for line in client.stdout:
                waits.append(time.time() - datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp())
    milliseconds = [1000 * wait for wait in sorted(waits)]
    middle, p99 = milliseconds[len(waits) // 2], milliseconds[len(waits) * 99 // 100]
    return Row(
        f"tick sent to alert printed, {RATE:,} ticks/s over {MANY:,} tickers",
        f"p99 {p99:.1f} ms, median {middle:.1f}, most {milliseconds[-1]:.1f}, over {len(waits)} alerts",
    )


def rows() -> list[Row]:
    return [throughput(1, 60_000, 0.9), throughput(100, 5000, 0.4), processor(60_000, 1.5), latency()]
