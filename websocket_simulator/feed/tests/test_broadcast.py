"""Fan-out over real sockets: who gets what, and who is disconnected."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from feed import broadcast
from feed.backlog import MAX_ENCODED, Backlog
from feed.broadcast import Feed
from feed.faults import Faults
from feed.heartbeat import beat
from notices import Heartbeat, notice_of
from tick import Gap, Tick, decode, gap_of

from .readers import read, read_for_ever, readers, served

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
TICK = Tick("AAPL", Decimal("170.25"), NOON)


@pytest.mark.parametrize("send", ["publish", "deliver"])
async def test_everybody_gets_every_tick_numbered(send: str) -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 2) as connections:
        for ticks in ([TICK, TICK], [TICK]):
            if (sent := getattr(feed, send)(ticks)) is not None:
                await sent
        for connection in connections:
            assert [tick.seq for tick in await read(connection) + await read(connection)] == [1, 2, 3]


async def test_a_reader_that_left_is_forgotten() -> None:
    feed = Feed()
    async with served(feed) as url:
        async with readers(feed, url, 1):
            assert feed.occupied.is_set()
        async with asyncio.timeout(10):
            while feed.readers:
                await asyncio.sleep(0)
        assert not feed.occupied.is_set()
        await feed.deliver([TICK])
        feed.publish([TICK])


async def test_what_readers_say_is_ignored() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [connection]:
        await connection.send("hello")
        feed.publish([TICK])
        assert len(await read(connection)) == 1


async def test_a_reader_that_stops_is_disconnected_and_the_others_never_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "MAX_BUFFER", 10_000)
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 2) as [stopped, healthy]:
        stopped.transport.pause_reading()
        received = 0
        async with asyncio.timeout(20):
            while len(feed.readers) == 2:
                feed.publish([TICK] * 1000)
                received += len(await read(healthy))
        stopped.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await read_for_ever(stopped)
        feed.publish([TICK])
        assert [tick.seq for tick in await read(healthy)] == [received + 1]


async def test_a_slow_consumer_gets_1013(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "MAX_BUFFER", 10_000)
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [slow]:
        slow.transport.pause_reading()
        while feed.readers:
            feed.publish([TICK] * 1000)
            await asyncio.sleep(0)
        slow.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await read_for_ever(slow)
        assert slow.close_code == 1013
        assert feed.slow_consumers == 1


def of(ticker: str) -> Tick:
    return Tick(ticker, Decimal("170.25"), NOON)


async def test_a_reader_gets_the_tickers_of_its_subscription_in_frames_made_once() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, f"{url}/?tickers=b,C", 2) as both, readers(feed, url, 1) as [all_]:
        feed.publish([of("A")])
        feed.publish([of("A"), of("B"), of("C")])
        for reader in both:
            assert [(tick.seq, tick.ticker) for tick in await read(reader)] == [(3, "B"), (4, "C")]
        assert [tick.seq for tick in await read(all_) + await read(all_)] == [1, 2, 3, 4]


@pytest.mark.parametrize("tickers", ["", "&tickers=A"])
async def test_a_reader_that_returns_gets_what_it_missed_without_a_gap_or_a_double(tickers: str) -> None:
    feed = Feed()
    feed.publish([of("A"), of("B")] * 1500)
    async with served(feed) as url, connect(f"{url}/?since=7{tickers}") as reader:
        seqs: list[int] = [0]
        while seqs[-1] < 3049:
            if feed.backlog.next_seq < 3051:
                feed.publish([of("A"), of("B")])  # while it catches up, and after that
            seqs += [tick.seq or 0 for tick in await read(reader)]
    assert seqs[1:] == list(range(9, 3050, 2) if tickers else range(8, seqs[-1] + 1))


async def test_what_is_no_longer_held_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.backlog.MAX_HELD", 3)
    feed = Feed(Backlog(100))
    for _ in range(5):
        feed.publish([TICK])
    async with served(feed) as url, connect(f"{url}/?since=7") as reader, asyncio.timeout(10):
        assert gap_of(await reader.recv()) == Gap(8, 101)
        assert [tick.seq for tick in await read(reader)] == [102, 103, 104]


@pytest.mark.parametrize("since", [0, 999])
async def test_a_number_that_was_not_given_gets_all_that_is_held(since: int) -> None:
    feed = Feed(Backlog(100))
    feed.publish([TICK])
    async with served(feed) as url, connect(f"{url}/?since={since}") as reader:
        assert [tick.seq for tick in await read(reader)] == [100]


async def test_a_reader_that_does_not_take_what_it_missed_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "SEND_TIMEOUT", 0.1)
    feed = Feed()
    feed.publish([TICK] * 100_000)
    async with served(feed) as url, connect(f"{url}/?since=0") as slow, asyncio.timeout(20):
        slow.transport.pause_reading()
        while not feed.slow_consumers:
            await asyncio.sleep(0.01)
        assert not feed.readers
        slow.transport.abort()


async def test_the_end_waits_for_those_who_catch_up() -> None:
    feed = Feed()
    feed.publish([TICK] * 100_000)
    async with served(feed) as url, connect(f"{url}/?since=0") as reader, asyncio.timeout(20):
        assert feed._catching_up
        ending = asyncio.create_task(feed.end())
        received = [len(decode(frame)[0]) async for frame in reader]
        await ending
    assert (sum(received), reader.close_code) == (100_000, 1000)


async def test_a_reader_that_is_leaving_is_forgotten() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1):
        [reader] = feed.readers
        leaving = asyncio.create_task(reader.close())
        await asyncio.sleep(0)
        await feed.deliver([TICK])
        feed.publish([TICK])
        assert not feed.readers
        await leaving


async def test_faults_disconnect_and_corrupt() -> None:
    feed = Feed(faults=Faults({"disconnect": 1, "corrupt": 1}, 3))
    async with served(feed) as url, readers(feed, url, 2) as connections:
        feed.publish([TICK])
        assert len(feed.readers) == 1
        frames = []
        for connection in connections:
            try:
                async with asyncio.timeout(10):
                    frames.append(await connection.recv())
                    feed.abort()
            except ConnectionClosed:
                pass
        assert frames
        assert all(decode(frame) != ([TICK], 0) for frame in frames)


async def test_a_recording_waits_for_a_reader_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "SEND_TIMEOUT", 0.2)
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [stopped]:
        stopped.transport.pause_reading()
        async with asyncio.timeout(20):
            while feed.readers:
                await feed.deliver([TICK] * 1000)
        stopped.transport.abort()


async def test_abort_ends_everything() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 2) as connections:
        feed.abort()
        for connection in connections:
            with pytest.raises(ConnectionClosed):
                await read(connection)
        assert not feed.readers


async def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "SEND_TIMEOUT", 0.2)
    feed = Feed()
    feed.publish([TICK] * 100_000)
    async with served(feed) as url, readers(feed, url, 1) as [stopped], connect(f"{url}/?since=0") as entering:
        for connection in (stopped, entering):
            connection.transport.pause_reading()
        [reader] = feed.readers
        while reader.transport.get_write_buffer_size() < 500_000:
            feed.publish([TICK] * 1000)
        pinging = asyncio.create_task(reader.ping())  # it waits behind what is not taken
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await feed.end()
            while feed.readers or feed._catching_up:
                await asyncio.sleep(0.01)
        await asyncio.gather(pinging, return_exceptions=True)
        for connection in (stopped, entering):
            connection.transport.abort()


async def test_abort_reaches_those_who_catch_up() -> None:
    feed = Feed()
    feed.publish([TICK] * 100_000)
    async with served(feed) as url, connect(f"{url}/?since=0") as entering:
        entering.transport.pause_reading()
        assert feed._catching_up
        feed.abort()
        async with asyncio.timeout(5):
            while feed._catching_up:
                await asyncio.sleep(0.01)
        entering.transport.abort()


async def test_those_who_catch_up_hold_up_nobody_and_share_their_frames() -> None:
    feed, most = Feed(), 0.0
    feed.publish([of(f"T{number % 100}") for number in range(200_000)])
    async with served(feed) as url, connect(f"{url}/?since=0&tickers=T7") as reader, asyncio.timeout(20):
        loop = asyncio.get_running_loop()
        while feed._catching_up:
            begun = loop.time()
            await asyncio.sleep(0)
            most = max(most, loop.time() - begun)
        assert sum([len(await read(reader)) for _ in range(200)]) == 2000
        assert most < 0.1
        assert 0 < feed.backlog.encoded.cache_info().currsize <= MAX_ENCODED
        async with connect(f"{url}/?since=0&tickers=T7") as other:
            assert len(await read(other)) == 10
            assert feed.backlog.encoded.cache_info().currsize <= MAX_ENCODED


async def test_a_heartbeat_has_the_last_number_and_goes_to_all_who_are_live_whatever_they_subscribed_to() -> None:
    feed = Feed(Backlog(7))
    async with served(feed) as url, readers(feed, f"{url}/?tickers=B", 2) as some, readers(feed, url, 1) as [all_]:
        feed.beat(NOON)
        feed.publish([TICK])
        feed.beat(NOON)
        async with asyncio.timeout(10):
            for reader in some:
                assert [notice_of(await reader.recv()) for _ in "12"] == [Heartbeat(6, NOON), Heartbeat(7, NOON)]
            assert notice_of(await all_.recv()) == Heartbeat(6, NOON)
            assert [tick.seq for tick in await read(all_)] == [7]
            assert notice_of(await all_.recv()) == Heartbeat(7, NOON)


async def test_there_is_no_heartbeat_during_a_catch_up() -> None:
    feed = Feed()
    feed.publish([TICK] * 3000)
    async with served(feed) as url, connect(f"{url}/?since=0") as reader, asyncio.timeout(20):
        while feed._catching_up:
            feed.beat(NOON)
            await asyncio.sleep(0)
        feed.beat(NOON)
        seqs: list[int | None] = []
        while (notice := notice_of(frame := await reader.recv())) is None:
            seqs += [tick.seq for tick in decode(frame)[0]]
    assert (seqs, notice) == (list(range(1, 3001)), Heartbeat(3000, NOON))


async def test_there_is_no_heartbeat_while_numbered_ticks_are_on_their_way() -> None:
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [reader], asyncio.timeout(20):
        reader.transport.pause_reading()
        delivering = asyncio.create_task(feed.deliver([TICK] * 30_000))
        while feed.backlog.next_seq == 1:
            await asyncio.sleep(0)
        feed.beat(NOON)
        reader.transport.resume_reading()
        seqs = [tick.seq for _ in range(30) for tick in await read(reader)]
        await delivering
        feed.beat(NOON)
        assert notice_of(await reader.recv()) == Heartbeat(30_000, NOON)
    assert seqs == list(range(1, 30_001))


async def test_a_slow_consumer_is_judged_by_heartbeats_as_by_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "MAX_BUFFER", 10_000)
    feed = Feed()
    async with served(feed) as url, readers(feed, url, 1) as [slow], asyncio.timeout(20):
        slow.transport.pause_reading()
        while feed.readers:
            feed.beat(NOON)
            await asyncio.sleep(0)
        assert feed.slow_consumers == 1
        slow.transport.abort()


async def test_heartbeats_begin_with_the_first_reader_and_rest_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.heartbeat.HEARTBEAT", 0.01)
    feed, beats = Feed(), 0

    def counted(now: datetime, beat: Callable[[datetime], None] = feed.beat) -> None:
        nonlocal beats
        beats += 1
        beat(now)

    feed.beat = counted  # type: ignore[method-assign]
    beating = asyncio.create_task(beat(feed))
    async with served(feed) as url, asyncio.timeout(20):
        for _ in range(10):
            await asyncio.sleep(0.01)
        assert beats == 0
        async with readers(feed, url, 1) as [reader]:
            heard = [notice_of(await reader.recv()) for _ in range(3)]
        while feed.readers:
            await asyncio.sleep(0)
    beating.cancel()
    assert [type(notice) for notice in heard] == [Heartbeat] * 3
    assert abs(datetime.now(UTC) - heard[0].timestamp) < timedelta(minutes=1)  # type: ignore[union-attr]
