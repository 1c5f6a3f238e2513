"""The fake Coinbase, as a plain websocket client meets it."""

import json
import ssl
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from websockets.asyncio.client import ClientConnection, connect

from venues.coinbase import VENUE
from venues.venue import Event, Failed, Newest, Refused, Subscribed, Trade

from .fake_coinbase import FakeCoinbase

AT = datetime(2026, 6, 5, 14, 30, 0, 123456, tzinfo=UTC)


async def event_from(client: ClientConnection) -> Event:
    frame = await client.recv()
    assert isinstance(frame, str)
    (event,) = VENUE.read(frame.encode())
    return event


async def subscribe(client: ClientConnection, product: str) -> Event:
    for frame in VENUE.subscribe([product], 1):
        await client.send(frame)
    return await event_from(client)


async def test_it_sends_the_trades_of_products_that_were_subscribed(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with FakeCoinbase().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        assert await subscribe(client, "BTC-USD") == Subscribed(("BTC-USD",))
        await fake.trade("ETH-USD", "3500")
        await fake.trade("BTC-USD", "104321.55", "0.00184", AT)
        assert await event_from(client) == Trade("BTC-USD", Decimal("104321.55"), AT, Decimal("0.00184"), 1001)
        await client.send(VENUE.unsubscribe(["BTC-USD"], 2)[0])
        await client.recv()
        await fake.trade("BTC-USD", "1")
        await fake.say(fake.heartbeat())
        assert await event_from(client) == Newest("BTC-USD", 1002)


async def test_a_subscription_begins_with_the_last_trade(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with FakeCoinbase().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        fake.sell("BTC-USD", "1")
        fake.sell("BTC-USD", "2", at=AT)
        await subscribe(client, "BTC-USD")
        assert await event_from(client) == Trade("BTC-USD", Decimal(2), AT, Decimal(1), 1002, is_history=True)
        assert await subscribe(client, "ETH-USD") == Subscribed(("BTC-USD", "ETH-USD"))
        await fake.trade("ETH-USD", "3500", at=AT)
        assert await event_from(client) == Trade("ETH-USD", Decimal(3500), AT, Decimal(1), 1001)


async def test_a_refused_product_leaves_the_others(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeCoinbase().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        await subscribe(client, "BTC-USD")
        assert await subscribe(client, "NONE-USD") == Refused(
            "Failed to subscribe: NONE-USD is not a valid product", ("NONE-USD",)
        )
        assert fake.subscribed[fake.connections[0]] == {"BTC-USD"}


@pytest.mark.parametrize(
    ("request_of", "event"),
    [
        ("{", Failed("Malformed JSON", ends=False)),
        ("[]", Failed("Malformed JSON", ends=False)),
        ('{"type":"login"}', Failed("Type has to be either subscribe or unsubscribe, not login", ends=False)),
        ('{"type":"subscribe"}', Refused("Failed to subscribe: No channels provided")),
        (
            '{"type":"subscribe","product_ids":["BTC-USD"],"channels":["user"]}',
            Refused("Failed to subscribe: user is not a valid channel"),
        ),
        ('{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches"]}', Subscribed(("BTC-USD",))),
    ],
)
async def test_it_answers_requests_of_any_form(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, request_of: str, event: Event
) -> None:
    async with FakeCoinbase().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        await client.send(request_of)
        assert await event_from(client) == event


async def test_it_asks_for_heartbeats_as_well(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeCoinbase().open(server_tls) as fake, connect(fake.address, ssl=client_tls) as client:
        await client.send(VENUE.subscribe(["BTC-USD"], 1)[0])
        answer = json.loads(await client.recv())
    assert {channel["name"] for channel in answer["channels"]} == {"matches", "heartbeat"}
