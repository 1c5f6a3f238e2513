"""What the watch tells of a venue is what the oracle finds in what the venue really sent."""

import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from random import Random

import pytest

from feed.bridge import Bridge
from feed.broadcast import Feed
from tick import Tick, render

from ..watched import new_reader, oracle_finds, reported, watching
from ..watched import served as feed_served
from .fake import Fake, Sold
from .fakes import FAKES, opened
from .followed import TICKERS, followed

STEPS = 240
LOST = range(120, 125)


@pytest.fixture(params=FAKES, ids=lambda kind: kind.venue.name)
async def fake(request: pytest.FixtureRequest, server_tls: ssl.SSLContext) -> AsyncIterator[Fake]:
    async with opened(request.param, server_tls) as one:
        yield one


def walk(fake: Fake, begin: datetime) -> Iterator[list[Sold]]:
    """What is sold in each second, as it is asked for: two symbols that move by up to 3 % in it."""
    random, prices = Random(7), {symbol: Decimal(100) for symbol in fake.symbols}
    for step in range(STEPS):
        for symbol in prices:
            prices[symbol] = round(prices[symbol] * (1 + Decimal(random.randrange(-300, 300)) / 10_000), 4)
        at = begin + timedelta(seconds=step)
        yield [fake.sell(symbol, f"{price}", at=at) for symbol, price in prices.items()]


def as_ticks(fake: Fake, sold: list[Sold]) -> list[Tick]:
    tickers = dict(zip(fake.symbols, TICKERS[fake.venue.name], strict=True))
    return [Tick(tickers[one.symbol], Decimal(one.price), one.at) for one in sold]


def ticks_of(feed: Feed) -> list[Tick]:
    """All that were published: ticker, price and time alone."""
    return [Tick(tick.ticker, tick.price, tick.timestamp) for tick in feed.backlog.after(0, 10_000)]


def at_and_ticker(tick: Tick) -> tuple[datetime, str]:
    return tick.timestamp, tick.ticker


async def test_alerts_are_those_of_what_was_sent_and_say_where_something_was_lost(
    fake: Fake, client_tls: ssl.SSLContext
) -> None:
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=STEPS)
    seconds, sent, lost = walk(fake, begin), list[Sold](), list[Sold]()
    async with (
        feed_served() as (feed, proxy),
        followed(fake, TICKERS[fake.venue.name], client_tls, sink=Bridge(feed)) as brought,
        watching(proxy.url) as client,
    ):
        await new_reader(feed)
        for sold in islice(seconds, LOST.start):
            await fake.send(*sold)
            sent += sold
        await brought.until(lambda: feed.backlog.sent >= len(sent))
        await fake.drop()
        lost += chain.from_iterable(islice(seconds, len(LOST)))
        await brought.until_it_says("connected", 2)
        for sold in seconds:
            await fake.send(*sold)
            sent += sold
        await brought.until(lambda: ticks_of(feed)[-len(fake.symbols) :] == as_ticks(fake, sent)[-len(fake.symbols) :])
        came = ticks_of(feed)
        await feed.end()
        alerts = await client.end()
    filled = [tick for tick in came if tick not in as_ticks(fake, sent)]  # by those that send what was last
    assert sorted(came, key=at_and_ticker) == sorted([*as_ticks(fake, sent), *filled], key=at_and_ticker)
    assert set(filled) <= set(as_ticks(fake, lost))
    assert reported(alerts) == oracle_finds(came)
    is_lost = len(filled) < len(lost)
    hole, over = render(begin + timedelta(seconds=LOST.stop)), render(begin + timedelta(seconds=LOST.stop + 60))
    after = [alert for alert in alerts if alert["timestamp"] >= render(begin + timedelta(seconds=60))]
    assert {alert["gap"] for alert in after if hole <= alert["timestamp"] < over} == {is_lost}
    assert {alert["gap"] for alert in after if not hole <= alert["timestamp"] <= over} == {False}
