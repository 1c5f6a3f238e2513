"""Ctrl-C ends a server that follows a venue, whatever it waits for: at once, with status 0, and without a traceback."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..running import ROOT, Running
from .fake_binance import FakeBinance
from .fakes import opened

if TYPE_CHECKING:
    import trustme

PROMPTLY = 3.0  # seconds


@pytest.fixture
def certificate(tmp_path: Path, authority: "trustme.CA") -> Path:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return tmp_path / "authority.pem"


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of something that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def serving(address: str, certificate: Path, *options: str) -> Running:
    running = Running(
        sys.executable, ROOT / "websocket_simulator/server.py", "--port", "0", "--source", "binance",
        "--tickers", "BTC-USDT,ETH-USDT", "--source-url", address, *options, SSL_CERT_FILE=str(certificate),
    )  # fmt: skip
    running.read_until("feed on")
    return running


async def ends_well(running: Running) -> None:
    try:
        seconds = await asyncio.to_thread(running.interrupt)
    finally:
        running.kill()
    output = "".join(running.output)
    assert seconds < PROMPTLY
    assert running.process.returncode == 0, output
    assert "Traceback" not in output
    assert "never retrieved" not in output
    assert "was destroyed" not in output


async def test_while_it_waits_for_the_next_attempt(certificate: Path) -> None:
    running = await asyncio.to_thread(serving, "wss://localhost:1", certificate)
    await asyncio.to_thread(running.first, "next attempt in")
    await ends_well(running)


async def test_while_it_connects(certificate: Path, mute: int) -> None:
    await ends_well(await asyncio.to_thread(serving, f"wss://localhost:{mute}", certificate))


@pytest.mark.parametrize("is_deaf", [True, False], ids=["while it subscribes", "while it follows"])
async def test_while_it_is_connected(certificate: Path, server_tls: ssl.SSLContext, is_deaf: bool) -> None:
    async with opened(FakeBinance, server_tls) as fake:
        fake.is_deaf = is_deaf
        running = await asyncio.to_thread(serving, f"{fake.address}/ws", certificate)
        await fake.until(lambda: bool(fake.heard), 20)
        if not is_deaf:
            await asyncio.to_thread(running.first, "connected")
        await ends_well(running)


async def test_while_it_renews(certificate: Path, server_tls: ssl.SSLContext) -> None:
    async with opened(FakeBinance, server_tls) as fake:
        running = await asyncio.to_thread(serving, f"{fake.address}/ws", certificate)
        await asyncio.to_thread(running.first, "connected")
        fake.is_deaf = True
        await fake.say(fake.maintenance())
        await fake.until(lambda: len(fake.connections) == 2, 20)
        await ends_well(running)


async def test_while_it_records(certificate: Path, server_tls: ssl.SSLContext, tmp_path: Path) -> None:
    async with opened(FakeBinance, server_tls) as fake:
        running = await asyncio.to_thread(
            serving, f"{fake.address}/ws", certificate, "--record", str(tmp_path / "session.ndjson.zst")
        )
        await asyncio.to_thread(running.first, "connected")
        await fake.trade("BTCUSDT", "1.5")
        await ends_well(running)
        assert (tmp_path / "session.ndjson.zst").stat().st_size > 0
