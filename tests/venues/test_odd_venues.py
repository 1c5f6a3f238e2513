"""Venues that do what no documentation says: the session goes on, says why, and leaves nothing behind."""

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from venues import link, session
from venues.dialling import FinalError

from .fake import Fake
from .fake_alpaca import FakeAlpaca, error
from .fake_binance import FakeBinance
from .fakes import KEYS, opened
from .followed import LOST, Followed, followed

TICKERS = ("BTC-USDT", "ETH-USDT")


@pytest.fixture(autouse=True)
async def unheard() -> AsyncIterator[list[dict[str, Any]]]:
    """Exceptions and tasks of which nobody heard, which Python would print: there are none."""
    contexts: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: contexts.append(context))
    yield contexts
    gc.collect()
    assert contexts == []


@pytest.fixture
async def fake(server_tls: ssl.SSLContext) -> AsyncIterator[Fake]:
    async with opened(FakeBinance, server_tls) as one:
        yield one


async def goes_on(fake: Fake, brought: Followed) -> None:
    """It connects again, and a trade arrives."""
    await fake.until(lambda: len(fake.handshakes) >= 2)
    await brought.until_it_says("connected", 2)
    before = len(brought.ticks)
    await fake.trade(fake.symbols[0], "7")
    await brought.until_there_are(before + 1)


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 1013, 3999, 4000, 4999])
async def test_any_close_code_is_a_lost_connection(fake: Fake, client_tls: ssl.SSLContext, code: int) -> None:
    async with followed(fake, TICKERS, client_tls) as brought:
        await fake.connections[0].close(code, "odd")
        await goes_on(fake, brought)
        assert any(f"{code}" in line and "next attempt" in line for line in brought.said)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xc1\x02{}", "1002"),  # says that it is compressed, which nobody asked for
        (b"\x81\x7f" + (4 * 1024 * 1024 + 1).to_bytes(8), "1009"),
        (b"\x83\x02{}", "1002"),  # an opcode that there is not
    ],
    ids=["compressed", "too long", "opcode"],
)
async def test_bytes_that_are_no_frame_are_a_lost_connection(
    fake: Fake, client_tls: ssl.SSLContext, raw: bytes, why: str
) -> None:
    async with followed(fake, TICKERS, client_tls) as brought:
        fake.connections[0].transport.write(raw)
        await goes_on(fake, brought)
        assert any(why in line for line in brought.said)


async def test_frames_that_come_in_pieces_are_read(fake: Fake, client_tls: ssl.SSLContext) -> None:
    async with followed(fake, TICKERS, client_tls) as brought:
        text = fake.trade_frame(fake.sell(fake.symbols[0], "1.5"))
        await fake.connections[0].send([text[:9], text[9:10], text[10:]])
        await brought.until_there_are(1)
    assert brought.prices == ["1.5"]


async def test_binary_frames_are_read_as_text_is_and_nonsense_is_counted(
    fake: Fake, client_tls: ssl.SSLContext
) -> None:
    async with followed(fake, TICKERS, client_tls) as brought:
        await fake.connections[0].send(b"\x00\xff\x81" * 1000)
        await fake.connections[0].send(b" " * (4 * 1024 * 1024))
        await fake.connections[0].send(fake.trade_frame(fake.sell(fake.symbols[0], "1.5")).encode())
        await brought.until_there_are(1)
        assert brought.session.reading.bad == 2
    assert len(fake.handshakes) == 1


async def test_a_flood_of_errors_is_a_few_lines(fake: Fake, client_tls: ssl.SSLContext) -> None:
    async with followed(fake, TICKERS, client_tls) as brought:
        for number in range(1000):
            await fake.say(f'{{"error":{{"code":1,"msg":"odd"}},"id":{10_000 + number}}}')
        await fake.trade(fake.symbols[0], "1.5")
        await brought.until_there_are(1)
    assert len(brought.said) <= link.MAX_QUOTED + 5
    assert any("not shown" in line for line in brought.said)


