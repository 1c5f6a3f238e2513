"""What a venue brought, recorded, says the same again: ticks, losses and withdrawals in their places."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from venues import link, session
from venues.reading import Lost, TakenBack, Ticks
from venues.recorded import Recording, replayed

from .fake import Fake
from .fakes import FAKES, opened
from .followed import LOST, TICKERS, Followed, followed


def again(path: Path) -> list[Any]:
    """The same as `Followed.came`, of a recording."""
    venues = {fake.venue.name: fake.venue for fake in FAKES}
    came: list[Any] = []
    for _, heard in replayed(path, venues.__getitem__):
        for one in heard:
            match one:
                case Ticks():
                    came += one.ticks
                case Lost():
                    came.append(LOST)
                case TakenBack():
                    came.append((one.key, one.reason))
    return came


async def comes(fake: Fake, brought: Followed, price: str) -> None:
    await fake.trade(fake.symbols[0], price)
    await brought.until(lambda: price in brought.prices)


async def is_lost(fake: Fake, brought: Followed) -> None:
    """Connections end, one is made that is never told anything, and a trade is sold meanwhile."""
    fake.is_deaf = True
    await fake.drop()
    fake.sell(fake.symbols[0], "999")
    before = len(fake.handshakes)
    await fake.until(lambda: len(fake.handshakes) > before)
    fake.is_deaf = False
    await fake.drop()
    await fake.until_subscribed(*fake.symbols)


@pytest.mark.parametrize("kind", FAKES, ids=lambda kind: kind.venue.name)
@pytest.mark.parametrize("symbols_per_connection", [1, 10])
async def test_a_recorded_session_says_the_same_again(
    kind: type[Fake],
    symbols_per_connection: int,
    tmp_path: Path,
    server_tls: ssl.SSLContext,
    client_tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "OVERLAP", 0.1)
    monkeypatch.setattr(link, "CONFIRM_TIMEOUT", 0.1)
    monkeypatch.setattr(link, "LOGIN_TIMEOUT", 0.1)
    tickers = TICKERS[kind.venue.name]
    recording = Recording(tmp_path / "session.ndjson", [(kind.venue.name, tickers)])
    limits = {"symbols_per_connection": symbols_per_connection, "connections": 4}
    async with opened(kind, server_tls) as fake:
        fake.is_deaf = True  # the first connection is never told anything
        async with followed(fake, tickers, client_tls, recorder=recording, subscribed=False, **limits) as brought:
            await fake.until(lambda: len(fake.handshakes) > 0)
            await asyncio.sleep(0.15)
            fake.is_deaf = False
            await fake.drop()
            await fake.until_subscribed(*fake.symbols)
            await comes(fake, brought, "1")
            await is_lost(fake, brought)
            await comes(fake, brought, "2")
            first, second = fake.sell(fake.symbols[0], "3"), fake.sell(fake.symbols[0], "4")
            await fake.send(second)
            await fake.send(first)
            await fake.send(second)
            await brought.until(lambda: {"3", "4"} <= set(brought.prices))
            if fake.maintenance() and fake.venue.has_ids:
                await fake.say(fake.maintenance())
                await brought.until_it_says("connection renewed")
            await comes(fake, brought, "5")
        recording.close()
    assert again(tmp_path / "session.ndjson") == brought.came
