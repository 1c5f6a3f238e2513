"""Binance's frames, in the forms of its documentation and in odd ones."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from math import inf
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.binance import VENUE, instant
from venues.venue import Beat, Event, Failed, Leaving, Refused, Subscribed, Symbol, Trade

AT = datetime(2026, 6, 5, 14, 30, 0, 123456, tzinfo=UTC)
EVENT = {
    "e": "trade", "E": 1780669800125000, "s": "BTCUSDT", "t": 4012345678, "p": "104321.55000000", "q": "0.00184000",
    "T": 1780669800123456, "m": True, "M": True,
}  # fmt: skip
TRADE = Trade("BTCUSDT", Decimal("104321.55000000"), AT, Decimal("0.00184000"), 4012345678)


def frame_of(**more: Any) -> bytes:
    return json.dumps(EVENT | more).encode()


def read(frame: bytes) -> Event:
    (event,) = VENUE.read(frame)
    return event


def test_a_trade_keeps_its_digits_and_its_microsecond() -> None:
    trade = read(frame_of())
    assert trade == TRADE
    assert isinstance(trade, Trade)
    assert (str(trade.price), str(trade.quantity)) == ("104321.55000000", "0.00184000")


def test_the_order_of_fields_and_new_fields_do_not_matter() -> None:
    assert read(json.dumps(dict(reversed((EVENT | {"X": {"new": [1]}}).items()))).encode()) == TRADE


def test_a_combined_stream_says_the_same() -> None:
    assert read(b'{"stream":"btcusdt@trade","data":' + frame_of() + b"}") == TRADE


def test_times_in_milliseconds_are_understood() -> None:
    trade = read(frame_of(T=1780669800123))
    assert isinstance(trade, Trade)
    assert trade.timestamp == AT.replace(microsecond=123000)


@given(st.datetimes(datetime(1973, 4, 1), datetime(5000, 1, 1), timezones=st.just(UTC)))
def test_each_microsecond_is_exact(at: datetime) -> None:
    whole = (at - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution)
    assert instant(whole) == at
    assert instant(whole // 1000) == at.replace(microsecond=at.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    "digits",
    [
        '"0.123456789012345678901234567891"',
        '"12345678901234567890.0123456789"',
        "0.123456789012345678901234567891",
        '"1e-7"',
        "1e-7",
        "1E+2",
        "0.1000000000000000055511151231257827",
    ],
)
def test_any_number_is_read_as_its_digits(digits: str) -> None:
    trade = read(frame_of(p=1).replace(b'"p": 1', f'"p": {digits}'.encode()))
    assert isinstance(trade, Trade)
    assert trade.price == Decimal(digits.strip('"'))


@pytest.mark.parametrize("field", ["p", "q"])
@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-1", "0", "1e21", "1e-21", "", "0x10", None, [], True])
def test_what_is_no_number_of_a_trade_makes_no_trade(field: str, value: Any) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(frame_of(**{field: value}))


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b"\xff",
        b"{}",
        b'{"id":1}',
        b'{"e":1}',
        b'{"e":"trade"}',
        b'{"data":null}',
        b'{"data":{}}',
        b'{"stream":"btcusdt@trade","data":[]}',
        frame_of(s=None),
        frame_of(t="4012345678"),
        frame_of(t=1.5),
        frame_of(T="now"),
        frame_of(T=10**20),
        frame_of(T=2**70),
    ],
)
def test_a_frame_of_another_form_is_an_error(frame: bytes) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(frame)


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (b'{"result":null,"id":1}', Subscribed()),
        (b'{"result":null,"id":null}', Beat()),
        (b'{"result":["btcusdt@trade"],"id":3}', Beat()),
        (b'{"error":{"code":4,"msg":"Too many subscriptions"},"id":1}', Refused("Too many subscriptions (4)")),
        (b'{"code":2,"msg":"Invalid request: too many parameters","id":1}', Refused("Invalid request: too many parameters (2)")),
        (b'{"error":{"code":2,"msg":"Invalid request"},"id":null}', Failed("Invalid request (2)", ends=False)),
        (b'{"code":0,"msg":"Unknown property"}', Failed("Unknown property (0)", ends=False)),
        (b'{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}',
         Failed("Invalid JSON: expected value at line 1 column 1 (3)", ends=False)),
        (b'{"e":"serverShutdown","E":1780669800123}', Leaving("the server shuts down")),
        (b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1780669800123}}', Leaving("the server shuts down")),
        (b'{"e":"aggTrade","E":1780669800123,"s":"BTCUSDT","a":1,"p":"1","q":"1","f":1,"l":2,"T":1780669800123}', Beat()),
        (b'{"e":"24hrTicker","E":1780669800123,"s":"BTCUSDT","p":"0.0015","c":"0.0025"}', Beat()),
    ],
)  # fmt: skip
def test_other_frames_say_what_the_documentation_says(frame: bytes, event: Event) -> None:
    assert read(frame) == event


@pytest.mark.parametrize(
    ("ticker", "symbol"),
    [
        ("BTC-USDT", Symbol("BTCUSDT", "BTC-USDT", "USDT")),
        ("eth/btc", Symbol("ETHBTC", "ETH-BTC", "BTC")),
        ("BTC-USD", Symbol("BTCUSDT", "BTC-USDT", "USDT")),
        ("1INCH-EUR", Symbol("1INCHEUR", "1INCH-EUR", "EUR")),
    ],
)
def test_a_ticker_names_the_currency_in_which_it_is_traded(ticker: str, symbol: Symbol) -> None:
    assert VENUE.symbol_of(ticker) == symbol


@pytest.mark.parametrize("ticker", ["AAPL", "BTCUSDT", "BTC-", "-USD", "BTC-USD-PERP", "币安人生-USDT", ""])
def test_what_is_no_pair_cannot_be_asked_for(ticker: str) -> None:
    with pytest.raises(ValueError, match="no pair"):
        VENUE.symbol_of(ticker)


def test_requests_are_those_of_the_documentation() -> None:
    (subscribe,) = VENUE.subscribe(["BTCUSDT", "ETHBTC"], 7)
    assert json.loads(subscribe) == {"method": "SUBSCRIBE", "params": ["btcusdt@trade", "ethbtc@trade"], "id": 7}
    (unsubscribe,) = VENUE.unsubscribe(["BTCUSDT"], 8)
    assert json.loads(unsubscribe) == {"method": "UNSUBSCRIBE", "params": ["btcusdt@trade"], "id": None}


def test_it_asks_for_microseconds_without_an_account() -> None:
    assert VENUE.address({}) == "wss://data-stream.binance.vision/ws?timeUnit=MICROSECOND"
    assert VENUE.keys == ()


def test_a_place_that_is_not_served_is_final_and_a_ban_is_not() -> None:
    waits = {status: wait for status, (_, wait) in VENUE.statuses.items()}
    assert waits.pop(451) == inf
    assert waits == {403: 300, 418: 120, 429: 300}


@given(st.binary() | st.recursive(st.none() | st.integers() | st.text(), lambda some: st.lists(some) | st.dictionaries(st.sampled_from([*EVENT, "data", "result", "error", "id", "code", "msg"]), some)).map(msgspec.json.encode))  # fmt: skip
def test_nothing_that_comes_raises_anything_else(frame: bytes) -> None:
    try:
        events = list(VENUE.read(frame))
    except (ValueError, ArithmeticError):
        return
    assert len(events) == 1
