"""kill -9 of the client between an alert and its withdrawal: the next life withdraws it, and no later one does again."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from notices import Withdrawal, encode_withdrawal
from tick import Tick, encode

from .ledger import Ledger, until

CLIENT = Path(__file__).parents[1] / "client.py"
NOW = datetime.now(UTC)
TICKS = [Tick("AAPL", Decimal(price), NOW + timedelta(seconds=n), n + 1) for n, price in enumerate((100, 110))]
WITHDRAWAL = encode_withdrawal(Withdrawal(3, 2, "AAPL", TICKS[1].price, TICKS[1].timestamp, "cancelled"))
LATER = encode([Tick("MSFT", Decimal(price), NOW + timedelta(seconds=2), 4 + n) for n, price in enumerate((100, 110))])


async def feed(connection: ServerConnection) -> None:
    """The ticks to the first life, their withdrawal to the second, and that again with others to the third."""
    lives.append(connection)
    for frame in ([encode(TICKS)], [WITHDRAWAL], [WITHDRAWAL, LATER])[len(lives) - 1]:
        await connection.send(frame)
    await connection.wait_closed()


lives: list[ServerConnection] = []


async def start(address: str, api: str, folder: Path) -> Process:
    options = ("--json", "--confirm", "0", "--url", address, "--api", api)
    environ = {**os.environ, "XDG_STATE_HOME": str(folder)}
    return await asyncio.create_subprocess_exec(sys.executable, str(CLIENT), *options, stdout=PIPE, env=environ)


async def line_of(life: Process) -> dict[str, str]:
    assert life.stdout
    return json.loads(await asyncio.wait_for(life.stdout.readline(), 30))  # type: ignore[no-any-return]


async def lives_of(folder: Path, ledger: Ledger) -> list[dict[str, str]]:
    """The first line of each of three lives, which are killed when they have told it, and the ledger has it."""
    lines = []
    async with serve(feed, "127.0.0.1", 0) as server:
        address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for number in range(1, 4):
            life = await start(address, ledger.url, folder)
            try:
                lines.append(await line_of(life))
                await asyncio.to_thread(until, lambda count=number: len(ledger.kept) >= count)
            finally:
                life.kill()
                await life.wait()
    return lines


def test_a_watch_that_was_killed_after_its_alert_withdraws_it_and_once(tmp_path: Path, ledger: Ledger) -> None:
    [alert, withdrawn, other] = asyncio.run(lives_of(tmp_path, ledger))
    assert (alert["ticker"], alert["price"]) == ("AAPL", "110")
    assert (withdrawn["id"], withdrawn["withdrawn"]) == (alert["id"], "cancelled")
    assert other["ticker"] == "MSFT"
    paths = [path for path, _, _ in ledger.requests if not path.startswith("/api/market/")]
    assert paths == ["/api/alerts/", f"/api/alerts/{alert['id']}/withdraw/", "/api/alerts/"]
