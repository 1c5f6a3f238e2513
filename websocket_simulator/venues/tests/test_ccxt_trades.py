"""Trades in ccxt's form."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from venues.ccxt_trades import frame, instant, read, symbol_of, venue_of
from venues.reading import NONSENSE
from venues.registry import venue_of as venue_of_word
from venues.venue import Symbol, Trade

UNIFIED: dict[str, Any] = {
    "id": "4665906", "info": {}, "timestamp": 1695716760565, "datetime": "2023-09-26T08:26:00.565Z",
    "symbol": "BTC/USDT", "price": "25837.9", "amount": "0.0001", "side": "buy", "cost": None, "fees": [],
}  # fmt: skip


def trade_of(**changed: Any) -> Trade:
    (trade,) = read(frame(UNIFIED | changed))
    assert isinstance(trade, Trade)
    return trade


def test_a_trade() -> None:
    at = datetime(2023, 9, 26, 8, 26, 0, 565000, tzinfo=UTC)
    assert trade_of() == Trade("BTC/USDT", Decimal("25837.9"), at, Decimal("0.0001"), "4665906")


@pytest.mark.parametrize("price", ["12345.1234567890123456789012345", "1e-7", "0.00000000000000000001", "1E+19", "5"])
def test_digits_stay(price: str) -> None:
    assert trade_of(price=price, amount=price).price.as_tuple() == Decimal(price).as_tuple()
    assert trade_of(price=price, amount=price).quantity == Decimal(price)


def test_a_time_has_the_digits_of_the_text() -> None:
    """ccxt cuts `timestamp` to milliseconds."""
    assert trade_of(datetime="2023-09-26T08:26:00.565123Z").timestamp.microsecond == 565123
    finer = trade_of(datetime="2023-09-26T08:26:00.565123456Z")
    assert (finer.timestamp.microsecond, finer.finer) == (565124, True)


def test_a_time_without_text_is_in_milliseconds() -> None:
    assert trade_of(datetime=None) == trade_of()
    assert instant(UNIFIED) == trade_of().timestamp
    assert instant({"timestamp": None}) is None


def test_a_trade_may_have_neither_quantity_nor_id() -> None:
    trade = trade_of(amount=None, id=None)
    assert (trade.quantity, trade.id) == (None, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"price": 25837.9},
        {"price": 25837},
        {"amount": 0.1},
        {"price": None},
        {"price": "NaN"},
        {"price": "-1"},
        {"price": "0"},
        {"price": "1e21"},
        {"price": "x"},
        {"amount": "Infinity"},
        {"symbol": None},
        {"timestamp": None, "datetime": None},
        {"datetime": "yesterday"},
        {"datetime": None, "timestamp": 10**20},
    ],
)
def test_what_is_no_trade_is_refused(changed: dict[str, Any]) -> None:
    """A number has been a float before it came here."""
    with pytest.raises(NONSENSE):
        read(frame(UNIFIED | changed))


def test_history_is_marked() -> None:
    (trade,) = read(frame(UNIFIED, is_history=True))
    assert isinstance(trade, Trade)
    assert trade.is_history


def test_tickers_keep_their_quote_currency() -> None:
    assert symbol_of("btc-usdt") == Symbol("BTC/USDT", "BTC-USDT", "USDT")
    with pytest.raises(ValueError, match="no pair"):
        symbol_of("BTC")


def test_the_exchange_is_part_of_the_word() -> None:
    assert venue_of_word("ccxt:okx").name == "ccxt:okx"


@pytest.mark.parametrize("exchange", ["", "a/b", "__init__", "OKX"])
def test_a_name_that_none_can_have_is_refused(exchange: str) -> None:
    with pytest.raises(ValueError, match="names no exchange"):
        venue_of(exchange)
