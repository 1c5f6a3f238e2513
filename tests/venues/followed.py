"""A session that follows a fake venue, and what it brought."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tick import Tick
from venues.link import Sink
from venues.reading import Key
from venues.session import Recorder, Session

from .fake import Fake, Sold

LOST = "lost"
HURRIED = {"first_delay": 0.02, "longest_delay": 0.1, "apart": 0.0, "frames_per_second": 1000.0}


class Followed:
    """`came` has ticks, LOST, and keys with the reasons why they were withdrawn, in their order; `said` has lines."""

    def __init__(self) -> None:
        self.came: list[Any] = []
        self.said: list[str] = []
        self.session: Session
        self.task: asyncio.Task[None]

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        self.came += ticks

    def lose(self) -> None:
        self.came.append(LOST)

    def withdraw(self, key: Key, reason: str) -> None:
        self.came.append((key, reason))

    @property
    def ticks(self) -> list[Tick]:
        return [one for one in self.came if isinstance(one, Tick)]

    @property
    def prices(self) -> list[str]:
        """Prices, and LOST in their places, as they were written."""
        return [f"{one.price:f}" if isinstance(one, Tick) else one for one in self.came]

    async def until(self, condition: Any, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.002)

    async def until_there_are(self, ticks: int) -> None:
        await self.until(lambda: len(self.ticks) >= ticks)

    async def until_it_says(self, words: str, times: int = 1) -> None:
        await self.until(lambda: sum(words in line for line in self.said) >= times)


@asynccontextmanager
async def followed(
    fake: Fake,
    tickers: Sequence[str],
    tls: ssl.SSLContext | None,
    *,
    subscribed: bool = True,
    sink: Sink | None = None,
    recorder: Recorder | None = None,
    **limits: Any,
) -> AsyncIterator[Followed]:
    """Follow a fake venue that is served; with other limits than the venue's, and no delays.

    What it sends goes to `sink`, if there is one.
    """
    venue = replace(fake.venue, limits=replace(fake.venue.limits, **{**HURRIED, **limits}))
    result = Followed()
    result.session = Session(
        venue, tickers, sink or result, result.said.append, keys=fake.keys, address=fake.address, tls=tls,
        recorder=recorder,
    )  # fmt: skip
    result.task = asyncio.create_task(result.session.run())
    try:
        if subscribed:
            await result.until(lambda: names(fake, tickers) <= set().union(*fake.subscribed.values()))
            await result.until_it_says("connected")
        yield result
    finally:
        result.task.cancel()
        await asyncio.wait({result.task})


def names(fake: Fake, tickers: Sequence[str]) -> set[str]:
    """What the venue calls them."""
    return {fake.venue.symbol_of(ticker).name for ticker in tickers}


def as_sold(tick: Tick) -> tuple[str, Decimal, Decimal | None]:
    return tick.ticker, tick.price, tick.quantity


def expected(fake: Fake, sold: Sold) -> tuple[str, Decimal, Decimal | None]:
    tickers = {fake.venue.symbol_of(name).name: fake.venue.symbol_of(name).ticker for name in TICKERS[fake.venue.name]}
    return tickers[sold.symbol], Decimal(sold.price), Decimal(sold.quantity)


TICKERS = {
    "binance": ("BTC-USDT", "ETH-USDT"),
    "coinbase": ("BTC-USD", "ETH-USD"),
    "kraken": ("BTC-USD", "ETH-USD"),
    "alpaca": ("AAPL", "MSFT"),
    "finnhub": ("AAPL", "MSFT"),
}
