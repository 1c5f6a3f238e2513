"""What is no tick has a number among them: holes, and trades that are taken back."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import connect

from feed.backlog import KEEP, Backlog
from feed.bridge import MAX_KNOWN, Bridge
from feed.broadcast import Feed
from feed.subscription import requested
from tick import Tick

from .readers import readers, served

AT = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)


def tick(price: int, ticker: str = "A") -> Tick:
    return Tick(ticker, Decimal(price), AT)


def shown(frame: Any) -> Any:
    """Ticks as their numbers and prices; what else there is, by its type and numbers."""
    match json.loads(frame):
        case [*ticks]:
            return [(one["seq"], one["price"]) for one in ticks]
        case {"type": "gap", "from": first, "to": last}:
            return "gap", first, last
        case {"type": "withdrawal", "seq": seq, "of": of, "price": price, "reason": reason}:
            return seq, reason, of, price


async def test_readers_hear_of_a_hole_in_its_place() -> None:
    feed = Feed(Backlog(7))
    async with served(feed) as url, readers(feed, url, 1) as [connection]:
        feed.publish([tick(1)])
        feed.lose()
        feed.publish([tick(2)])
        assert [shown(await connection.recv()) for _ in range(3)] == [[(7, "1")], ("gap", 8, 8), [(9, "2")]]


async def test_a_reader_that_catches_up_hears_the_same() -> None:
    feed = Feed(Backlog(7))
    bridge = Bridge(feed)
    async with served(feed) as url:
        bridge.publish([tick(1), tick(2)], [("A", "x"), ("A", "y")])
        bridge.lose()
        bridge.publish([tick(3)], [("A", "z")])
        bridge.withdraw(("A", "x"), "cancelled")
        bridge.publish([tick(4)], [])
        async with connect(f"{url}/?since=7", compression=None) as connection:
            came = [shown(await connection.recv()) for _ in range(5)]
    assert came == [[(8, "2")], ("gap", 9, 9), [(10, "3")], (11, "cancelled", 7, "1"), [(12, "4")]]


async def test_a_reader_of_other_tickers_hears_of_holes_as_well() -> None:
    feed = Feed(Backlog(7))
    async with served(feed) as url, connect(f"{url}/?tickers=B", compression=None) as connection:
        await feed.occupied.wait()
        feed.publish([tick(1)])
        feed.lose()
        feed.publish([tick(2, "B")])
        assert [shown(await connection.recv()) for _ in range(2)] == [("gap", 8, 8), [(9, "2")]]


async def test_a_trade_is_taken_back_once_and_one_that_is_not_known_is_counted() -> None:
    bridge = Bridge(Feed(Backlog(7)))
    bridge.publish([tick(1)], [("A", "x")])
    for _ in range(2):
        bridge.withdraw(("A", "x"), "corrected")
    assert bridge.unknown == 1
    assert bridge.feed.backlog.next_seq == 9


async def test_the_oldest_trades_are_forgotten() -> None:
    bridge = Bridge(Feed())
    bridge.publish([tick(1)] * 10, [("A", number) for number in range(10)])
    many = range(10, MAX_KNOWN + 1)
    bridge.publish([tick(1)] * len(many), [("A", number) for number in many])
    bridge.withdraw(("A", 0), "cancelled")
    bridge.withdraw(("A", 1), "cancelled")
    assert bridge.unknown == 1


def test_notices_leave_the_backlog_with_the_ticks_around_them() -> None:
    backlog = Backlog(1)
    tickers = requested("/").tickers
    for i in range(4):
        backlog.add([tick(i + 1)] * 3, i)
        backlog.note(lambda seq: f'{{"type":"gap","from":{seq},"to":{seq}}}', i)
    backlog.add([tick(9)] * 20, KEEP + 1.5)
    frames, since = [], backlog.first - 1
    while since + 1 < backlog.next_seq:
        frame, since = backlog.next_frame(since, tickers)
        frames.append(shown(frame))
    assert frames[:4] == [
        [(9, "3"), (10, "3"), (11, "3")],
        ("gap", 12, 12),
        [(13, "4"), (14, "4"), (15, "4")],
        ("gap", 16, 16),
    ]
    assert backlog.after(0, 100)[0].seq == 9
