"""What strangers send to the feed, and readers that stop: it lives, it does not grow, and others hear every tick."""

import asyncio
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psutil
import pytest
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from ..running import ROOT, Running, free_port
from .cases import of

Figure = Callable[[str], None]
TOKEN = "the-feed's-own"
AUTHORIZED = {"Authorization": f"Token {TOKEN}"}
MEGABYTES_20 = 20 * 2**20
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
HANDSHAKE = ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             f"{KEY}Sec-WebSocket-Version: 13\r\nAuthorization: Token {TOKEN}\r\n{{more}}\r\n")  # fmt: skip


class Listener(threading.Thread):
    """A healthy client: which numbers it heard, and how old ticks were when they came."""

    def __init__(self, feed: ClientConnection) -> None:
        super().__init__(daemon=True)
        self.feed, self.heard, self.ages = feed, list[int](), list[float]()
        self.failure: Exception | None = None
        self.stopping = False

    def run(self) -> None:
        try:
            while not self.stopping:
                frame = json.loads(self.feed.recv(timeout=20))
                for tick in frame if isinstance(frame, list) else []:  # the others are heartbeats
                    self.heard.append(tick["seq"])
                    at = datetime.fromisoformat(tick["timestamp"])
                    self.ages.append((datetime.now(UTC) - at).total_seconds())
        except Exception as error:
            self.failure = error


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    """A feed with a token, and its port."""
    (tmp_path / "token").write_text(TOKEN)
    port = free_port()
    server = Running(sys.executable, ROOT / "websocket_simulator/server.py", "--port", str(port), "--rate", "5",
                     "--token-file", tmp_path / "token")  # fmt: skip
    server.read_until("feed on")
    threading.Thread(target=server.process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
    yield server, port
    server.kill()


@pytest.fixture
def listeners(feed: tuple[Running, int]) -> Iterator[list[Listener]]:
    with ExitStack() as stack:
        found = [
            Listener(stack.enter_context(connect(f"ws://127.0.0.1:{feed[1]}", additional_headers=AUTHORIZED)))
            for _ in range(5)
        ]
        for one in found:
            one.start()
        yield found
        for one in found:
            one.stopping = True
            one.join(30)


def unaffected(listeners: list[Listener]) -> str:
    """Every tick was heard, in order; return the age of the oldest of a hundred."""
    ages = []
    for one in listeners:
        assert one.failure is None
        assert one.heard == list(range(one.heard[0], one.heard[0] + len(one.heard)))
        ages += one.ages
    return f"healthy clients heard all of {len(listeners[0].heard)} ticks, p99 {sorted(ages)[len(ages) * 99 // 100] * 1000:.0f} ms old"


def joined(port: int, more: str = "") -> socket.socket:
    """A connection after its handshake, or after what was said instead."""
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(HANDSHAKE.format(more=more).encode())
    client.recv(4096)
    return client


def bad_frames(random: Random) -> bytes:
    """One that breaks a rule of RFC 6455, or is too long for this feed, or nothing at all."""
    masked = Frame(Opcode.TEXT, b"x" * random.randint(0, 200)).serialize(mask=True)
    return random.choice(
        [
            os.urandom(random.randint(1, 500)),
            bytes((masked[0] | random.choice((0x10, 0x20, 0x40)),)) + masked[1:],  # a reserved bit: compressed, it says
            bytes((0x80 | random.choice((3, 4, 5, 6, 7, 11, 15)),)) + masked[1:],  # no such opcode
            bytes((masked[0],)) + b"\x05hello",  # not masked
            b"\x81\xff" + (2**63 - 1).to_bytes(8, "big"),  # of eight exabytes
            b"\x81\xff" + (2**40).to_bytes(8, "big") + b"maskdata",
            Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True),  # not UTF-8
            Frame(Opcode.PING, b"x" * 125).serialize(mask=True) * 20,
            Frame(Opcode.CONT, b"x").serialize(mask=True),  # continues nothing
            Frame(Opcode.CLOSE, b"\x00\x01").serialize(mask=True),  # no such code
            Frame(Opcode.TEXT, b"x" * 5000).serialize(mask=True),  # too long
        ]
    )


def resident(server: Running) -> int:
    return int(psutil.Process(server.process.pid).memory_info().rss)


def attack_with_frames(port: int, count: int) -> None:
    random, sent = Random(7), 0
    while sent < count:
        with suppress(OSError), joined(port) as client:
            for _ in range(random.randint(1, 5)):
                client.sendall(bad_frames(random))
                sent += 1


def attack_with_bombs(port: int, count: int) -> None:
    """Heads without end, promises of compression, and bodies where none belongs."""
    for _ in range(count):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 1_000_000)
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"GET /?tickers=" + b"A," * 500_000)
        with suppress(OSError), joined(port, "Sec-WebSocket-Extensions: permessage-deflate\r\n") as client:
            client.sendall(b"\xc1\xfe\x03\xe8mask" + b"\x00" * 1000)  # compressed, without having been agreed on


def attack_with_tokens(port: int, count: int) -> None:
    for number in range(count):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(HANDSHAKE.replace(TOKEN, f"guess{number}").format(more="").encode())
            assert client.recv(4096).startswith(b"HTTP/1.1 401 ")


def attack_with_readers(port: int, count: int, seconds: float) -> None:
    """They ask for all there is, and read none of it."""
    with ExitStack() as stack:
        for _ in range(count):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect(("127.0.0.1", port))
            stack.enter_context(client)
            client.sendall(HANDSHAKE.replace("GET /", "GET /?since=0").format(more="").encode())
        time.sleep(seconds)


async def attack_at_once(port: int, count: int) -> int:
    """So many connections in the same moment; return how many were let in."""

    async def come() -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE.format(more="").encode())
        line = await reader.readline()
        await asyncio.sleep(1)
        writer.close()
        return b" 101 " in line

    return sum(await asyncio.gather(*(come() for _ in range(count))))


@pytest.mark.case("the feed: bad frames, bombs, wrong tokens, 500 connections at once, 100 readers that stop")
@pytest.mark.timeout(600)
def test_it_lives(feed: tuple[Running, int], listeners: list[Listener], figure: Figure) -> None:
    server, port = feed
    attack_with_frames(port, 50)
    before = resident(server)
    frames = of(500, 10_000)
    attack_with_frames(port, frames)
    attack_with_bombs(port, of(10, 200))
    attack_with_tokens(port, of(100, 1000))
    let_in = asyncio.run(attack_at_once(port, 500))
    attack_with_readers(port, 100, of(2, 30))
    with connect(f"ws://127.0.0.1:{port}", additional_headers=AUTHORIZED) as client:
        assert json.loads(client.recv(timeout=20))
    grown = resident(server) - before
    assert let_in == 500
    assert grown < MEGABYTES_20
    assert server.process.poll() is None
    figure(
        f"alive after {frames} frames; {let_in} at once let in; memory {grown / 2**20:+.1f} MB; {unaffected(listeners)}"
    )
