"""Fan-out to many readers of which some never read, against `broadcast` alone to those that do."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from multiprocessing.connection import Connection

import psutil
from websockets.asyncio.server import ServerConnection, broadcast, serve

from feed.admission import Admission, room_for
from feed.backlog import Backlog
from feed.broadcast import Feed
from report import Row, process
from tick import Tick, encode

HEALTHY, IDLE = 450, 50
RATE, FRAMES, SECONDS = 1000, 20, 25  # ticks and frames a second, for so long
HANDSHAKE = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"  # fmt: skip  # noqa: E501


@dataclass
class Cost:
    """What a server spent: CPU seconds, and its resident MiB as it went."""

    cpu: float
    memory: list[float]
    left: int


class Reader(asyncio.Protocol):
    """A connection that counts what it gets, or reads nothing at all once it is connected."""

    def __init__(self, is_idle: bool) -> None:
        self.is_idle, self.received = is_idle, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self.is_idle:
            self.transport.pause_reading()


def read_feed(pipe: Connection, port: int, idle: int) -> None:
    """Connect all, say so, and tell how many bytes the healthy ones have got whenever asked."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        readers = [
            (await loop.create_connection(partial(Reader, number < idle), "127.0.0.1", port))[1]
            for number in range(HEALTHY + idle)
        ]
        pipe.send("connected")
        await asyncio.to_thread(pipe.recv)
        pipe.send(sum(reader.received for reader in readers if not reader.is_idle))

    room_for(HEALTHY + IDLE)
    asyncio.run(run())


def serve_feed(pipe: Connection) -> None:
    """Our feed: tell its port, and publish when asked to."""

    async def run() -> None:
        feed = Feed(Backlog(10**15))  # numbers as long as those of the reference
        async with await Admission(feed).open("127.0.0.1", 0) as server:
            pipe.send(server.sockets[0].getsockname()[1])
            await _publish(pipe, feed.publish, lambda: len(feed.readers))

    room_for(HEALTHY + IDLE)
    asyncio.run(run())


def serve_broadcast(pipe: Connection) -> None:
    """The same with the library's `broadcast` alone."""

    async def run() -> None:
        connections: set[ServerConnection] = set()

        async def handle(connection: ServerConnection) -> None:
            connections.add(connection)
            await connection.wait_closed()

        async with serve(handle, "127.0.0.1", 0, compression=None) as server:
            pipe.send(server.sockets[0].getsockname()[1])
            await _publish(pipe, lambda ticks: broadcast(connections, encode(ticks)), lambda: len(connections))

    room_for(HEALTHY + IDLE)
    asyncio.run(run())


async def _publish(pipe: Connection, publish: Callable[[list[Tick]], None], left: Callable[[], int]) -> None:
    """Publish at RATE once asked to, and tell what that cost."""
    await asyncio.to_thread(pipe.recv)
    loop, me, memory = asyncio.get_running_loop(), psutil.Process(), []
    begun, spent = loop.time(), time.process_time()
    for number in range(FRAMES * SECONDS):
        publish(_ticks(RATE // FRAMES))
        if number % FRAMES == 0:
            memory.append(me.memory_info().rss / 2**20)
        await asyncio.sleep(max(0, begun + (number + 1) / FRAMES - loop.time()))
    pipe.send(Cost(time.process_time() - spent, memory, left()))
    await asyncio.to_thread(pipe.recv)


def _ticks(count: int) -> list[Tick]:
    now = datetime.now(UTC)
    return [Tick(f"T{seq}", Decimal("170.25"), now, 10**15 + seq) for seq in range(count)]


def fan_out(server: Callable[[Connection], None], idle: int) -> tuple[float, Cost]:
    """Bytes that healthy readers got for a CPU second of the server, and what it spent."""
    with process(server) as feed, process(read_feed, feed.recv(), idle) as readers:
        readers.recv()
        feed.send("go")
        cost: Cost = feed.recv()
        time.sleep(0.5)  # for the last bytes to arrive
        readers.send("how many?")
        received: int = readers.recv()
    return received / cost.cpu, cost


def rows() -> list[Row]:
    reference, _ = fan_out(serve_broadcast, 0)
    ours, cost = fan_out(serve_feed, IDLE)
    each, memory = RATE // FRAMES, cost.memory
    size = len(encode(_ticks(each)))
    return [
        Row(
            f"fan-out of {RATE:,} ticks/s to {HEALTHY + IDLE} clients of which {IDLE} never read,"
            " to broadcast alone to the others",
            f"{ours / size:,.0f} deliveries of {each} ticks a CPU second; broadcast {reference / size:,.0f};"
            f" {cost.left} clients left; resident {memory[0]:.0f} MiB at first, {max(memory):.0f} at most,"
            f" {memory[-1]:.0f} at last",
            ours / reference,
            0.9,
        ),
        Row(
            "fan-out: resident memory half-way, to that at the end",
            f"{memory[len(memory) // 2]:.0f} and {memory[-1]:.0f} MiB",
            memory[len(memory) // 2] / memory[-1],
            0.9,
        ),
    ]
