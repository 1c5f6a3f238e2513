"""Exchanges by ccxt, whose addresses are on this machine: what they send arrives to the digit, and losses are told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from venues.ccxt_bridge import CcxtSession
from venues.ccxt_library import meaning, require
from venues.dialling import BUSY, FinalError
from venues.reading import Lost, Ticks
from venues.recorded import Recording, replayed
from venues.registry import venue_of

from .followed import HURRIED, LOST, Followed

pro = pytest.importorskip("ccxt.pro")

MARKETS = {"okx": ("BTC-USDT", "BTC/USDT"), "binance": ("BTCUSDT", "BTC/USDT"), "kraken": ("XXBTZUSD", "BTC/USD")}
PRICES = ["68123.45000000", "12345.1234567890123456789012345", "0.00000000123", "1e-7", "123456789012345678"]


class Exchange:
    """Sends what it is told to whoever has subscribed."""

    def __init__(self) -> None:
        self.readers: list[ServerConnection] = []
        self.asked: list[Any] = []
        self.address = ""

    async def handle(self, connection: ServerConnection) -> None:
        with suppress(Exception):
            async for message in connection:
                self.asked.append(message)
                if connection not in self.readers:
                    self.readers.append(connection)
        self.readers.remove(connection)

    async def send(self, text: str) -> None:
        for reader in self.readers:
            await reader.send(text)


@pytest.fixture
async def exchange(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Exchange]:
    for name, (symbol_id, symbol) in MARKETS.items():
        answer = markets(symbol_id, symbol)
        monkeypatch.setattr(getattr(pro, name), "fetch_markets", answered(answer))
        monkeypatch.setattr(getattr(pro, name), "fetch_currencies", answered({}))
    one = Exchange()
    async with serve(one.handle, "127.0.0.1", 0) as server:
        one.address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield one


def answered(value: Any) -> Callable[..., Awaitable[Any]]:
    async def fetch(self: Any, params: Any = None) -> Any:
        return value

    return fetch


def markets(symbol_id: str, symbol: str) -> list[dict[str, Any]]:
    base, quote = symbol.split("/")
    kinds = {"spot": True, "margin": False, "swap": False, "future": False, "option": False, "contract": False}
    return [
        {
            "id": symbol_id, "lowercaseId": symbol_id.lower(), "symbol": symbol, "base": base, "quote": quote,
            "baseId": base, "quoteId": quote, "type": "spot", "active": True, "limits": {}, "precision": {},
            "linear": None, "inverse": None, "info": {"wsname": symbol}, **kinds,
        }
    ]  # fmt: skip


@asynccontextmanager
async def bridged(exchange: Exchange, name: str, *tickers: str, recorder: Any = None) -> AsyncIterator[Followed]:
    venue = venue_of(f"ccxt:{name}")
    venue = replace(venue, limits=replace(venue.limits, **HURRIED))
    asked = tickers or (MARKETS[name][1].replace("/", "-"),)
    result = Followed()
    result.session = CcxtSession(  # type: ignore[assignment]
        venue, asked, result, result.said.append, keys={}, address=exchange.address, recorder=recorder
    )
    result.task = asyncio.create_task(result.session.run())
    try:
        await result.until(lambda: exchange.readers or result.task.done())
        yield result
    finally:
        result.task.cancel()
        await asyncio.wait({result.task})


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=123456)


def of_okx(number: int, price: str, age: timedelta = timedelta()) -> str:
    """https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel"""
    deal = {
        "instId": "BTC-USDT", "tradeId": str(number), "px": price, "sz": price, "side": "buy",
        "ts": str(int((now() - age).timestamp() * 1000)), "count": "1",
    }  # fmt: skip
    return json.dumps({"arg": {"channel": "trades", "instId": "BTC-USDT"}, "data": [deal]})


def of_binance(number: int, price: str) -> str:
    """https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams"""
    at = int(now().timestamp() * 1000)
    deal = {"e": "trade", "E": at, "s": "BTCUSDT", "t": number, "p": price, "q": price, "T": at, "m": True, "M": True}
    return json.dumps(deal)


def of_kraken(number: int, price: str) -> str:
    """https://docs.kraken.com/api/docs/websocket-v2/trade: prices are JSON numbers, and times have microseconds."""
    at = now().isoformat().replace("+00:00", "Z")
    deal = f'{{"symbol":"BTC/USD","side":"sell","price":{price},"qty":{price},"ord_type":"market","trade_id":{number}'
    return f'{{"channel":"trade","type":"update","data":[{deal},"timestamp":"{at}"}}]}}'


@pytest.mark.parametrize(
    ("name", "message"),
    [("okx", of_okx), ("binance", of_binance), ("kraken", of_kraken)],
    ids=["okx", "binance", "kraken"],
)
async def test_no_digit_goes_through_a_float(exchange: Exchange, name: str, message: Callable[[int, str], str]) -> None:
    async with bridged(exchange, name) as brought:
        for number, price in enumerate(PRICES):
            await exchange.send(message(number, price))
        await brought.until_there_are(len(PRICES))
    assert [tick.price for tick in brought.ticks] == [Decimal(price) for price in PRICES]
    assert [tick.quantity for tick in brought.ticks] == [Decimal(price) for price in PRICES]
    assert {tick.ticker for tick in brought.ticks} == {MARKETS[name][1].replace("/", "-")}