async def test_a_venue_that_answers_no_subscription_is_asked_again_ever_later(
    fake: Fake, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONFIRM_TIMEOUT", 0.05)
    fake.is_deaf = True
    async with followed(fake, TICKERS, client_tls, subscribed=False) as brought:
        await brought.until_it_says("does not confirm our subscription; next attempt in", 2)
        fake.is_deaf = False
        await brought.until_it_says("connected")
        await fake.until(lambda: len(fake.connections) == 1)


async def test_one_unknown_symbol_of_many_is_refused_alone(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    tickers = [f"A{number}-USDT" for number in range(500)]
    names = [FakeBinance.venue.symbol_of(ticker).name for ticker in tickers]
    async with (
        FakeBinance(symbols=names[:-1]).open(server_tls) as fake,
        followed(fake, tickers, client_tls, subscribed=False) as brought,
    ):
        await brought.until_it_says("connected")
        await fake.trade(names[0], "1.5")
        await brought.until_there_are(1)


class Restless(FakeBinance):
    """Tells each new connection that it will end, as during maintenance."""

    def greeting(self) -> list[str]:
        return [self.maintenance()]


async def test_maintenance_for_hours_is_no_storm(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "OVERLAP", 0.01)
    async with (
        opened(Restless, server_tls) as fake,
        followed(fake, TICKERS, client_tls, first_delay=0.05, longest_delay=10.0) as brought,
    ):
        for number in range(2, 6):
            await fake.until(lambda number=number: len(fake.handshakes) >= number)  # type: ignore[misc]
            await brought.until_it_says("connected", number)
            await fake.trade(fake.symbols[0], "1.5")  # although it is said to be away
        waits = [later - earlier for earlier, later in pairwise(fake.handshakes)]
        assert waits[-1] > 2 * waits[0]
        assert len(fake.connections) <= 2


async def test_a_connection_that_ends_while_it_is_renewed_loses_what_was_sold_meanwhile(
    fake: Fake, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONFIRM_TIMEOUT", 0.3)
    async with followed(fake, TICKERS, client_tls) as brought:
        await fake.trade(fake.symbols[0], "1")
        await brought.until_there_are(1)
        fake.is_deaf = True
        await fake.say(fake.maintenance())
        await fake.until(lambda: len(fake.handshakes) >= 2)
        await fake.drop()
        fake.sell(fake.symbols[0], "2")
        fake.is_deaf = False
        await fake.until_subscribed(*fake.symbols)
        await fake.trade(fake.symbols[0], "3")
        await brought.until(lambda: "3" in brought.prices)
        assert any("while it was being renewed" in line for line in brought.said)
    assert brought.prices == ["1", LOST, "3"]


async def test_a_final_refusal_ends_all_connections_and_the_renewal_of_others(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    async with opened(FakeAlpaca, server_tls) as fake:
        names = ("AAPL", "MSFT")
        async with followed(fake, names, client_tls, symbols_per_connection=1, connections=4, lifetime=0.3) as brought:
            await fake.until(lambda: len(fake.handshakes) >= 2)
            await brought.until_it_says("connected", 2)
            fake.is_deaf = True  # both are renewed, and the new connections are told nothing
            await fake.until(lambda: len(fake.connections) == 4)
            await fake.write(fake.connections[0], error(402))
            with pytest.raises(FinalError):
                await brought.task
            await fake.until(lambda: not fake.connections)
            handshakes = len(fake.handshakes)
            fake.is_deaf = False
            await asyncio.sleep(0.2)  # longer than any delay
            assert len(fake.handshakes) == handshakes


class Late(FakeAlpaca):
    """Finds out that it does not want us when it is asked for symbols."""

    def answers(self, connection: ServerConnection, frame: str) -> list[str]:
        if '"subscribe"' in frame:
            return [error(402)]
        return list(super().answers(connection, frame))


async def test_a_final_refusal_while_subscriptions_are_sent_is_final(
    client_tls: ssl.SSLContext, server_tls: ssl.SSLContext
) -> None:
    async with opened(Late, server_tls) as fake:
        options = {"symbols_per_frame": 1, "frames_per_second": 10.0}
        async with followed(fake, ("AAPL", "MSFT"), client_tls, subscribed=False, **options) as brought:
            with pytest.raises(FinalError):
                await brought.task
        assert len(fake.handshakes) == 1
        assert not any(key in line for key in KEYS.values() for line in brought.said)


async def test_a_certificate_that_nobody_vouches_for_is_named(fake: Fake) -> None:
    async with followed(fake, TICKERS, ssl.create_default_context(), subscribed=False) as brought:
        await brought.until_it_says("certificate verify failed")
        assert all("next attempt in" in line for line in brought.said)


async def test_a_name_that_nobody_knows_is_tried_again(
    fake: Fake, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeBinance, "address", "wss://venue.invalid/ws")
    async with followed(fake, TICKERS, client_tls, subscribed=False) as brought:
        await brought.until_it_says("next attempt in", 2)
    assert all("name" in line.lower() for line in brought.said)
