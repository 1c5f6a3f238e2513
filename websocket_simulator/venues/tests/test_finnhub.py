"""Finnhub's frames, in the forms of its documentation."""

from datetime import UTC, datetime
from decimal import Decimal
from math import inf
from typing import Any

import pytest

from venues.finnhub import KEY, VENUE, WITHOUT_PRICE
from venues.venue import Beat, Event, Failed, Passed, Refused, Trade

AT = datetime(2019, 12, 5, 9, 44, 51, 134000, UTC)  # 1575539091134


def read(frame: str) -> list[Event]:
    return list(VENUE.read(frame.encode()))


def trades(*items: str) -> list[Any]:
    return read(f'{{"data":[{",".join(items)}],"type":"trade"}}')


def item(price: str = "7296.89", volume: str = "0.011467", codes: str = "null", symbol: str = "BINANCE:BTCUSDT") -> str:
    return f'{{"c":{codes},"p":{price},"s":"{symbol}","t":1575539091134,"v":{volume}}}'


def test_a_frame_has_trades_of_any_symbols() -> None:
    assert trades(item(), item("170.25", "100", '["1"]', "AAPL")) == [
        Trade("BINANCE:BTCUSDT", Decimal("7296.89"), AT, Decimal("0.011467")),
        Trade("AAPL", Decimal("170.25"), AT, Decimal(100)),
    ]


def test_a_price_without_a_trade_has_no_quantity() -> None:
    [trade] = trades(item("1.0862", "0", symbol="OANDA:EUR_USD"))
    assert (trade.symbol, trade.quantity) == ("OANDA:EUR_USD", None)


@pytest.mark.parametrize("price", ["7296.89", "1e-7", "12345.1234567890123456789012345", "2.5E+2"])
def test_digits_are_read_as_they_are(price: str) -> None:
    [trade] = trades(item(price))
    assert trade.price.as_tuple() == Decimal(price).as_tuple()


@pytest.mark.parametrize("price", ["0", "-1", "1e30", "null", "true"])
def test_what_is_no_price_spoils_its_own_trade_alone(price: str) -> None:
    found, error = [], None
    try:
        for event in VENUE.read(f'{{"data":[{item(price)},{item()}],"type":"trade"}}'.encode()):
            found.append(event)
    except (ValueError, TypeError, ArithmeticError, AttributeError) as failure:
        error = failure
    assert (len(found), error is not None) == (1, True)


@pytest.mark.parametrize(
    "bad",
    [
        item(volume="true"), item(volume="[]"), item(volume="-1"), item(volume='"1_0"'),
        item(codes='"12"'), item(codes="true"), item().replace("1575539091134", "-1"),
    ],
)  # fmt: skip
def test_what_is_no_trade_spoils_itself_alone(bad: str) -> None:
    events = VENUE.read(f'{{"data":[{bad},{item("2")}],"type":"trade"}}'.encode())

    assert next(iter(events)) == Trade("BINANCE:BTCUSDT", Decimal(2), AT, Decimal("0.011467"))
    with pytest.raises(ValueError, match="a trade that is none"):
        list(events)


@pytest.mark.parametrize("volume", ["0", "0e-8", "0.000", '"0E+2"', "null"])
def test_a_volume_of_nothing_is_no_quantity_in_either_reading(volume: str) -> None:
    """A code that is a number is read with care."""
    assert [trade.quantity for trade in trades(item(volume=volume))] == [None]
    assert [trade.quantity for trade in trades(item(volume=volume, codes="[1]"))] == [None]


@pytest.mark.parametrize("code", WITHOUT_PRICE)
def test_conditions_that_do_not_set_the_last_price_make_no_trade(code: str) -> None:
    assert trades(item(codes=f'["1","{code}"]')) == [Passed(WITHOUT_PRICE[code])]


def test_a_trade_outside_regular_hours_is_marked() -> None:
    assert [trade.extended for trade in trades(item(codes='["1","24"]'), item(codes='["1"]'))] == [True, False]


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        ('{"type":"ping"}', Beat()),
        ('{"type":"news","data":[]}', Beat()),
        ('{"type":"error","msg":"Invalid API key"}', Failed("Invalid API key", is_final=True)),
        ('{"type":"error","msg":"Invalid symbol"}', Refused("Invalid symbol")),
        ('{"type":"error","msg":"Subscribing to too many symbols"}', Refused("Subscribing to too many symbols")),
    ],
)
def test_what_else_it_says(frame: str, event: Event) -> None:
    assert read(frame) == [event]


@pytest.mark.parametrize("frame", ["", "[]", "nonsense", '{"a":1}'])
def test_what_is_none_of_its_frames_is_an_error(frame: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read(frame)


def test_the_key_is_in_the_address_and_not_in_what_is_shown() -> None:
    assert VENUE.address({KEY: "a b&c"}) == "wss://ws.finnhub.io?token=a%20b%26c"
    assert "token" not in VENUE.shown


def test_one_key_has_one_connection_without_ids() -> None:
    assert (VENUE.limits.connections, VENUE.has_ids, VENUE.confirms) == (1, False, False)
    assert VENUE.statuses[401][1] == inf
