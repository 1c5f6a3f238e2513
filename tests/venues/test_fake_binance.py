"""The fake Binance, as a plain websocket client meets it."""

import asyncio
import json
import ssl
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from venues.binance import VENUE
from venues.venue import Event, Failed, Leaving, Refused, Subscribed, Trade

from .fake_binance import FakeBinance

AT = datetime(2026, 6, 5, 14, 30, 0, 123456, tzinfo=UTC)


def event_of(frame: str | bytes) -> Event:
    assert isinstance(frame, str)
    (event,) = VENUE.read(frame.encode())
    return event


async def test_it_sends_the_trades_of_streams_that_were_subscribed(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with FakeBinance().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        for frame in VENUE.subscribe(["BTCUSDT"], 1):
            await client.send(frame)
        assert event_of(await client.recv()) == Subscribed()
        await fake.trade("ETHUSDT", "3500")
        await fake.trade("BTCUSDT", "104321.55000000", "0.00184000", AT)
        assert event_of(await client.recv()) == Trade(
            "BTCUSDT", Decimal("104321.55000000"), AT, Decimal("0.00184000"), 1001
        )
        for frame in VENUE.unsubscribe(["BTCUSDT"], 2):
            await client.send(frame)
        await client.recv()
        await fake.trade("BTCUSDT", "1")
        await fake.say(fake.maintenance())
        assert isinstance(event_of(await client.recv()), Leaving)


async def test_without_a_unit_its_times_are_in_milliseconds(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    fake = FakeBinance(is_in_milliseconds=True, is_combined=True)
    async with fake.open(server_tls), connect(fake.address, ssl=client_tls) as client:
        await client.send(VENUE.subscribe(["BTCUSDT"], 1)[0])
        await client.recv()
        await fake.trade("BTCUSDT", "1", at=AT)
        trade = event_of(await client.recv())
    assert isinstance(trade, Trade)
    assert trade.timestamp == AT - timedelta(microseconds=456)


async def test_it_confirms_what_it_does_not_have(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeBinance().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        await client.send(VENUE.subscribe(["NONEUSDT"], 1)[0])
        assert event_of(await client.recv()) == Subscribed()
        await client.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": 2}))
        assert json.loads(await client.recv()) == {"result": ["noneusdt@trade"], "id": 2}
        assert not fake.subscribed[fake.connections[0]]


async def test_it_refuses_what_is_no_request(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeBinance().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        await client.send('{"method":"SUBSCRIBED","params":[],"id":1}')
        assert event_of(await client.recv()) == Refused("Invalid request: unknown variant `SUBSCRIBED` (2)")
        await client.send("{")
        assert isinstance(event_of(await client.recv()), Failed)


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (VENUE.subscribe(["BTCUSDT"], 1) * 6, "Too many requests"),
        (VENUE.subscribe([f"A{number}USDT" for number in range(1025)], 1), "Invalid request"),
    ],
    ids=["sixth frame of a second", "one stream too many"],
)
async def test_it_ends_connections_that_go_beyond_its_limits(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, frames: list[str], reason: str
) -> None:
    async with FakeBinance().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        for frame in frames:
            await client.send(frame)
        async with asyncio.timeout(10):
            await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1008, reason)


@pytest.mark.parametrize("status", [403, 418, 429, 451])
async def test_it_refuses_handshakes(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, status: int) -> None:
    fake = FakeBinance(status=(status, {"Retry-After": "30"}))
    async with fake.open(server_tls):
        with pytest.raises(InvalidStatus) as refused:
            await connect(fake.address, ssl=client_tls)
    assert refused.value.response.status_code == status
    assert refused.value.response.headers["Retry-After"] == "30"
    assert status in VENUE.statuses


async def test_only_who_trusts_its_authority_connects(server_tls: ssl.SSLContext) -> None:
    async with FakeBinance().open(server_tls) as fake:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(fake.address)
        assert not fake.handshakes
