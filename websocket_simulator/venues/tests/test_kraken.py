"""Kraken's frames, in the forms of its documentation of version 2, and of version 1 where that answers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from venues.kraken import BAN, PAUSE, VENUE
from venues.venue import Beat, Event, Failed, Leaving, Refused, Subscribed, Trade

TRADE = (
    '{"symbol":"MATIC/USD","side":"sell","price":0.5117,"qty":40.0,"ord_type":"market","trade_id":4665906,'
    '"timestamp":"2023-09-25T07:49:37.708706Z"}'
)


def read(frame: str) -> list[Event]:
    return list(VENUE.read(frame.encode()))


def trades(kind: str, *items: str) -> list[Any]:
    return read(f'{{"channel":"trade","type":"{kind}","data":[{",".join(items)}]}}')


def test_an_update_has_trades() -> None:
    at = datetime(2023, 9, 25, 7, 49, 37, 708706, UTC)
    assert trades("update", TRADE) == [Trade("MATIC/USD", Decimal("0.5117"), at, Decimal("40.0"), 4665906)]


def test_a_snapshot_is_history() -> None:
    assert [trade.is_history for trade in trades("snapshot", TRADE, TRADE)] == [True, True]


@pytest.mark.parametrize(
    "price", ["0.5117", "68123.4", "1e-7", "1.5E+3", "12345.1234567890123456789012345", "0.00000000123", "3"]
)
def test_digits_are_read_as_they_are(price: str) -> None:
    [trade] = trades("update", TRADE.replace("0.5117", price))
    assert trade.price.as_tuple() == Decimal(price).as_tuple()


@pytest.mark.parametrize("price", ["0", "-1", "1e30", "NaN", '"0.5117x"', "null", "true"])
def test_what_is_no_price_spoils_its_own_trade_alone(price: str) -> None:
    found, error = [], None
    frame = f'{{"channel":"trade","type":"update","data":[{TRADE},{TRADE.replace("0.5117", price)},{TRADE}]}}'
    try:
        for event in VENUE.read(frame.encode()):
            found.append(event)
    except (ValueError, TypeError, ArithmeticError) as failure:
        error = failure
    assert (len(found), error is not None) == (2, True)


def test_a_time_that_is_finer_than_a_microsecond_is_rounded_up() -> None:
    [trade] = trades("update", TRADE.replace("708706Z", "708706001Z"))
    assert (trade.timestamp.microsecond, trade.finer) == (708707, True)


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        ('{"channel":"heartbeat"}', Beat()),
        ('{"channel":"ticker","type":"update","data":[]}', Beat()),
        ('{"method":"pong","req_id":101,"time_in":"2023-09-24T14:10:23.799685Z"}', Beat()),
        ('{"event":"heartbeat"}', Beat()),
        (
            '{"method":"subscribe","req_id":1,"result":{"channel":"trade","snapshot":true,"symbol":"MATIC/USD"},"success":true}',
            Subscribed(("MATIC/USD",)),
        ),
        (
            '{"error":"Currency pair not supported NOPE/USD","method":"subscribe","success":false,"symbol":"NOPE/USD"}',
            Refused("Currency pair not supported NOPE/USD", ("NOPE/USD",)),
        ),
        (
            '{"error":"Already subscribed","method":"subscribe","success":false,"symbol":"BTC/USD"}',
            Subscribed(("BTC/USD",)),
        ),
        ('{"error":"Exceeded msg rate","method":"subscribe","success":false}', Failed("Exceeded msg rate", wait=PAUSE)),
        ('{"event":"error","errorMessage":"Malformed request"}', Failed("Malformed request")),
        ('{"Error":"Bad request"}', Failed("Bad request")),
    ],
)
def test_what_else_it_says(frame: str, event: Event) -> None:
    assert read(frame) == [event]


@pytest.mark.parametrize(
    ("system", "leaves"), [("online", False), ("maintenance", True), ("cancel_only", True), ("post_only", True)]
)
def test_a_mode_without_trades_is_left(system: str, leaves: bool) -> None:
    [event] = read(f'{{"channel":"status","type":"update","data":[{{"system":"{system}","version":"2.0.0"}}]}}')
    assert isinstance(event, Leaving) is leaves


@pytest.mark.parametrize("frame", ["", "[]", "nonsense", '{"a":1}', '{"event":"news"}', '{"channel":"trade"}'])
def test_what_is_none_of_its_frames_is_an_error(frame: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read(frame)


@pytest.mark.parametrize(
    ("ticker", "name", "ours"),
    [
        ("BTC-USD", "BTC/USD", "BTC-USD"),
        ("XBT/USD", "BTC/USD", "BTC-USD"),
        ("xdg-eur", "DOGE/EUR", "DOGE-EUR"),
        ("ETH-XBT", "ETH/BTC", "ETH-BTC"),
    ],
)
def test_names(ticker: str, name: str, ours: str) -> None:
    assert VENUE.symbol_of(ticker)[:2] == (name, ours)


def test_requests_are_numbered() -> None:
    [frame] = VENUE.subscribe(["BTC/USD", "ETH/USD"], 7)
    assert frame == (
        '{"method": "subscribe", "params": {"channel": "trade", "symbol": ["BTC/USD", "ETH/USD"], "snapshot": true}, "req_id": 7}'
    )
    assert VENUE.ping
    assert VENUE.ping(8) == '{"method": "ping", "req_id": 8}'


def test_a_ban_lasts_ten_minutes() -> None:
    assert VENUE.statuses[429][1] == BAN == 600