async def test_a_time_has_microseconds_where_the_exchange_says_them(exchange: Exchange) -> None:
    async with bridged(exchange, "kraken") as kraken:
        await exchange.send(of_kraken(1, "1"))
        await kraken.until_there_are(1)
    assert kraken.ticks[0].timestamp.microsecond == 123456


async def test_each_trade_of_a_burst_arrives(exchange: Exchange) -> None:
    """ccxt's watch would return the last ones of them."""
    async with bridged(exchange, "okx") as brought:
        for number in range(3000):
            await exchange.send(of_okx(number, str(number + 1)))
        await brought.until_there_are(3000)
    assert brought.prices == [str(number + 1) for number in range(3000)]


async def test_what_comes_twice_is_taken_once(exchange: Exchange) -> None:
    async with bridged(exchange, "okx") as brought:
        for number in (1, 1, 2):
            await exchange.send(of_okx(number, str(number)))
        await brought.until_there_are(2)
        assert brought.session.state()["duplicates"] == 1
    assert brought.prices == ["1", "2"]


async def test_what_ccxt_cannot_handle_is_counted_and_said_once_and_ends_nothing(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, it would read no further, and say nothing of it. Its handler fails here by itself, twice."""
    import ccxt.pro

    handle, failures = ccxt.pro.okx.handle_trades, iter([True, True])

    def handle_trades(*arguments: Any) -> Any:
        if next(failures, False):
            raise KeyError("a defect")
        return handle(*arguments)

    monkeypatch.setattr(ccxt.pro.okx, "handle_trades", handle_trades)
    async with bridged(exchange, "okx") as brought:
        for number in (1, 2, 3):
            await exchange.send(of_okx(number, str(number)))
        await brought.until_there_are(1)
    assert (brought.prices, brought.session.state()["bad"]) == (["3"], 2)
    assert sum("sends what we do not understand" in line for line in brought.said) == 1


async def test_what_we_cannot_read_of_ccxts_trades_is_counted(exchange: Exchange) -> None:
    async with bridged(exchange, "okx") as brought:
        await exchange.send(of_okx(1, "0"))
        await exchange.send(of_okx(2, "2"))
        await brought.until_there_are(1)
    assert (brought.prices[-1], brought.session.state()["bad"]) == ("2", 1)


async def test_a_lost_connection_is_a_loss(exchange: Exchange) -> None:
    async with bridged(exchange, "okx") as brought:
        await exchange.send(of_okx(1, "1"))
        await brought.until_there_are(1)
        exchange.readers[0].transport.abort()
        await brought.until(lambda: not exchange.readers)
        await brought.until(lambda: exchange.readers)
        await exchange.send(of_okx(3, "3"))
        await brought.until_there_are(2)
        assert brought.session.state()["reconnections"] == 1
    assert brought.prices == ["1", LOST, "3"]


async def test_history_is_no_news(exchange: Exchange) -> None:
    async with bridged(exchange, "okx") as brought:
        await exchange.send(of_okx(1, "1", timedelta(minutes=5)))
        await exchange.send(of_okx(2, "2"))
        await brought.until_there_are(1)
        assert brought.session.state()["passed"] == {"history": 1}
    assert brought.prices == ["2"]


async def test_what_the_exchange_does_not_have_is_said(exchange: Exchange) -> None:
    async with bridged(exchange, "okx", "BTC-USDT", "NOPE-USDT") as brought:
        await brought.until_it_says("it does not have NOPE/USDT")
        await exchange.send(of_okx(1, "1"))
        await brought.until_there_are(1)


async def test_without_any_ticker_left_it_ends(exchange: Exchange) -> None:
    async with bridged(exchange, "okx", "NOPE-USDT") as brought:
        await brought.task
    assert brought.said == ["ccxt:okx: it does not have NOPE/USDT"]


async def test_a_recording_says_the_same_without_ccxt(exchange: Exchange, tmp_path: Path) -> None:
    recording = Recording(tmp_path / "okx.ndjson", [("ccxt:okx", ["BTC-USDT"])])
    async with bridged(exchange, "okx", recorder=recording) as brought:
        await exchange.send(of_okx(1, "1.50"))
        await brought.until_there_are(1)
        exchange.readers[0].transport.abort()
        await brought.until(lambda: not exchange.readers)
        await brought.until(lambda: exchange.readers)
        await exchange.send(of_okx(3, "1e-7"))
        await brought.until_there_are(2)
    recording.close()
    again: list[Any] = []
    for _, heard in replayed(tmp_path / "okx.ndjson", venue_of):
        for one in heard:
            again += one.ticks if isinstance(one, Ticks) else [LOST] if isinstance(one, Lost) else []
    assert again == brought.came


@pytest.mark.parametrize(
    ("error", "text", "wait"),
    [
        (pro.NetworkError("gone"), "connection lost: 'gone'", 0),
        (pro.RateLimitExceeded("slower"), "too many requests: 'slower'", BUSY),
        (pro.OnMaintenance("later"), "maintenance: 'later'", 0),
        (KeyError("x"), "KeyError", 0),
    ],
)
def test_an_error_is_said_and_met_again_later(error: Exception, text: str, wait: float) -> None:
    said, seconds = meaning(error)
    assert said.startswith(text)
    assert seconds == wait


@pytest.mark.parametrize("error", [pro.PermissionDenied("no"), pro.NotSupported("no")])
def test_an_error_for_good_ends_it(error: Exception) -> None:
    with pytest.raises(FinalError, match="no"):
        meaning(error)


def test_an_exchange_that_ccxt_does_not_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="no exchange 'nowhere'"):
        require(venue_of("ccxt:nowhere"))
