"""Coinbase Exchange's messages, in the forms of its documentation and in odd ones."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.coinbase import KNOWN, VENUE
from venues.venue import Beat, Event, Failed, Newest, Refused, Subscribed, Symbol, Trade

AT = datetime(2014, 11, 7, 8, 19, 27, 28459, tzinfo=UTC)
MATCH = {
    "type": "match", "trade_id": 10, "sequence": 50, "maker_order_id": "ac928c66-ca53-498f-9c13-a110027a60e8",
    "taker_order_id": "132fb6ae-456b-4654-b4e0-d681ac05cea1", "time": "2014-11-07T08:19:27.028459Z",
    "product_id": "BTC-USD", "size": "5.23512", "price": "400.23", "side": "sell",
}  # fmt: skip
TRADE = Trade("BTC-USD", Decimal("400.23"), AT, Decimal("5.23512"), 10)


def frame_of(**more: Any) -> bytes:
    return json.dumps(MATCH | more).encode()


def read(frame: bytes) -> Event:
    (event,) = VENUE.read(frame)
    return event


def test_a_match_is_a_trade() -> None:
    assert read(frame_of()) == TRADE


def test_the_last_match_is_history() -> None:
    assert read(frame_of(type="last_match")) == msgspec.structs.replace(TRADE, is_history=True)


def test_the_type_may_come_last() -> None:
    assert read(json.dumps(dict(reversed(MATCH.items()))).encode()) == TRADE


@pytest.mark.parametrize(
    ("time", "at", "finer"),
    [
        ("2014-11-07T08:19:27Z", AT.replace(microsecond=0), False),
        ("2014-11-07T08:19:27.028Z", AT.replace(microsecond=28000), False),
        ("2014-11-07T08:19:27.0284581Z", AT, True),
        ("2014-11-07T09:19:27.028459+01:00", AT, False),
    ],
)
def test_any_precision_of_time_is_understood(time: str, at: datetime, finer: bool) -> None:
    trade = read(frame_of(time=time))
    assert isinstance(trade, Trade)
    assert (trade.timestamp, trade.finer) == (at, finer)


@pytest.mark.parametrize(
    "digits", ['"0.123456789012345678901234567891"', "0.123456789012345678901234567891", '"1e-7"', "1e-7", '"400.230"']
)
def test_any_number_is_read_as_its_digits(digits: str) -> None:
    trade = read(frame_of(price=1).replace(b'"price": 1', f'"price": {digits}'.encode()))
    assert isinstance(trade, Trade)
    assert str(trade.price) == str(Decimal(digits.strip('"')))


@pytest.mark.parametrize("field", ["price", "size"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "0", "1e21", "", None, []])
def test_what_is_no_number_of_a_trade_makes_no_trade(field: str, value: Any) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(frame_of(**{field: value}))


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"type":1}',
        b'{"type":"match"}',
        b'{"type":"heartbeat","product_id":"BTC-USD"}',
        b'{"type":"error"}',
        b'{"type":"subscriptions","channels":["matches"]}',
        frame_of(time="yesterday"),
        frame_of(time=1415348367),
        frame_of(trade_id="10"),
        frame_of(product_id=None),
    ],
)
def test_a_message_of_another_form_is_an_error(frame: bytes) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(frame)


HEARTBEAT = (
    b'{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}'
)


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (HEARTBEAT, Newest("BTC-USD", 20)),
        (HEARTBEAT.replace(b"20,", b"0,"), Beat()),  # as it was for years, whatever was traded
        (b'{"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD","ETH-USD"],"account_ids":null},{"name":"heartbeat","product_ids":["BTC-USD"]}]}',
         Subscribed(("BTC-USD", "ETH-USD"))),
        (b'{"type":"subscriptions","channels":[]}', Beat()),
        (b'{"type":"subscriptions","channels":[{"name":"heartbeat","product_ids":["BTC-USD"]}]}', Beat()),
        (b'{"type":"error","message":"Failed to subscribe","reason":"BTC-XXX is not a valid product"}',
         Refused("Failed to subscribe: BTC-XXX is not a valid product", ("BTC-XXX",))),
        (b'{"type":"error","message":"Failed to subscribe","reason":"No channels provided"}',
         Refused("Failed to subscribe: No channels provided")),
        (b'{"type":"error","message":"ErrSlowConsume"}', Failed("ErrSlowConsume")),
        (b'{"type":"error","message":"disconnected","reason":"ErrSlowRead"}', Failed("disconnected: ErrSlowRead")),
        (b'{"type":"error","message":"Message too big"}', Failed("Message too big")),
        (b'{"type":"error","message":"Malformed JSON"}', Failed("Malformed JSON", ends=False)),
        (b'{"type":"status","products":[{"id":"BTC-USD","status":"online"}],"currencies":[]}', Beat()),
        (b'{"type":"ticker","product_id":"BTC-USD","price":"400.23"}', Beat()),
        (b'{"type":"rfq_matches"}', Beat()),
    ],
)  # fmt: skip
def test_other_messages_say_what_the_documentation_says(frame: bytes, event: Event) -> None:
    assert read(frame) == event


def test_a_ticker_is_a_product() -> None:
    assert VENUE.symbol_of("btc/usd") == Symbol("BTC-USD", "BTC-USD", "USD")
    assert VENUE.symbol_of("BTC-USDT") == Symbol("BTC-USDT", "BTC-USDT", "USDT")
    with pytest.raises(ValueError, match="AAPL is no pair"):
        VENUE.symbol_of("AAPL")


def test_requests_are_those_of_the_documentation() -> None:
    channels = [{"name": "matches", "product_ids": ["BTC-USD"]}, {"name": "heartbeat", "product_ids": ["BTC-USD"]}]
    assert [json.loads(frame) for frame in VENUE.subscribe(["BTC-USD"], 1)] == [
        {"type": "subscribe", "channels": channels}
    ]
    assert [json.loads(frame) for frame in VENUE.unsubscribe(["BTC-USD"], 1)] == [
        {"type": "unsubscribe", "channels": channels}
    ]


def test_it_needs_no_account() -> None:
    assert VENUE.address({}) == VENUE.shown == "wss://ws-feed.exchange.coinbase.com"
    assert VENUE.keys == ()


FIELDS = [*MATCH, "last_trade_id", "channels", "name", "product_ids", "message", "reason"]


@given(st.binary() | st.recursive(st.none() | st.integers() | st.text() | st.sampled_from(KNOWN), lambda some: st.lists(some) | st.dictionaries(st.sampled_from(FIELDS), some)).map(msgspec.json.encode))  # fmt: skip
def test_nothing_that_comes_raises_anything_else(frame: bytes) -> None:
    try:
        events = list(VENUE.read(frame))
    except (ValueError, ArithmeticError):
        return
    assert len(events) == 1
