#!/usr/bin/env python3
"""Stream random prices, or a recording, over WebSocket."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from websockets.asyncio.server import serve

from feed import Feed
from market import OPENING, Market
from replay import read
from tick import Tick, ticker_of

MAX_MESSAGE = 1024  # bytes; readers have nothing to say
STOP_TIMEOUT = 2  # seconds for readers to take what is on its way to them when we stop


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


async def simulate(feed: Feed, market: Market) -> None:
    """Publish the market's ticks for ever, at the moments they are due."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        feed.publish(market.step(datetime.now(UTC)))
        due = max(due + market.interval, loop.time() - 1)  # after a pause of the machine, do not catch up in a burst
        await asyncio.sleep(due - loop.time())


async def play(feed: Feed, path: Path, speed: float) -> None:
    """Play the recording to whoever is there, from its beginning whenever a first reader comes."""
    while True:
        await feed.occupied.wait()
        say(f"playing {path}")
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
            moments = read(lines, lambda problem: say(f"{path}, {problem}: passed over"))
            if await play_once(feed, moments, speed):
                await feed.end()


async def play_once(feed: Feed, moments: Iterator[list[Tick]], speed: float) -> bool:
    """Play to those who are there; return False if they all left before the end."""
    loop, audience, begun, first = asyncio.get_running_loop(), feed.audience, 0.0, None
    for ticks in moments:
        if speed:
            if first is None:
                begun, first = loop.time(), ticks[0].timestamp
            due = begun + (ticks[0].timestamp - first).total_seconds() / speed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await feed.vacated.wait()
        if not feed.readers or feed.audience != audience:
            return False
        if speed:
            feed.publish(ticks)
        else:
            await feed.deliver(ticks)
    return True


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; OSError if the address cannot be had."""
    feed, stop = Feed(), asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    server = await serve(feed.handle, options.host, options.port, compression=None, max_size=MAX_MESSAGE)
    host, port = server.sockets[0].getsockname()[:2]
    say(f"feed on ws://{f'[{host}]' if ':' in host else host}:{port}")
    source = asyncio.create_task(source_for(feed, options))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({source, stopped}, return_when=asyncio.FIRST_COMPLETED)
    source.cancel()
    server.close()
    await asyncio.wait({asyncio.create_task(server.wait_closed())}, timeout=STOP_TIMEOUT)
    feed.abort()  # those that took nothing; asyncio.run cancels handshakes that were never finished
    try:
        await source
    except asyncio.CancelledError:
        pass
    except (OSError, ValueError) as error:
        sys.exit(f"error: {options.replay}: {error}")


def source_for(feed: Feed, options: argparse.Namespace) -> Coroutine[Any, Any, None]:
    if options.replay:
        return play(feed, options.replay, options.speed)
    return simulate(feed, Market(options.tickers, options.rate, Random(options.seed)))


def tickers(text: str) -> list[str]:
    return list(dict.fromkeys(ticker_of(word.strip()) for word in text.split(",")))


def number(low: float, high: float) -> Callable[[str], float]:
    """An argument type: a number above `low` and at most `high`."""

    def parse(text: str) -> float:
        if not low < (value := float(text)) <= high:
            raise argparse.ArgumentTypeError(f"{text} is not above {low:g} and at most {high:g}")
        return value

    return parse


def port(text: str) -> int:
    if not 0 <= (value := int(text)) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port number")
    return value


def speed(text: str) -> float:
    return 0.0 if text == "0" else number(0, 1_000_000)(text)


def recording(text: str) -> Path:
    """An argument type: a CSV file with the columns of a recording."""
    try:
        with Path(text).open(newline="", encoding="utf-8-sig", errors="replace") as lines:
            next(read(lines, say), None)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from None
    return Path(text)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port, default=8765, help="default: 8765; 0 for any that is free")
    parser.add_argument("--tickers", type=tickers, default=list(OPENING), help=f"default: {','.join(OPENING)}")
    parser.add_argument("--rate", type=number(0, 1000), default=2.0, help="ticks a second for each ticker; default: 2")
    parser.add_argument("--seed", type=int, help="repeat the market that this number stands for")
    parser.add_argument("--replay", type=recording, metavar="FILE.csv", help="stream rows of ticker,price,…,timestamp")
    parser.add_argument(
        "--speed", type=speed, default=1.0, help="of a replay: 1 as recorded, 0 as fast as clients read"
    )
    return parser.parse_args(words)


def main() -> None:
    options = arguments()
    # The library logs a traceback for every stranger whose handshake fails.
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    try:
        asyncio.run(run(options))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"error: cannot listen on {options.host}:{options.port}: {reason}; see --port (make run: FEED_PORT)")


if __name__ == "__main__":
    main()
