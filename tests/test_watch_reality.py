"""A watch that is killed and started again, with the options that everybody has: it goes on where it was."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import msgpack
from websocket_simulator.tests.ledger import Ledger, until
from websockets.asyncio.server import ServerConnection

from feed.admission import Admission
from feed.backlog import Backlog
from feed.broadcast import Feed
from tick import Tick, encode, render

from .proxy import Proxy
from .watched import START, Client, foreign, living, new_reader, served

Moment = tuple[float, str]  # seconds after START, and a price


def ticks(*moments: Moment, ticker: str = "MSFT") -> list[Tick]:
    return [Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for second, price in moments]


def told(alerts: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    """Price, percent to one digit, and whether ticks of the window are missing."""
    return [(alert["price"], f"{Decimal(alert['rise_percent']):.1f}", alert["gap"]) for alert in alerts]


def new(alerts: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the last line of the life before, which may come once more."""
    return [alert for alert in alerts if alert["id"] != before[-1]["id"]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "watch.state"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made


class Life:
    """One life of a watch that remembers in `state`, of the feed behind `proxy`."""

    def __init__(self, feed: Feed, proxy: Proxy, client: Client) -> None:
        self.feed, self.proxy, self.client = feed, proxy, client

    async def hear(self, *moments: Moment) -> None:
        """Let each be a frame, and wait until they have passed."""
        passed = len(self.proxy.frames) + len(moments)
        for tick in ticks(*moments):
            self.feed.publish([tick])
        await self.proxy.passed(passed)

    async def kill(self) -> list[dict[str, Any]]:
        await self.client.kill()
        while self.feed.readers:
            await asyncio.sleep(0.005)
        return [json.loads(line) for line in self.client.out.splitlines()]

    async def end(self) -> list[dict[str, Any]]:
        """Come to the end of the feed."""
        await self.feed.end()
        return await self.client.end()


@asynccontextmanager
async def life(feed: Feed, proxy: Proxy, state: Path, *options: str) -> AsyncIterator[Life]:
    async with living(proxy.url, "--json", "--exit-on-eof", "--state", str(state), *options) as client:
        await new_reader(feed)
        yield Life(feed, proxy, client)


async def saved(state: Path, price: str) -> None:
    """Wait until a snapshot knows this price."""
    while not state.exists() or msgpack.encode(price) not in state.read_bytes():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_saved", [True, False])
async def test_a_price_from_before_the_kill_is_a_low_after_it(state: Path, is_saved: bool) -> None:
    async with served() as (feed, proxy):
        async with life(feed, proxy, state) as first:
            await first.hear((0, "90"))
            if is_saved:
                await saved(state, "90")
            assert not await first.kill()
        async with life(feed, proxy, state) as second:
            await second.hear((1, "92"), (2, "92"))
            assert told(await second.end()) == [("92", "2.2", True)]  # its window is not full yet


async def test_ticks_between_two_lives_are_asked_for(state: Path) -> None:
    async with served() as (feed, proxy):
        async with life(feed, proxy, state) as first:
            await first.hear((0, "90"))
            await saved(state, "90")
            await first.kill()
        feed.publish(ticks((1, "89"), (2, "91.5")))
        async with life(feed, proxy, state) as second:
            await second.hear((3, "91.6"))
            assert told(await second.end()) == [("91.5", "2.8", True)]


async def test_an_alert_from_before_the_kill_is_not_told_again(state: Path) -> None:
    async with served() as (feed, proxy):
        async with life(feed, proxy, state) as first:
            await first.hear((0, "100"), (1, "103"), (1.5, "103"))
            await first.client.first_alert()
            before = await first.kill()
            assert told(before) == [("103", "3.0", True)]
        async with life(feed, proxy, state) as second:
            await second.hear((3, "103.1"), (4, "102.0"), (5, "104.05"), (6, "104.05"))
            assert not new(await second.end(), before)


async def test_an_alert_is_not_told_again_by_a_feed_that_holds_nothing(state: Path) -> None:
    lives = (((0, "100"), (1, "103"), (1.5, "103")), ((3, "103.1"), (4, "102.0"), (5, "104.05"), (6, "104.05")))

    async def script(connection: ServerConnection, number: int) -> None:
        for tick in ticks(*lives[number - 1]):
            await connection.send(encode([tick]))
        if number == 1:
            await connection.wait_closed()

    options = ("--json", "--exit-on-eof", "--state", str(state))
    async with foreign(script) as url:
        async with living(url, *options) as first:
            await first.first_alert()
            await first.kill()
        async with living(url, *options) as second:
            again = await second.end()  # the last line of a life may come once more
    assert {alert["id"] for alert in again} <= {json.loads(first.out)["id"]}


async def test_what_the_feed_lost_is_a_gap_until_the_window_is_full(state: Path) -> None:
    minute = [(float(second), "100") for second in range(61)]
    async with served() as (feed, proxy):
        async with life(feed, proxy, state) as first:
            await first.hear(*minute, (61, "103"), (62, "103"))
            await first.client.first_alert()
            await saved(state, "103")
            before = await first.kill()
            assert told(before) == [("103", "3.0", False)]
        again = Feed(Backlog(2 * 10**15))  # restarted as well, with nothing of what came meanwhile
        async with await Admission(again).open("127.0.0.1", 0) as server:
            proxy.port = server.sockets[0].getsockname()[1]
            async with life(again, proxy, state) as second:
                await second.hear((70, "103.1"), (71, "102.0"), (72, "104.05"), (73, "104.05"))
                await second.hear((80, "106"), (81, "106"))  # within the minute of what is missing
                calm = [(float(second), "104") for second in range(90, 140)]
                await second.hear(*calm, (141, "108.5"), (142, "108.5"))
                assert told(new(await second.end(), before)) == [("106", "6.0", True), ("108.5", "4.3", False)]


def has_taken(state: Path, sink: str) -> bool:
    """Whether the outbox has it on record that nothing waits for the sink any more."""
    records = state.with_name(f"{state.name}.outbox").read_text()
    return f'"sink":"{sink}"' in records or '"put"' not in records


async def test_an_alert_that_the_ledger_was_down_for_is_sent_by_a_later_life_once(state: Path, ledger: Ledger) -> None:
    ledger.close()
    async with served() as (feed, proxy):
        async with life(feed, proxy, state, "--api", ledger.url) as first:
            await first.hear((0, "100"), (1, "103"), (1.5, "103"))
            await first.client.first_alert()
            [alert] = await first.kill()
        ledger.open()
        async with life(feed, proxy, state, "--api", ledger.url) as second:
            # Between the ledger's answer and its record a kill would have the alert sent again, with its id.
            await asyncio.to_thread(until, lambda: has_taken(state, "ledger"))
            assert not new(await second.kill(), [alert])
        async with life(feed, proxy, state, "--api", ledger.url) as third:
            assert not new(await third.end(), [alert])
    assert [json.loads(line)["id"] for line in ledger.kept] == [alert["id"]]


def climb() -> list[Moment]:
    """A minute at 100, a tick at 150 that others confirm, ten minutes of 1.3 % each, and 3 % in ten seconds."""
    moments = [(float(second), "100") for second in range(60)] + [(60.0, "150"), (61.0, "150")]
    price = Decimal("101.6")
    for minute in range(10):
        for second in range(0, 60, 5):
            moments.append((62 + 60 * minute + second, f"{price:f}"))
            price = (price * (1 + Decimal("0.013") / 12)).quantize(Decimal("0.0001"))
    low = price
    return moments + [(662 + second, f"{low * (1 + Decimal(second) / 333):f}"[:8]) for second in range(11)]


@pytest.mark.parametrize("kills", [(), (62,), (100, 190), (61, 70, 120, 181), (63, 64, 65, 186)])
async def test_a_climb_of_ten_minutes_after_an_alert_is_no_other_alert(state: Path, kills: tuple[int, ...]) -> None:
    moments, alerts = climb(), list[dict[str, Any]]()
    async with served() as (feed, proxy):
        for begin, end in zip((0, *kills), (*kills, len(moments)), strict=True):
            async with life(feed, proxy, state) as one:
                await one.hear(*moments[begin:end])
                if end < len(moments):
                    alerts += await one.kill()
                else:
                    alerts += await one.end()
    assert {(alert["id"], alert["price"]) for alert in alerts} == {(alerts[0]["id"], "150")}
    assert len(alerts) <= 2  # the last line of the first life, and the same again
    assert alerts[0]["timestamp"] == render(START + timedelta(minutes=1))
