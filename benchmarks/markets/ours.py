"""Ours, run as a program: a session with Binance, the feed, and a watch over its ticks, in one process.

It prints processor seconds for the messages that came, once all have.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

sys.path.insert(0, str(Path(__file__).parents[2] / "websocket_simulator"))

from feed.bridge import Bridge
from feed.broadcast import Feed
from tick import Tick
from venues.reading import Key
from venues.registry import venue_of
from venues.session import Session
from watch.detector import SpikeDetector
from watch.rule import Rule


class Watched(Bridge):
    """A feed whose ticks are watched as they come."""

    def __init__(self, messages: int) -> None:
        super().__init__(Feed())
        self.detector, self.left, self.began = SpikeDetector(Rule()), messages, 0.0
        self.done = asyncio.Event()

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """Feed and watch."""
        self.began = self.began or used()
        super().publish(ticks, keys)
        self.detector.feed(ticks)
        self.left -= len(ticks)
        if self.left <= 0:
            self.done.set()


def used() -> float:
    """Processor seconds of this process."""
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main(port: int, messages: int, symbols: int) -> None:
    """Follow the exchange until all messages have come."""
    venue = venue_of("binance")
    venue = replace(venue, limits=replace(venue.limits, frames_per_second=1000))
    watched = Watched(messages)
    tickers = [f"C{number:04}-USDT" for number in range(symbols)]
    session = Session(venue, tickers, watched, lambda line: None, keys={}, address=f"wss://localhost:{port}/ws")
    following = asyncio.create_task(session.run())
    await watched.done.wait()
    print(used() - watched.began, flush=True)
    following.cancel()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
