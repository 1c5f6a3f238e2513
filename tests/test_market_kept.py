"""What a watch saw of the market is in the ledger: candles, last prices, and that an alert was withdrawn."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rest import instants
from tick import Tick

from .reaching import Published
from .running import ROOT, Running, alerts_in, call, free_port

BEGIN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
FIRST = 1000  # number of the feed
PRICES = ((-60, "99.50"), (0, "100"), (1, "103.000"), (2, "102.25"), (60, "101"))  # seconds after BEGIN
TICKS = [
    Tick("AAPL", Decimal(price), BEGIN + timedelta(seconds=second), FIRST + number, Decimal("0.10"))
    for number, (second, price) in enumerate(PRICES)
]


async def take_back(feed: Any, tick: Tick) -> None:
    await feed.occupied.wait()
    feed.withdraw(tick, "cancelled")


def candle(minutes: int, prices: tuple[str, str, str, str], volume: str, ticks: int, *, gap: bool) -> dict[str, Any]:
    return {
        "timestamp": instants.render(BEGIN + timedelta(minutes=minutes)),
        **dict(zip(("open", "high", "low", "close"), prices, strict=True)),
        "volume": volume, "ticks": ticks, "gap": gap,
    }  # fmt: skip


@pytest.mark.usefixtures("migrated")
def test_the_ledger_shows_what_was_seen_and_what_was_taken_back(
    serve: Callable[[int], tuple[Running, str]], run: Callable[..., Running], tmp_path: Path
) -> None:
    _, url = serve(free_port())
    with Published() as feed:
        client = run(sys.executable, ROOT / "websocket_simulator/client.py", "--url", feed.url, "--api", url, "--confirm", "0",
                     "--state", str(tmp_path / "state"), "--exit-on-eof")  # fmt: skip
        feed.publish(TICKS)
        client.read_until("increased by 3")
        feed.do(take_back(feed.feed, TICKS[2]))
        client.read_until("Alert withdrawn: AAPL")
        feed.end()
        client.process.wait(30)
    [alert] = alerts_in(url)
    assert (alert["price"], alert["withdrawn_reason"]) == ("103.000", "cancelled")
    assert alert["withdrawn_at"]
    _, told = call(f"{url}/api/market/candles/?ticker=AAPL&interval=1m")
    assert told["results"] == [
        candle(-1, ("99.50",) * 4, "0.10", 1, gap=True),  # the watch did not see it begin
        candle(0, ("100", "103.000", "100", "102.25"), "0.30", 3, gap=False),
        candle(1, ("101",) * 4, "0.10", 1, gap=False),
    ]
    _, told = call(f"{url}/api/market/prices/")
    assert [(one["ticker"], one["price"], one["timestamp"]) for one in told["results"]] == [
        ("AAPL", "101", instants.render(TICKS[-1].timestamp))
    ]
