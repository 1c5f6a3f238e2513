#!/usr/bin/env python3
"""Watch a feed of prices and say when one rises by more than a threshold within a window."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from random import Random

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.uri import parse_uri

from detector import Alert, SpikeDetector
from sinks import json_line, text_line
from tick import decode, ticker_of

MAX_FRAME = 1024 * 1024  # bytes
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0  # seconds between two attempts to connect
CLOSE_TIMEOUT = 1  # seconds for the feed to answer that we close
AHEAD = timedelta(seconds=5)  # how far a tick may be ahead of our clock
END_OF_RECORDING = 1000  # the close code of a feed that has nothing more to send


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def delays(random: Random) -> Iterator[float]:
    """Seconds before each attempt after the first: doubling, and spread so that clients do not return as one."""
    delay = FIRST_DELAY
    while True:
        yield delay * random.uniform(0.5, 1)
        delay = min(2 * delay, LONGEST_DELAY)


class Watch:
    """A detector with its input, its output and what it counts on the way."""

    def __init__(self, detector: SpikeDetector, tickers: set[str], show: Callable[[Alert], None]) -> None:
        self.detector, self.tickers, self.show = detector, tickers, show
        self.ticks = self.bad = self.alerts = 0

    def take(self, frame: str | bytes) -> bool:
        """Feed a frame to the detector and show its alerts; return whether there was a tick in it."""
        ticks, bad = decode(frame)
        self.bad += bad
        latest = datetime.now(UTC) + AHEAD
        for tick in ticks:
            if tick.timestamp > latest:  # it would push all others out of the window
                self.bad += 1
            elif not self.tickers or tick.ticker in self.tickers:
                self.ticks += 1
                if alert := self.detector.feed(tick):
                    self.alerts += 1
                    self.show(alert)
        return bool(ticks)

    def summary(self) -> str:
        return f"{self.ticks} ticks, {self.bad} bad, {self.detector.late} late, {self.alerts} alerts"


class UnreachableError(Exception):
    """There is no feed at the address at the moment; the message says why."""


async def dial(url: str) -> ClientConnection:
    """Connect; UnreachableError if another attempt may succeed, InvalidStatus if the feed refuses us."""
    try:
        return await connect(url, compression=None, max_size=MAX_FRAME, close_timeout=CLOSE_TIMEOUT, proxy=None)
    except InvalidStatus as error:
        if error.response.status_code < 500:
            raise
        raise UnreachableError(str(error)) from error
    except (OSError, InvalidHandshake) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error


async def follow(url: str, watch: Watch, *, exit_on_eof: bool, random: Random) -> None:
    """Read the feed for ever, or to the end of its recording; connect again whenever it is lost.

    The delay starts over only when a tick has come: a feed that accepts and closes is not asked in a storm.
    """
    waits = delays(random)
    while True:
        try:
            async with await dial(url) as feed:
                say(f"connected to {url}")
                if await read(feed, watch):
                    waits = delays(random)
            if exit_on_eof and feed.close_code == END_OF_RECORDING:
                return
            reason = f"closed with {feed.close_code} {feed.close_reason or ''}".strip()
        except UnreachableError as error:
            reason = str(error)
        wait = next(waits)
        say(f"{url}: {reason}; next attempt in {wait:.1f} s")
        await asyncio.sleep(wait)


async def read(feed: ClientConnection, watch: Watch) -> bool:
    """Take frames until the connection closes; return whether a tick came."""
    any_tick = False
    with contextlib.suppress(ConnectionClosed):
        async for frame in feed:
            any_tick |= watch.take(frame)
    return any_tick


async def run(options: argparse.Namespace, watch: Watch) -> None:
    following = asyncio.create_task(follow(options.url, watch, exit_on_eof=options.exit_on_eof, random=Random()))
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, following.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await following


def url(text: str) -> str:
    try:
        parse_uri(text).host.encode("idna")
    except (InvalidURI, UnicodeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def positive(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if (
        not value.is_finite()
        or not 0 < value <= 1_000_000
        or len(value.as_tuple().digits) > 20
        or value.adjusted() < -20
    ):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and at most 1000000")
    return value


def seconds(text: str) -> timedelta:
    return max(timedelta(seconds=float(positive(text))), timedelta.resolution)


def tickers(text: str) -> set[str]:
    return {ticker_of(word.strip()) for word in text.split(",")}


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--url", type=url, default="ws://127.0.0.1:8765", help="of the feed; default: ws://127.0.0.1:8765"
    )
    parser.add_argument("--tickers", type=tickers, default=set(), help="watch only these, separated by commas")
    parser.add_argument("--threshold", type=positive, default=Decimal(2), help="percent; default: 2")
    parser.add_argument("--window", type=seconds, default=timedelta(minutes=1), help="seconds; default: 60")
    parser.add_argument("--exit-on-eof", action="store_true", help="end when the feed has played its recording")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser.parse_args(words)


def main() -> None:
    options = arguments()
    line = json_line if options.json else text_line
    watch = Watch(
        SpikeDetector(options.threshold, options.window), options.tickers, lambda alert: print(line(alert), flush=True)
    )
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    try:
        asyncio.run(run(options, watch))
    except BrokenPipeError:  # whoever read our lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except InvalidStatus as error:
        sys.exit(f"error: {options.url}: {error}")
    finally:
        say(watch.summary())


if __name__ == "__main__":
    main()
