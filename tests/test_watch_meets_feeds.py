"""What feeds do, as the client tells it with the options that everybody has: once, and nothing that is not so."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from websockets.asyncio.server import Request, Response, ServerConnection, serve

from notices import Heartbeat, encode_heartbeat
from tick import Tick, encode

from .watched import START, Client, living, new_reader, served

Script = Callable[[ServerConnection, int], Awaitable[None]]
Refuse = Callable[[ServerConnection, Request], Response | None]
Moment = tuple[float, str]  # seconds after START, and a price
OPTIONS = ("--no-state", "--exit-on-eof")


def ticks(*moments: Moment, ticker: str = "AAPL") -> list[Tick]:
    return [Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for second, price in moments]


def steady(price: str, first: int, last: int) -> list[Moment]:
    """The same price each second."""
    return [(float(second), price) for second in range(first, last + 1)]


def in_order(stream: list[Tick]) -> list[Tick]:
    return sorted(stream, key=lambda tick: tick.timestamp)


@asynccontextmanager
async def foreign(script: Script, refuse: Refuse | None = None) -> AsyncIterator[str]:
    """The address of a feed that is not ours: it does `script` with each connection and its number, and ends it."""
    connections = 0

    async def handle(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await script(connection, connections)

    async with asyncio.timeout(30), serve(handle, "127.0.0.1", 0, process_request=refuse) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def heard(stream: list[Tick], *options: str) -> tuple[list[str], Client]:
    """What the client prints of a feed that sends each as a frame; and the client, which has ended."""
    async with served() as (feed, proxy), living(proxy.url, *OPTIONS, *options) as client:
        await new_reader(feed)
        for tick in stream:
            feed.publish([tick])
        await feed.end()
        return await client.lines(), client


async def said(script: Script, *options: str, **hurry: float) -> Client:
    """A client that has ended, of a feed that does `script` with its first connection."""
    async with foreign(script) as url, living(url, *OPTIONS, *options, **hurry) as client:
        await client.lines()
        return client


def now(ticker: str = "AAPL", price: str = "100", **before: float) -> str:
    """A frame with a tick that is as old as that."""
    return encode([Tick(ticker, Decimal(price), datetime.now(UTC) - timedelta(**before))])


async def test_one_tick_of_1700_among_170_is_not_told() -> None:
    lines, client = await heard(ticks(*steady("170", 0, 9), (9.5, "1700"), *steady("170", 10, 19)))
    assert not lines
    assert "latest outliers: AAPL 1700 at 2025-06-06T20:00:09.500000Z\n" in client.err


async def test_one_tick_of_17_among_170_is_no_low_of_a_true_rise() -> None:
    stream = ticks(*steady("170", 0, 9), (9.5, "17.00"), *steady("170", 10, 19), *steady("175", 20, 21))
    assert (await heard(stream))[0] == ["📈 Price Spike Alert: AAPL increased by 2.9% in 1 minute!"]


async def test_a_price_that_no_second_tick_confirms_is_told_as_such() -> None:
    [line], _ = await heard(ticks((0, "170"), (1, "175")))
    assert line == "📈 Price Spike Alert: AAPL increased by 2.9% in 1 minute! (not confirmed by a second tick)"


# Seconds between two ticks, and on which side they are. A side that has only single ticks, a second apart, is outliers.
BOUNCES = {
    "EVERY2": (2, "01"), "EVERY3": (3, "01"), "EVERY4": (4, "01"), "PAIRS": (1, "0011"), "TRIPLES": (1, "000111"),
    "BIDS": (1, "00011"), "ASKS": (1, "0111"), "LONG": (1, "00001111"), "FAST": (0.25, "0001110010"),
}  # fmt: skip


async def test_a_bounce_between_bid_and_ask_is_one_alert_in_three_minutes() -> None:
    sides = {"0": "1.000", "1": "1.021"}
    stream = [
        tick
        for ticker, (every, pattern) in BOUNCES.items()
        for number in range(int(180 / every))
        for tick in ticks((number * every, sides[pattern[number % len(pattern)]]), ticker=ticker)
    ]
    lines, _ = await heard(in_order(stream), "--json")
    assert sorted(json.loads(line)["ticker"] for line in lines) == sorted(BOUNCES)


async def test_a_bounce_with_random_sides_is_one_alert_with_a_cooldown() -> None:
    random = Random(1)
    stream = [
        tick
        for ticker in ("A", "B", "C")
        for second in range(180)
        for tick in ticks((second, random.choice(["1.000", "1.021"])), ticker=ticker)
    ]
    lines, _ = await heard(in_order(stream), "--json", "--cooldown", "180")
    assert sorted(json.loads(line)["ticker"] for line in lines) == ["A", "B", "C"]


@pytest.mark.parametrize("form", ["text", "--json"])
async def test_500_tickers_that_rise_in_one_second_are_one_line_for_people_and_each_for_programs(form: str) -> None:
    def moment(second: float, price: str) -> list[Tick]:
        prices = {f"T{number}": Decimal(price) for number in range(500)} | {"T7": Decimal(price) + (price != "100")}
        return [Tick(ticker, price, START + timedelta(seconds=second)) for ticker, price in prices.items()]

    options = [form] if form == "--json" else []
    async with served() as (feed, proxy), living(proxy.url, *OPTIONS, *options) as client:
        await new_reader(feed)
        for second, price in ((0, "100"), (1, "103"), (1.5, "103")):
            feed.publish(moment(second, price))
        await feed.end()
        lines = await client.lines()
    if form == "--json":
        assert len({json.loads(line)["ticker"] for line in lines}) == len(lines) == 500
    else:
        assert lines == ["📈 Price Spike Alert: 500 tickers rose; the most: T7 +4.0% in 1 minute!"]


async def test_a_ticker_of_several_that_goes_mute_is_said_once() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for count in range(150):
            await connection.send(
                now("AAPL") if 40 <= count < 130 else encode([*ticks_now("AAPL"), *ticks_now("MSFT")])
            )
            await asyncio.sleep(0.02)

    def ticks_now(ticker: str) -> list[Tick]:
        return [Tick(ticker, Decimal(100), datetime.now(UTC))]

    client = await said(script, connection__LOOK=0.05, quiet__QUIET=0.6)
    assert client.err.splitlines()[1:-1] == [
        "no tick for more than 60 s, while others tick, of MSFT".replace("60", "0.6"),
        "ticks come again of MSFT",
    ]


async def test_ticks_that_are_40_minutes_old_are_said_with_their_delay() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for _ in range(30):
            await connection.send(now(minutes=40))
            await asyncio.sleep(0.02)

    client = await said(script, connection__LOOK=0.05)
    assert client.err.splitlines()[1:-1] == ["ticks are 40 minutes old"]


async def test_an_error_frame_among_good_ones_is_said_with_its_text() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        for _ in range(3):
            await connection.send(now())
            await connection.send('[{"T":"error","code":406,"msg":"connection limit exceeded"}]')
        await connection.send(now())

    client = await said(script)
    assert client.err.splitlines()[1:-1] == ["the feed reports an error: 'connection limit exceeded (406)'"]
    assert "\n4 ticks, 7 frames, 0 bad, 3 errors, " in client.err


async def test_frames_of_another_protocol_are_said_with_the_first_of_them() -> None:
    frame = '{"e":"aggTrade","E":1749240000000,"s":"BTCUSDT","p":"104000.10","q":"0.5","T":1749240000000,"m":true}'

    async def script(connection: ServerConnection, number: int) -> None:
        for _ in range(30):
            await connection.send(frame)
            await asyncio.sleep(0.02)

    client = await said(script, connection__LOOK=0.05, health__FOREIGN=0.2)
    lines = client.err.splitlines()[1:-1]
    assert [line.partition(": ")[0] for line in lines] == ["bad frame", "what the feed sends is not understood"]
    assert all('{"e":"aggTrade"' in line and len(line) < 140 for line in lines)


@pytest.mark.parametrize("sign", ["heartbeat", "ping"])
async def test_a_feed_that_only_beats_or_pings_is_kept(sign: str) -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(now("PENNY"))
        for _ in range(40):
            if sign == "ping":
                await (await connection.ping())
            else:
                await connection.send(encode_heartbeat(Heartbeat(0, datetime.now(UTC))))
            await asyncio.sleep(0.05)
        await connection.send(now("PENNY"))

    client = await said(script, "--tickers", "PENNY", "--stale", "1", connection__LOOK=0.05)
    assert client.err.splitlines()[1:-1] == ["no tick for 1 s; the feed is alive", "ticks come again"]
    assert " 0 reconnections" in client.err


async def test_a_quiet_ticker_of_our_own_feed_costs_no_connection() -> None:
    async with served() as (feed, proxy), living(proxy.url, *OPTIONS, "--tickers", "PENNY", "--stale", "0.5") as client:
        await new_reader(feed)
        for _ in range(30):
            feed.publish([Tick("MSFT", Decimal(400), datetime.now(UTC))])
            feed.beat(datetime.now(UTC))
            await asyncio.sleep(0.05)
        await feed.end()
        await client.lines()
    assert " 0 reconnections" in client.err


def numbered(*parts: tuple[str, str, float, int]) -> list[str]:
    """Frames of one tick each: ticker, price, seconds after START, and number."""
    return [
        json.dumps(
            {"ticker": ticker, "price": price, "timestamp": (START + timedelta(seconds=s)).isoformat(), "seq": seq}
        )
        for ticker, price, s, seq in parts
    ]


def sending(frames: list[str]) -> Script:
    async def script(connection: ServerConnection, number: int) -> None:
        for frame in frames:
            await connection.send(frame)

    return script


async def test_a_feed_that_numbers_each_ticker_by_itself_loses_no_tick() -> None:
    frames = numbered(*((ticker, str(100 + n), n + i / 10, n) for n in range(1, 12) for i, ticker in enumerate("ABC")))
    client = await said(sending(frames))
    assert "\n33 ticks, 33 frames, 0 bad, 0 late, 0 quarantined, 0 duplicate, " in client.err


async def test_a_feed_whose_numbers_begin_anew_every_day_loses_no_tick() -> None:
    days = [("A", "100", 86_400 * day + n, n + 1) for day in range(5) for n in range(20)]
    client = await said(sending(numbered(*days)))
    assert "\n100 ticks, 100 frames, 0 bad, 0 late, 0 quarantined, 0 duplicate, " in client.err


async def test_the_same_ticker_time_and_price_is_a_duplicate_whatever_its_number() -> None:
    frames = numbered(("A", "100", 0, 1), ("A", "101", 1, 2), ("A", "101", 1, 2), ("A", "100.5", 2, 3))
    client = await said(sending(frames))
    assert " 1 duplicate, " in client.err


async def test_a_reconnection_that_is_answered_403_is_tried_again_and_said() -> None:
    handshakes = 0

    def refuse(connection: ServerConnection, request: Request) -> Response | None:
        nonlocal handshakes
        handshakes += 1
        return connection.respond(403, "not now\n") if handshakes in (2, 3) else None

    async def script(connection: ServerConnection, number: int) -> None:
        await connection.send(now(price="100" if number == 1 else "103", seconds=2 - number))
        if number == 1:
            await connection.close(1011)
        else:
            await connection.send(now(price="103"))

    async with foreign(script, refuse) as url, living(url, *OPTIONS) as client:
        lines = await client.lines()
    assert client.err.count("HTTP 403; next attempt in") == 2
    assert " 1 reconnections, " in client.err
    assert lines == ["📈 Price Spike Alert: AAPL increased by 3.0% in 1 minute!"]


@pytest.mark.parametrize("confirm", ["2", "0"])
async def test_up_down_and_up_within_one_instant_is_one_alert(confirm: str) -> None:
    stream = ticks((0, "100"), (1, "103"), (1, "100"), (1, "103"), (2, "103"), (3, "103"))
    lines, _ = await heard(stream, *(["--confirm", confirm] if confirm == "0" else []))
    assert lines == ["📈 Price Spike Alert: AAPL increased by 3.0% in 1 minute!"]


async def test_a_rise_just_above_2_percent_is_shown_above_it() -> None:
    shown = {"102.01": "2.01", "102.04": "2.04", "102.1": "2.1", "102.0001": "2.0001"}
    moments = [tick for price in shown for tick in ticks((0, "100"), (1, price), (2, price), ticker=f"T{price}")]
    lines, _ = await heard(in_order(moments))
    assert lines == [f"📈 Price Spike Alert: T{price} increased by {by}% in 1 minute!" for price, by in shown.items()]


async def test_a_rise_over_60_seconds_and_less_than_a_microsecond_is_none_in_any_form() -> None:
    def frames(ticker: str, form: str, second: str) -> list[str]:
        parts = (("00:00.0000000", "100"), (second, "103"), ("01:01.5", "103"))
        times = (f"2025-06-06T{form.replace('MM:SS', minute)}" for minute, _ in parts)
        return [
            json.dumps({"ticker": ticker, "price": price, "timestamp": time})
            for time, (_, price) in zip(times, parts, strict=True)
        ]

    forms = {"A": "20:MM:SSZ", "B": "20:MM:SS+00:00", "C": "22:MM:SS+02:00", "D": "20:MM:SS"}
    longer = [frames(ticker, form, "01:00.0000008") for ticker, form in forms.items()]
    exact = [frames(ticker.lower() + "exact", form, "01:00.0000000") for ticker, form in forms.items()]
    client = await said(sending([frame for some in zip(*longer, *exact, strict=True) for frame in some]), "--json")
    assert [json.loads(line)["ticker"] for line in client.out.splitlines()] == ["AEXACT", "BEXACT", "CEXACT", "DEXACT"]
