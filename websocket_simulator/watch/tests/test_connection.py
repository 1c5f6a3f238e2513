"""The client's connection to feeds that come, go, fall silent, and send what they should not."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import repeat

import pytest
from websockets.asyncio.server import Request, Response, ServerConnection, serve

from notices import Heartbeat, encode_heartbeat
from tick import FIRST_INSTANT, Gap, encode_gap
from watch.alert import Alert
from watch.connection import LONGEST_DELAY, MAX_QUERY, RefusedError, address, delays, follow, name_of, query_of
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.sequence import Sequence
from watch.state import Watch

PLAIN = Rule(confirm=timedelta(0), rearm=timedelta(0))
Script = Callable[[ServerConnection, int], Awaitable[None]]


def frame(*prices: str, second: int = 0) -> str:
    return json.dumps(
        [
            {"ticker": "AAPL", "price": price, "timestamp": f"2025-06-06T20:00:{second + number:02}Z"}
            for number, price in enumerate(prices)
        ]
    )


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No delay between attempts."""
    monkeypatch.setattr("watch.connection.uniform", lambda a, b: 0)


@pytest.fixture
def spread(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delays as they are."""
    monkeypatch.setattr("watch.connection.uniform", random.Random(1).uniform)


@pytest.fixture
def alerts() -> list[Alert]:
    return []


def watch_of(*detectors: SpikeDetector, alerts: list[Alert]) -> Watch:
    for detector in detectors:
        detector.since = FIRST_INSTANT  # it has seen the feed from its beginning
    return Watch(detectors, alerts.extend, clock=lambda: datetime.now(UTC), log=print)


@pytest.fixture
def watch(alerts: list[Alert]) -> Watch:
    return watch_of(SpikeDetector(PLAIN), alerts=alerts)


@asynccontextmanager
async def feed(script: Script) -> AsyncIterator[str]:
    """The address of a server that does `script` with each connection and its number, and then closes with 1000."""
    connections = 0

    async def handle(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await script(connection, connections)

    async with serve(handle, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def run(script: Script, watch: Watch) -> None:
    async with feed(script) as url, asyncio.timeout(20):
        await go(url, watch)


async def go(url: str, watch: Watch, stale: float = 30) -> None:
    await follow(url, watch, stale=stale, exit_on_eof=True)


async def test_it_reads_to_the_end_of_the_recording(watch: Watch, alerts: list[Alert]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100", "103"))

    await run(script, watch)
    assert [alert.tick.price for alert in alerts] == [Decimal(103)]
    assert watch.summary() == (
        "2 ticks, 1 frames, 0 bad, 0 late, 0 quarantined, 0 duplicate, 0 outliers, 0 gaps, 0 reconnections, 0 tickers forgotten,"
        " 1 alerts"
    )


async def test_what_waits_is_told_when_the_recording_has_ended_and_is_played_again(alerts: list[Alert]) -> None:
    watch = watch_of(SpikeDetector(Rule()), alerts=alerts)

    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100", "103"))
        if number == 2:
            watch.is_over = True

    async with feed(script) as url, asyncio.timeout(20):
        await follow(url, watch, stale=30, exit_on_eof=False)
    assert [(str(alert.tick.price), alert.confirmed) for alert in alerts] == [("103", False)]


async def test_it_comes_back_after_every_kind_of_end(watch: Watch, alerts: list[Alert]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            await connection.send(frame("100"))
            await connection.close(1001)
        elif number == 2:
            connection.transport.abort()
        elif number == 3:
            await connection.close(1011)
        elif number == 4:
            await connection.send("x" * 2_000_000)
        else:
            await connection.send(frame("103", second=5))

    await run(script, watch)
    assert [alert.base.price for alert in alerts] == [Decimal(100)]


async def test_bad_frames_are_counted_and_skipped(watch: Watch) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for message in (
            "{",
            b"\xff",
            "[null]",
            "[" * 10_000,
            frame("100"),
            '{"ticker": "A", "price": 1, "timestamp": "x"}',
        ):
            await connection.send(message)

    await run(script, watch)
    assert (watch.ticks, watch.intake.bad) == (1, 5)


async def test_a_tick_from_the_future_mutes_nobody(watch: Watch, alerts: list[Alert]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("1").replace("2025", "9999"))
        await connection.send(frame("100", "103"))

    await run(script, watch)
    assert (watch.detectors[0].quarantined, watch.intake.bad, watch.ticks, len(alerts)) == (1, 0, 2, 1)


async def test_it_watches_only_the_tickers_asked_for(watch: Watch) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100") + "")
        await connection.send(frame("100").replace("AAPL", "MSFT"))

    watch.tickers = frozenset({"MSFT"})
    await run(script, watch)
    assert watch.ticks == 1


async def test_it_waits_for_a_server_that_is_not_there_yet(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100"))

    async with feed(script) as url:
        pass
    following = asyncio.create_task(go(url, watch))
    async with asyncio.timeout(20):
        while "waiting for" not in (out := capsys.readouterr().out):
            await asyncio.sleep(0.01)
        host, port = url.removeprefix("ws://").split(":")

        async def handle(connection: ServerConnection) -> None:
            await script(connection, 1)

        async with serve(handle, host, int(port)):
            await following
    out += capsys.readouterr().out
    assert (watch.ticks, out) == (1, f"waiting for {url}\nconnected to {url}\n")


async def test_why_a_server_does_not_come_is_said_after_some_seconds(
    watch: Watch, spread: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watch.connection.QUIET", 0.2)
    async with feed(lambda connection, number: connection.close()) as url:
        pass
    following = asyncio.create_task(go(url, watch))
    out = ""
    async with asyncio.timeout(20):
        while "next attempt" not in out:
            out += capsys.readouterr().out
            await asyncio.sleep(0.01)
    following.cancel()
    waiting, why = out.splitlines()[:2]
    assert waiting == f"waiting for {url}"
    assert why.startswith(f"{url}: Connect call failed")


async def test_a_server_that_was_lost_is_said_at_once(
    watch: Watch, spread: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        connection.transport.abort()

    async with feed(script) as url:
        following = asyncio.create_task(go(url, watch))
        async with asyncio.timeout(20):
            while not watch.connections:
                await asyncio.sleep(0.01)
    out = ""
    async with asyncio.timeout(20):
        while "Connect call failed" not in out:
            out += capsys.readouterr().out
            await asyncio.sleep(0.01)
    following.cancel()
    assert "waiting for" not in out


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 429, 451, 500, 503])
async def test_a_refusal_of_a_reconnection_is_said_and_tried_again(
    watch: Watch, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    attempts = 0

    async def handle(connection: ServerConnection) -> None:
        await connection.send(frame("100" if attempts == 1 else "103", second=attempts))
        if attempts == 1:
            connection.transport.abort()

    def answer(connection: ServerConnection, request: object) -> object:
        nonlocal attempts
        attempts += 1
        return connection.respond(status, "no\n") if attempts in (2, 3) else None  # type: ignore[arg-type]

    async with serve(handle, "127.0.0.1", 0, process_request=answer) as server:  # type: ignore[arg-type]
        async with asyncio.timeout(20):
            await go(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", watch)
    assert (watch.connections, watch.alerts) == (2, 1)
    assert capsys.readouterr().out.count(f"server rejected WebSocket connection: HTTP {status}; next attempt in") == 2


@pytest.mark.parametrize(("status", "is_final"), [(403, True), (503, False)])
async def test_a_refusal_is_final_and_an_outage_is_not(watch: Watch, status: int, is_final: bool) -> None:
    attempts = 0

    async def handle(connection: ServerConnection) -> None:
        await connection.send(frame("100"))

    def answer(connection: ServerConnection, request: object) -> object:
        nonlocal attempts
        attempts += 1
        return connection.respond(status, "no\n") if attempts == 1 else None  # type: ignore[arg-type]

    async with serve(handle, "127.0.0.1", 0, process_request=answer) as server:  # type: ignore[arg-type]
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(20):
            if is_final:
                with pytest.raises(RefusedError, match="403"):
                    await go(url, watch)
            else:
                await go(url, watch)
    assert attempts == (1 if is_final else 2)


@pytest.mark.parametrize("is_waiting", [False, True])
async def test_a_failure_of_the_output_is_no_failure_of_the_feed(watch: Watch, is_waiting: bool) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100"))
        while is_waiting and not watch.heard:
            await asyncio.sleep(0.001)
        await connection.send(frame("103", second=1))
        await connection.wait_closed()

    def fail(alerts: list[Alert]) -> None:
        raise BrokenPipeError

    watch.tell = fail
    with pytest.raises(BrokenPipeError):
        await run(script, watch)


async def test_a_message_in_fragments_is_one_frame(watch: Watch, alerts: list[Alert]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100"))
        while not watch.heard:
            await asyncio.sleep(0.001)
        whole = frame("103", second=1)
        await connection.send(["", whole[:20], "", whole[20:40], whole[40:]])
        await connection.send(frame("100", second=2))

    await run(script, watch)
    assert (watch.intake.frames, watch.intake.bad, watch.detectors[0].late, len(alerts)) == (3, 0, 0, 1)


def test_delays_grow_to_a_limit_and_are_spread(spread: None) -> None:
    waits = delays()
    first = [next(waits) for _ in range(20)]
    assert 0.1 <= first[0] <= 0.2
    assert all(LONGEST_DELAY / 2 <= wait <= LONGEST_DELAY for wait in first[6:])
    assert len(set(first)) == 20


def test_even_the_shortest_delays_make_no_storm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.connection.uniform", lambda a, b: a)
    waits = delays()
    assert sum(next(waits) for _ in range(19)) > 10  # seconds: fewer than 20 attempts


async def test_only_a_tick_makes_the_delays_start_over(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = 0

    def counted() -> Iterator[float]:
        nonlocal starts
        starts += 1
        return repeat(0.0)

    async def script(connection: ServerConnection, number: int) -> None:
        if number == 2:
            await connection.send(frame("100"))
        if number < 4:
            await connection.close(1001)

    monkeypatch.setattr("watch.connection.delays", counted)
    await run(script, watch)
    assert starts == 2


async def test_a_feed_that_accepts_and_closes_is_not_asked_in_a_storm(watch: Watch, spread: None) -> None:
    attempts = 0

    async def script(connection: ServerConnection, number: int) -> None:
        nonlocal attempts
        attempts = number
        await connection.close(1001)

    async with feed(script) as url:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await go(url, watch)
    assert 2 <= attempts <= 5


def numbered(*seqs: int, price: str = "100") -> str:
    """A frame of ticks with these numbers, each as many seconds after the hour."""
    return json.dumps(
        [{"seq": seq, "ticker": "AAPL", "price": price, "timestamp": f"2025-06-06T20:00:{seq:02}Z"} for seq in seqs]
    )


def asked(connection: ServerConnection) -> str:
    assert connection.request is not None
    return connection.request.path


async def test_it_asks_for_what_it_missed(watch: Watch, alerts: list[Alert]) -> None:
    paths = []

    async def script(connection: ServerConnection, number: int) -> None:
        paths.append(asked(connection))
        if number == 1:
            await connection.send(numbered(1, 2))
            connection.transport.abort()
        else:
            await connection.send(numbered(2, 3))
            await connection.send(numbered(4, price="103"))

    await run(script, watch)
    assert paths == ["/", "/?since=2"]
    assert (watch.ticks, watch.sequence.duplicates, watch.sequence.gaps, len(alerts)) == (4, 1, 0, 1)
    assert not alerts[0].after_gap


@pytest.mark.parametrize("is_partial", [False, True])
async def test_what_the_feed_no_longer_has_is_a_gap(watch: Watch, alerts: list[Alert], is_partial: bool) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(numbered(1))
        await connection.send(encode_gap(Gap(2, 4)))
        await connection.send(numbered(5, price="103"))

    watch.sequence = Sequence(partial=is_partial)
    await run(script, watch)
    assert (watch.intake.bad, watch.sequence.gaps, [alert.after_gap for alert in alerts]) == (0, 1, [True])


async def test_a_feed_without_numbers_has_a_gap_wherever_the_connection_was_lost(
    watch: Watch, alerts: list[Alert]
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            await connection.send(frame("100", "103"))
            connection.transport.abort()
        else:
            await connection.send(frame("103", second=1))  # once more
            await connection.send(frame("106", second=2))

    await run(script, watch)
    assert [(str(alert.tick.price), alert.after_gap) for alert in alerts] == [("103", False), ("106", True)]
    assert (watch.sequence.gaps, watch.detectors[0].duplicates) == (1, 1)


async def test_a_feed_that_is_mute_is_left(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            await connection.send(frame("100"))
        if number < 3:
            await connection.send("no tick")
            await connection.wait_closed()

    async with feed(script) as url, asyncio.timeout(20):
        await go(url, watch, stale=0.05)
    out = capsys.readouterr().out
    assert out.count("no tick, heartbeat or ping for 0.05 s; next attempt") == 2
    assert (out.count("bad frame: 'no tick'"), watch.intake.bad) == (1, 2)


STALE = 0.4  # seconds


def heartbeat(seq: int = 0) -> str:
    return encode_heartbeat(Heartbeat(seq, datetime.now(UTC)))


@pytest.mark.parametrize("sign", ["heartbeat", "heartbeat of another feed", "ping"])
async def test_quiet_is_not_mute(watch: Watch, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    loop = asyncio.get_running_loop()

    async def script(connection: ServerConnection, number: int) -> None:
        begun = loop.time()
        await connection.send(frame("100"))
        while loop.time() - begun < 4 * STALE:
            if sign == "ping":
                await (await connection.ping())
            else:
                await connection.send(heartbeat() if sign == "heartbeat" else '{"event":"heartbeat"}')
            await asyncio.sleep(STALE / 8)
        await connection.send(frame("103", second=1))

    watch.tickers = frozenset({"AAPL"})
    async with feed(script) as url, asyncio.timeout(20):
        await go(url, watch, stale=STALE)
    assert (watch.connections, watch.ticks, watch.intake.bad, watch.alerts) == (1, 2, 0, 1)
    assert capsys.readouterr().out.splitlines()[1:3] == [
        f"no tick for {STALE} s; the feed is alive",
        "ticks come again",
    ]


@pytest.mark.parametrize("words", [[], ["x"], ['{"type":"error","msg":"no such symbol"}']])
async def test_a_feed_without_a_sign_of_life_is_mute_whatever_else_it_says(
    watch: Watch, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            for _ in range(20):
                for word in words:
                    await connection.send(word)
                await asyncio.sleep(0.01)
            await connection.wait_closed()

    async with feed(script) as url, asyncio.timeout(20):
        await go(url, watch, stale=0.1)
    out = capsys.readouterr().out
    assert "the feed is alive" not in out
    assert out.count("no tick, heartbeat or ping for 0.1 s; next attempt in") == 1


async def test_errors_of_the_feed_are_said_with_their_text_and_counted_apart(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = '[{"T":"error","code":406,"msg":"connection limit exceeded"}]'

    async def script(connection: ServerConnection, number: int) -> None:
        for message in (frame("100"), error, error, "{\x1b", "?", frame("103", second=1)):
            await connection.send(message)

    await run(script, watch)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "the feed reports an error: 'connection limit exceeded (406)'", r"bad frame: '{\x1b'",
    ]  # fmt: skip
    assert (watch.intake.bad, watch.health.errors, watch.alerts) == (2, 2, 1)
    assert "2 bad, 2 errors, 0 late" in watch.summary()


async def test_what_goes_wrong_with_a_look_is_no_failure_of_the_feed(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send("?")
        await connection.wait_closed()

    def log(line: str) -> None:
        if "bad" in line:
            raise BrokenPipeError

    watch.log = log
    monkeypatch.setattr("watch.connection.LOOK", 0.01)
    with pytest.raises(BrokenPipeError):
        await run(script, watch)


async def test_a_quiet_ticker_has_no_gap_after_a_reconnection(alerts: list[Alert]) -> None:
    watch = watch_of(SpikeDetector(PLAIN), alerts=alerts)
    watch.sequence, watch.tickers, paths = Sequence(partial=True), frozenset({"AAPL"}), []

    async def script(connection: ServerConnection, number: int) -> None:
        paths.append(asked(connection))
        if number == 1:
            await connection.send(numbered(1, 2))
            await connection.send(heartbeat(50))
            connection.transport.abort()
        else:
            await connection.send(numbered(53, price="103"))

    await run(script, watch)
    assert paths == ["/?tickers=AAPL", "/?tickers=AAPL&since=50"]
    assert [alert.after_gap for alert in alerts] == [False]


@pytest.mark.parametrize("is_declared", [False, True])
async def test_a_feed_that_numbers_each_ticker_loses_no_tick_unless_it_says_that_its_numbers_are_its_own(
    watch: Watch, is_declared: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        if is_declared:
            await connection.send(heartbeat(0))
        for seq in range(1, 12):
            for ticker in ("AAPL", "MSFT", "TSLA"):
                await connection.send(numbered(seq).replace("AAPL", ticker))

    await run(script, watch)
    out = capsys.readouterr().out
    assert (watch.ticks, watch.sequence.gaps) == ((11, 0) if is_declared else (33, 0))
    assert ("numbers began anew" in out, "and ignored" in out) == (not is_declared, not is_declared)


async def test_a_watch_that_is_over_without_a_frame_closes_the_connection(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = []

    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("100"))
        await connection.wait_closed()
        codes.append(connection.close_code)

    monkeypatch.setattr("watch.connection.LOOK", 0.01)
    async with feed(script) as url, asyncio.timeout(20):
        following = asyncio.create_task(follow(url, watch, stale=30, exit_on_eof=False))
        while not watch.heard:
            await asyncio.sleep(0.001)
        watch.is_over = True
        assert await following is False
    assert (codes, watch.health.is_mute) == ([1000], False)


async def test_a_clock_that_is_behind_is_logged_once(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for _ in range(3):
            await connection.send(frame("100").replace("2025", "9999"))
        while watch.detectors[0].quarantined < 3:
            await asyncio.sleep(0.001)
        await connection.send(frame("100"))

    await run(script, watch)
    out = capsys.readouterr().out
    assert (out.count("ahead of our clock"), out.count("in time again")) == (1, 1)


def test_it_asks_for_its_tickers_unless_they_are_too_many(watch: Watch) -> None:
    watch.tickers, watch.sequence = frozenset({"B", "A=X"}), Sequence(partial=True)
    watch.take([numbered(7)])
    assert address("ws://x", watch) == "ws://x?tickers=A%3DX,B&since=7"
    assert address("ws://x/?tickers=C&token=1&since=3", watch) == "ws://x/?token=1&tickers=A%3DX,B&since=7"
    assert address("ws://x/?token=1", watch) == "ws://x/?token=1&tickers=A%3DX,B&since=7"
    assert not query_of(frozenset(f"T{number}" for number in range(MAX_QUERY)))


def test_what_the_address_asks_for_is_asked_once(watch: Watch) -> None:
    assert address("ws://x/?since=3&a=b", watch) == "ws://x/?a=b&since=3"
    watch.take([numbered(7)])
    assert address("ws://x/?since=3&a=b", watch) == "ws://x/?a=b&since=7"


@pytest.mark.parametrize("location", ["http://127.0.0.1", "ws://[bad", "ws://h:99999/"])
async def test_an_address_that_leads_nowhere_is_a_refusal(watch: Watch, location: str) -> None:
    def answer(connection: ServerConnection, request: object) -> object:
        response = connection.respond(302, "")
        response.headers["Location"] = location
        return response

    async with serve(lambda _: None, "127.0.0.1", 0, process_request=answer) as server:  # type: ignore[arg-type]
        with pytest.raises(RefusedError):
            await go(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", watch)


async def test_a_watch_that_may_have_heard_something_asks_for_all_and_a_feed_need_not_understand(
    watch: Watch, alerts: list[Alert]
) -> None:
    asked = []

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        asked.append(request.path)
        return connection.respond(400, "what is since?") if "since" in request.path else None

    async def script(connection: ServerConnection) -> None:
        await connection.send(frame("100", "103"))

    watch.asks_for_all = True
    async with serve(script, "127.0.0.1", 0, process_request=answer) as server:
        await go(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", watch)
    assert (asked, len(alerts)) == (["/?since=0", "/"], 1)


async def test_a_feed_that_is_only_ahead_is_left_whatever_else_it_sends(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for _ in range(100 if number < 3 else 0):
            await connection.send(frame("100").replace("2025", "9999"))
            await connection.send(frame("100").replace("AAPL", "MSFT").replace("2025", "9999"))
            await asyncio.sleep(0.001)
        if number < 3:
            await connection.wait_closed()

    watch.tickers = frozenset({"AAPL"})
    async with feed(script) as url, asyncio.timeout(20):
        await go(url, watch, stale=0.05)
    out = capsys.readouterr().out
    assert (
        out.count("ahead of our clock"),
        out.count("in time again"),
        out.count("no tick, heartbeat or ping for"),
    ) == (1, 0, 2)


async def test_falls_are_watched_through_gaps_and_redeliveries_too(alerts: list[Alert]) -> None:
    falls = SpikeDetector(replace(PLAIN, kind="fall"))
    watch = watch_of(SpikeDetector(PLAIN), falls, alerts=alerts)

    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            await connection.send(frame("100", "100"))
            await connection.send(frame("97", second=1))
            connection.transport.abort()
        else:
            await connection.send(frame("100", second=1))
            await connection.send(frame("97", second=1))
            await connection.send(frame("94", second=2))

    await run(script, watch)
    assert [(str(alert.tick.price), alert.after_gap) for alert in alerts] == [("97", False), ("94", True)]


def test_a_password_is_not_shown() -> None:
    assert name_of("ws://me:secret@host:1/?x=a@b") == "ws://host:1/?x=a@b"
