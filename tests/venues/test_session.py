"""Each venue, as its documentation says that it behaves, followed over TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import inf

import pytest

from venues import link, session
from venues.dialling import FinalError

from .fake import Fake
from .fakes import FAKES, KEYS, opened
from .followed import LOST, TICKERS, as_sold, expected, followed

RENEWED = [fake for fake in FAKES if fake.venue.has_ids and fake.venue.limits.connections > 1]


@pytest.fixture(params=FAKES, ids=lambda kind: kind.venue.name)
async def fake(request: pytest.FixtureRequest, server_tls: ssl.SSLContext) -> AsyncIterator[Fake]:
    async with opened(request.param, server_tls) as one:
        yield one


@pytest.fixture(params=RENEWED, ids=lambda kind: kind.venue.name)
async def renewed(request: pytest.FixtureRequest, server_tls: ssl.SSLContext) -> AsyncIterator[Fake]:
    async with opened(request.param, server_tls) as one:
        yield one


@pytest.fixture
def tickers(fake: Fake) -> tuple[str, ...]:
    return TICKERS[fake.venue.name]


async def test_trades_come_exactly_as_they_were_sold(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        sold = [
            await fake.trade(fake.symbols[i % 2], price, quantity)
            for i, (price, quantity) in enumerate(
                [
                    ("0.10", "3"),
                    ("68123.45000000", "0.00000001"),
                    ("12345.1234567890123456789012345", "0.1"),
                    ("0.00000000123", "1000000"),
                ]
            )
        ]
        await brought.until_there_are(len(sold))
    assert [as_sold(tick) for tick in brought.ticks] == [expected(fake, one) for one in sold]


async def test_times_are_the_venues(fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        at = datetime.now(UTC).replace(microsecond=123000)
        await fake.trade(fake.symbols[0], "1", at=at)
        await brought.until_there_are(1)
    assert brought.ticks[0].timestamp == at


async def test_what_the_venue_does_not_know_is_said_and_the_others_go_on(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOOK", 0.02)
    monkeypatch.setattr(session, "FIRST_TRADE", 0.2)  # for a venue that confirms everything
    unknown = "NOPE" if fake.venue.name in ("alpaca", "finnhub") else "NOPE-USD"
    async with followed(fake, (*tickers, unknown), client_tls, subscribed=False) as brought:
        await fake.until_subscribed(*fake.symbols)
        await brought.until(lambda: any("NOPE" in line for line in brought.said))
        await brought.until_it_says("connected")
        await fake.trade(fake.symbols[0], "1.5")
        await brought.until_there_are(1)


async def test_a_trade_that_is_sent_again_comes_once(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    if not fake.venue.has_ids:
        pytest.skip("its trades have no ids: the watch knows duplicates after a reconnection by time and price")
    async with followed(fake, tickers, client_tls) as brought:
        first = await fake.trade(fake.symbols[0], "1")
        await fake.send(first)
        await fake.trade(fake.symbols[0], "2")
        await brought.until_there_are(2)
    assert brought.prices == ["1", "2"]
    assert brought.session.reading.duplicates == 1


async def test_trades_out_of_order_all_come(fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        await fake.trade(fake.symbols[0], "1")
        second, third = fake.sell(fake.symbols[0], "2"), fake.sell(fake.symbols[0], "3")
        await fake.send(third)
        await fake.send(second)
        await brought.until_there_are(3)
    assert [f"{tick.price:f}" for tick in brought.ticks] == ["1", "3", "2"]


async def test_what_was_lost_with_a_connection_is_a_loss(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        await fake.trade(fake.symbols[0], "1")
        await brought.until_there_are(1)
        await fake.drop()
        fake.sell(fake.symbols[0], "2")
        await fake.until_subscribed(*fake.symbols)
        await brought.until_it_says("connected", 2)
        await fake.trade(fake.symbols[0], "3")
        await brought.until(lambda: "3" in brought.prices)
    filled = ["1", "2", "3"]  # from the history that the venue sends with a subscription
    assert brought.prices in (["1", LOST, "3"], filled)
    assert brought.session.reconnections == 1


async def test_where_nothing_was_lost_ids_say_so(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        await fake.trade(fake.symbols[0], "1")
        await brought.until_there_are(1)
        await fake.drop()
        await fake.until_subscribed(*fake.symbols)
        await brought.until_it_says("connected", 2)
        await fake.trade(fake.symbols[0], "2")
        await brought.until(lambda: "2" in brought.prices)
    assert brought.prices == (["1", "2"] if fake.venue.ids_are_consecutive else ["1", LOST, "2"])


async def test_a_connection_is_renewed_without_a_loss_or_a_duplicate(
    renewed: Fake, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "OVERLAP", 0.1)
    async with followed(renewed, TICKERS[renewed.venue.name], client_tls, lifetime=0.4) as brought:
        while len(renewed.handshakes) < 4 or len(renewed.connections) > 1:
            await renewed.trade(renewed.symbols[0], "1.5")
            await asyncio.sleep(0.002)
        await brought.until_there_are(len(renewed.sold))
    assert LOST not in brought.came
    assert len(brought.ticks) == len(renewed.sold)
    assert brought.session.reading.duplicates > 0  # both connections were read
    assert brought.session.reconnections == 0


async def test_a_venue_that_says_it_will_leave_is_left_in_time(
    renewed: Fake, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    if renewed.maintenance() is None:
        pytest.skip("it does not say so")
    monkeypatch.setattr(session, "OVERLAP", 0.05)
    async with followed(renewed, TICKERS[renewed.venue.name], client_tls) as brought:
        await renewed.trade(renewed.symbols[0], "1")
        await renewed.say(renewed.maintenance())
        await brought.until_it_says("connection renewed")
        await renewed.trade(renewed.symbols[0], "2")
        await brought.until_there_are(2)
    assert brought.prices == ["1", "2"]


async def test_a_connection_that_is_silent_is_replaced(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls, silence=0.2):
        fake.answers_pings = False
        await fake.until(lambda: len(fake.handshakes) >= 2)


async def test_a_venue_that_answers_pings_is_not_left(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LOOK", 0.02)
    async with followed(fake, tickers, client_tls, silence=0.6, ping_every=0.1):
        for _ in range(30):  # longer than silence is borne
            await asyncio.sleep(0.05)
            if frame := fake.heartbeat():
                await fake.say(frame)
        assert len(fake.handshakes) == 1


@pytest.mark.parametrize("status", [429, 418, 403])
async def test_a_venue_that_wants_us_away_is_left_alone_for_so_long(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext, status: int
) -> None:
    if fake.venue.statuses.get(status, ("", 0.0))[1] == inf:
        pytest.skip("there it is final")
    fake.status = (status, {"Retry-After": "1"})
    async with followed(fake, tickers, client_tls, subscribed=False) as brought:
        await brought.until_it_says("next attempt in")
        fake.status = None
        await brought.until_it_says("connected")
    first, second = fake.handshakes
    assert second - first >= 1


@pytest.mark.parametrize("status", [401, 451])
async def test_a_venue_that_does_not_want_us_is_not_asked_again(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext, status: int
) -> None:
    fake.status = (status, {})
    async with followed(fake, tickers, client_tls, subscribed=False) as brought:
        with pytest.raises(FinalError, match=str(status)):
            await brought.task
    assert len(fake.handshakes) == 1


async def test_attempts_are_apart_although_the_venue_accepts_and_closes(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls, subscribed=False, first_delay=0.1, longest_delay=5.0):
        for number in range(1, 5):
            await fake.until(lambda number=number: len(fake.handshakes) >= number)  # type: ignore[misc]
            await fake.until(lambda: bool(fake.connections))
            await fake.drop()
    waits = [later - earlier for earlier, later in pairwise(fake.handshakes)]
    assert waits[-1] > waits[0]
    assert waits[-1] >= 0.2


async def test_symbols_that_are_too_many_for_one_connection_share_several(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls, symbols_per_connection=1, connections=2) as brought:
        await brought.until_it_says("connected, 1 symbol", 2)
        for symbol in fake.symbols:
            await fake.trade(symbol, "1")
        await brought.until_there_are(2)
    assert {tick.ticker for tick in brought.ticks} == {fake.venue.symbol_of(ticker).ticker for ticker in tickers}


async def test_ten_thousand_trades_come_in_order(
    fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        begin = datetime.now(UTC) - timedelta(seconds=1)
        sold = [
            fake.sell(fake.symbols[i % 2], f"{100 + i % 7}.{i:05}", at=begin + timedelta(milliseconds=i // 10))
            for i in range(10_000)
        ]
        await fake.send(*sold)
        await brought.until_there_are(len(sold))
    assert [tick.price for tick in brought.ticks] == [Decimal(one.price) for one in sold]
    assert LOST not in brought.came


async def test_no_line_shows_a_key(fake: Fake, tickers: tuple[str, ...], client_tls: ssl.SSLContext) -> None:
    async with followed(fake, tickers, client_tls) as brought:
        for key in fake.keys.values():
            brought.session.say(f"as a venue that repeats it: {key}")
        await fake.drop()
        await brought.until_it_says("next attempt")
    assert not any(key in line for key in KEYS.values() for line in brought.said)
