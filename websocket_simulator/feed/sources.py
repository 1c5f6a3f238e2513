"""Where the feed's ticks come from: the simulated market at its own pace, or a recording."""

import asyncio
import contextlib
import csv
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, TypeVar

from feed.broadcast import Feed
from feed.market import Label, Market
from recording import read_file
from tick import Tick, render

Item = TypeVar("Item")
Log = Callable[[str], None]

RETURN_TIMEOUT = 5  # seconds for a reader that was lost to return to a recording, which waits meanwhile


async def simulate(feed: Feed, market: Market) -> None:
    """Publish the market's ticks for ever, at the moments they are due."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        feed.publish(market.step(datetime.now(UTC)))
        feed.lag = loop.time() - due
        due = max(due + market.interval, loop.time() - 1)  # after a pause of the machine, do not catch up in a burst
        await asyncio.sleep(due - loop.time())


def replay(feed: Feed, path: Path, speed: float, log: Log) -> Coroutine[Any, Any, None]:
    """Play a recording of ticks, as `play` does."""

    def moments() -> Iterator[tuple[datetime, list[Tick]]]:
        read = read_file(path, lambda problem: log(f"{path}, {problem}: skipped"))
        return ((ticks[0].timestamp, ticks) for ticks in read)

    async def send(ticks: list[Tick]) -> None:
        if speed:
            feed.publish(ticks)
        else:
            await feed.deliver(ticks)

    return play(feed, path, moments, send, speed, log)


async def play(
    feed: Feed,
    path: Path,
    moments: Callable[[], Iterator[tuple[datetime, Item]]],
    send: Callable[[Item], Awaitable[None]],
    speed: float,
    log: Log,
) -> None:
    """Play what comes at its moments to whoever is there, from its beginning whenever a first reader comes.

    `speed` is 1 for the recorded pace, and 0 for as fast as readers take it. Raises OSError, and ValueError where the
    file is no recording.
    """
    while True:
        await feed.occupied.wait()
        log(f"playing {path}")
        feed.faults.flush()
        if await play_once(feed, moments(), send, speed):
            await feed.end()


async def play_once(
    feed: Feed, moments: Iterator[tuple[datetime, Item]], send: Callable[[Item], Awaitable[None]], speed: float
) -> bool:
    """Play to those who are there; return False if they all left before the end, and none returned."""
    loop, audience, due, before = asyncio.get_running_loop(), feed.audience, 0.0, None
    for now, item in moments:
        if speed:
            due = due + (now - before).total_seconds() / speed if before else loop.time()
            before = now
            await _wait(feed.vacated, due - loop.time())
        if not feed.readers:
            await _wait(feed.occupied, RETURN_TIMEOUT)
        if not feed.readers or feed.audience != audience:
            return False
        await send(item)
        if speed:
            feed.lag = loop.time() - due
    return True


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def label_writer(file: TextIO) -> Label:
    """Write a row for each jump of the simulated market."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["ticker", "timestamp", "price", "price_before", "rise_percent"])

    def write(tick: Tick, before: Decimal) -> None:
        rise = (tick.price / before - 1) * 100
        rows.writerow([tick.ticker, render(tick.timestamp), tick.price, before, f"{rise:.4f}"])

    return write
