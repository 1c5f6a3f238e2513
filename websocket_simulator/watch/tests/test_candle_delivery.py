"""Candles from their queue to the ledger: none is lost, many go together, and nobody waits for them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from websocket_simulator.tests.ledger import DRIBBLE, DROP, HALF, MUTE, RESET, Ledger, until

from watch import api, candle_delivery
from watch.candle import Candle, json_of
from watch.candle_delivery import CandleDelivery
from watch.candle_queue import CandleQueue

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
Deliver = Callable[[], CandleDelivery]


def candle(number: int, ticker: str = "AAPL") -> Candle:
    begin = START + timedelta(minutes=number)
    price = Decimal("0.00000000000000000001")
    last = begin + timedelta(microseconds=5)
    return Candle(ticker, begin, price, Decimal("1E+3"), price, Decimal("1.50"), None, 3, True, begin, last)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def queue(said: list[str]) -> CandleQueue:
    return CandleQueue(said.append)


@pytest.fixture
def deliver(ledger: Ledger, queue: CandleQueue, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Deliver]:
    """Starts a delivery from the queue that tries again soon, and ends it after the test."""
    monkeypatch.setattr("watch.connection.FIRST_DELAY", 0.01)
    monkeypatch.setattr("watch.connection.LONGEST_DELAY", 0.05)
    monkeypatch.setattr(candle_delivery, "END_TIMEOUT", 0.5)
    made: list[CandleDelivery] = []

    def start() -> CandleDelivery:
        made.append(CandleDelivery(ledger.url, queue, said.append))
        made[-1].start()
        return made[-1]

    yield start
    ledger.close()
    for one in made:
        one.hurry()
        one.end()


def test_candles_are_sent_as_exact_strings() -> None:
    assert json.loads(json_of(candle(0))) == {
        "ticker": "AAPL", "timestamp": "2026-06-05T14:30:00.000000Z",
        "open": "0.00000000000000000001", "high": "1000", "low": "0.00000000000000000001", "close": "1.50",
        "volume": None, "ticks": 3, "gap": True,
        "first": "2026-06-05T14:30:00.000000Z", "last": "2026-06-05T14:30:00.000005Z",
    }  # fmt: skip


def test_those_that_wait_are_sent_together_the_oldest_first(
    ledger: Ledger, queue: CandleQueue, deliver: Deliver, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candle_delivery, "MAX_TOGETHER", 4)
    queue.put([candle(number) for number in (2, 1, 0, 3, 5, 4)])
    one = deliver()
    one.drain()
    assert ledger.market.requests == [4, 2]
    assert [key[1][14:16] for key in ledger.market.candles] == ["30", "31", "32", "33", "34", "35"]
    assert (one.summary(), said) == (", 6 candles sent", [])


@pytest.mark.parametrize("trouble", [500, 502, 503, 401, 403, 408, 429, DROP, RESET, HALF])
def test_what_was_not_answered_is_sent_again_until_it_is(
    ledger: Ledger, queue: CandleQueue, deliver: Deliver, said: list[str], trouble: int | str
) -> None:
    ledger.market.answers.extend([trouble, trouble, 200])
    queue.put([candle(0), candle(1)])
    one = deliver()
    one.drain()
    until(lambda: len(said) == 2)
    assert (ledger.market.requests, one.sent, len(ledger.market.candles)) == ([2, 2, 2], 2, 2)
    assert said[0].endswith("; candles are kept until it is back")
    assert said[1] == f"{ledger.url}: takes candles again"


@pytest.mark.parametrize("trouble", [MUTE, DRIBBLE])
def test_an_api_that_does_not_come_to_an_end_is_left(
    ledger: Ledger, queue: CandleQueue, deliver: Deliver, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(api, "TIMEOUT", 0.2)
    ledger.market.answers.append(trouble)
    queue.put([candle(0)])
    deliver().drain()
    assert len(ledger.market.candles) == 1


def test_the_pause_that_the_api_asks_for_is_kept(ledger: Ledger, queue: CandleQueue) -> None:
    ledger.market.answers.append(429)
    ledger.retry_after = "7"
    queue.put([candle(0)])
    one = CandleDelivery(ledger.url, queue, print)
    assert (one.step(), one.pause, len(queue)) == (True, 7.0, 1)
    assert (one.step(), one.pause, len(queue)) == (True, None, 0)
    assert not one.step()


def test_one_that_is_refused_costs_the_others_nothing(
    ledger: Ledger, queue: CandleQueue, deliver: Deliver, said: list[str]
) -> None:
    ledger.market.refused = "BAD"
    queue.put([candle(number, "BAD" if number in (3, 70) else "AAPL") for number in range(100)])
    one = deliver()
    one.drain()
    assert (one.sent, one.refused, len(ledger.market.candles)) == (98, 2, 98)
    assert one.summary() == ", 98 candles sent, 2 candles refused"
    refusal = """refuses candles: 400, '{"price":["Must be above zero."]}' (BAD)"""
    assert said == [f"{ledger.url}: {refusal}"]


def test_a_ledger_without_candles_is_asked_once(
    ledger: Ledger, queue: CandleQueue, deliver: Deliver, said: list[str]
) -> None:
    ledger.market.usual = 404
    queue.put([candle(0)])
    one = deliver()
    one.drain()
    queue.put([candle(1)])
    until(lambda: not len(queue))
    assert (one.is_off, ledger.market.requests, one.summary()) == (True, [1], "")
    assert said == [f"{ledger.url}: has no /api/market/candles/, as older ledgers; candles are not sent"]


def test_the_end_tries_once_more_and_counts_what_is_left(ledger: Ledger, queue: CandleQueue, deliver: Deliver) -> None:
    ledger.market.usual = 503
    queue.put([candle(0)])
    one = deliver()
    until(lambda: ledger.market.requests)
    one.hurry()
    one.end()
    assert one.summary() == ", 0 candles sent, 1 candles unsent"
