"""The client as a process, and a feed behind a proxy that it watches."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from websocket_simulator.tests.oracle import delivered, expected
from websockets.asyncio.server import Request, Response, ServerConnection, serve

from feed.admission import Admission
from feed.backlog import Backlog
from feed.broadcast import Feed
from tick import Tick, render
from watch.rule import Rule

from .proxy import Proxy
from .running import ROOT

CLIENT = ROOT / "websocket_simulator" / "client.py"
EVER = datetime.max.replace(tzinfo=UTC)
PLAIN = ("--confirm", "0", "--rearm", "0")  # every tick is believed, and a ticker is armed again at once
HURRIED = """
import importlib, sys
sys.path.insert(0, {folder!r})
for name, seconds in {waits!r}.items():
    module, _, constant = name.rpartition(".")
    setattr(importlib.import_module(module), constant, seconds)
import client
sys.exit(client.main())
"""
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
Script = Callable[[ServerConnection, int], Awaitable[None]]
Refuse = Callable[[ServerConnection, Request], Response | None]
Report = tuple[str, str, Fraction, Fraction]  # ticker, timestamp, price, low


def walk(seconds: int, begin: datetime = START) -> list[Tick]:
    """Two tickers that move by up to 6 % a second."""
    random = Random(5)
    return [
        Tick(ticker, Decimal(random.randrange(9700, 10300)) / 100, begin + timedelta(seconds=second))
        for second in range(seconds)
        for ticker in ("A", "B")
    ]


class Client:
    """client.py as a process, and what it has printed."""

    def __init__(self, process: Process) -> None:
        self.process, self.out, self.err = process, "", ""

    async def first_alert(self, since: datetime = START) -> None:
        """Wait for an alert about a tick of `since` or later."""
        assert self.process.stdout is not None
        timestamp = ""
        while timestamp < render(since):
            line = (await self.process.stdout.readline()).decode()
            timestamp = json.loads(line)["timestamp"]
            self.out += line

    async def read_until(self, text: str) -> None:
        assert self.process.stderr is not None
        while text not in self.err:
            line = await self.process.stderr.readline()
            assert line, self.err
            self.err += line.decode()

    async def kill(self) -> None:
        """End it in the middle of whatever it does; return when it is gone, with what it had printed."""
        self.process.kill()
        out, err = await self.process.communicate()
        self.out, self.err = self.out + out.decode(), self.err + err.decode()

    async def lines(self) -> list[str]:
        """Wait for its end; return what it printed for people."""
        out, err = await self.process.communicate()
        self.out, self.err = self.out + out.decode(), self.err + err.decode()
        assert self.process.returncode == 0, self.err
        return self.out.splitlines()

    async def end(self) -> list[dict[str, Any]]:
        """Wait for its end; return its alerts."""
        return [json.loads(line) for line in await self.lines()]


@asynccontextmanager
async def watching(url: str, *options: str) -> AsyncIterator[Client]:
    """A client of the feed at `url` that believes every tick, gone in the end."""
    async with living(url, "--json", "--exit-on-eof", *PLAIN, *options) as client:
        yield client


@asynccontextmanager
async def living(url: str, *options: str, **hurry: float) -> AsyncIterator[Client]:
    """A client of the feed at `url` with these options alone, gone in the end; waits of `hurry` are as short as that."""
    words = [CLIENT, "--url", url, *options]
    if hurry:
        waits = {f"watch.{name.replace('__', '.')}": seconds for name, seconds in hurry.items()}
        words = ["-c", HURRIED.format(folder=str(CLIENT.parent), waits=waits), "--url", url, *options]
    process = await asyncio.create_subprocess_exec(sys.executable, *map(str, words), stdout=PIPE, stderr=PIPE)
    yield Client(process)
    if process.returncode is None:
        process.kill()
        await process.communicate()


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Feed, Proxy]]:
    """A feed behind a proxy; everything within takes 30 seconds at most."""
    feed = Feed(Backlog(10**15))
    async with (
        asyncio.timeout(30),
        await Admission(feed).open("127.0.0.1", 0) as server,
        Proxy(server.sockets[0].getsockname()[1]).running() as proxy,
    ):
        yield feed, proxy


@asynccontextmanager
async def foreign(script: Script, refuse: Refuse | None = None) -> AsyncIterator[str]:
    """The address of a feed that is not ours: it does `script` with each connection and its number, and ends it."""
    connections = 0

    async def handle(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await script(connection, connections)

    async with asyncio.timeout(30), serve(handle, "127.0.0.1", 0, process_request=refuse) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def publish(feed: Feed, ticks: list[Tick]) -> None:
    for number in range(0, len(ticks), 2):
        feed.publish(ticks[number : number + 2])


async def new_reader(feed: Feed, *old: ServerConnection) -> ServerConnection:
    """Wait for a reader that is none of the old ones."""
    while not (new := feed.readers.keys() - set(old)):
        await asyncio.sleep(0.005)
    return new.pop()


def reported(alerts: Iterable[dict[str, Any]]) -> list[Report]:
    """Printed alerts in the form of the oracle's."""
    return [(a["ticker"], a["timestamp"], Fraction(a["price"]), Fraction(a["low"])) for a in alerts]


def oracle_finds(ticks: Iterable[Tick], threshold: str = "2") -> list[Report]:
    """What the oracle finds in these ticks."""
    found = expected(ticks, Rule(Decimal(threshold), confirm=timedelta(0), rearm=timedelta(0)))
    return [(tick.ticker, render(tick.timestamp), Fraction(tick.price), low) for tick, low, _ in found]


def passed(proxy: Proxy) -> list[Tick]:
    """The valid ticks that the proxy has passed on."""
    return delivered((frame, EVER) for frame in proxy.frames)
