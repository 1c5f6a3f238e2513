"""Pairs of coins are cut where their coins meet, also where they are written in one word."""

import io

import pytest

from trades.files.catalogue import shipped
from trades.files.parts import split
from trades.files.rows import Wrong
from trades.files.statement import Statement
from trades.selection import OWN_FIELDS

KRAKEN = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin\n"
BINANCE = '"Date(UTC)","Pair","Side","Price","Executed","Amount","Fee"\n'


def read(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """The trades of a file of a known layout, and what is wrong."""
    rows = [row for _, row in Statement(io.BytesIO(text.encode()), shipped()).conversion.rows()]
    trades = [dict(zip(OWN_FIELDS, row, strict=True)) for row in rows if not isinstance(row, Wrong)]
    return trades, [f"{row.field}: {row.message}" for row in rows if isinstance(row, Wrong)]


@pytest.mark.parametrize(
    ("pair", "ticker", "currency"),
    [
        ("TRXXBT", "TRX", "BTC"), ("AVAXXBT", "AVAX", "BTC"), ("XTZEUR", "XTZ", "EUR"), ("XTZXBT", "XTZ", "BTC"),
        ("XXBTZUSD", "BTC", "USD"), ("XETHXXBT", "ETH", "BTC"), ("USDTZUSD", "USDT", "USD"), ("XBTUSDT", "BTC", "USDT"),
        ("ZEURZUSD", "EUR", "USD"), ("ALGO/EUR", "ALGO", "EUR"), ("XRPEUR", "XRP", "EUR"), ("XDGUSD", "DOGE", "USD"),
        ("XXRPZEUR", "XRP", "EUR"), ("SNXETH", "SNX", "ETH"), ("XMLNXETH", "MLN", "ETH"), ("BTC/USD", "BTC", "USD"),
    ],
)  # fmt: skip
def test_a_pair_of_kraken_is_cut_where_its_coins_meet(pair: str, ticker: str, currency: str) -> None:
    [trade], _ = read(f"{KRAKEN}T1,O1,{pair},2025-04-01 10:00:00,buy,limit,2,4,0.01,2,0\n")
    assert (trade["ticker"], trade["currency"]) == (ticker, currency)


def test_a_pair_of_binance_is_cut_by_its_coins() -> None:
    row = "2025-03-01 12:30:00,{},BUY,0.5,10.00{},5.00{},0.01BNB\n"
    trades, wrong = read(BINANCE + row.format("BATUSD", "BAT", "USD") + row.format("1INCHUSDT", "1INCH", "USDT"))
    assert [(trade["ticker"], trade["currency"], trade["fee_currency"]) for trade in trades] == [("BAT", "USD", "BNB")]
    assert wrong == ["None: Is of a kind that is not booked: coins whose name begins with a digit."]


@pytest.mark.parametrize(
    ("pair", "halves"),
    [
        ("BNBUSD", ("BNB", "USD")), ("DOTUSD", ("DOT", "USD")), ("USDTUSD", ("USDT", "USD")), ("SHIBUSD", ("SHIB", "USD")),
        ("BTCBUSD", ("BTC", "BUSD")), ("XRPTUSD", ("XRP", "TUSD")), ("BNBBUSD", ("BNB", "BUSD")), ("DOTBUSD", ("DOT", "BUSD")),
        ("USDTTUSD", ("USDT", "TUSD")), ("BTCTRY", ("BTC", "TRY")),
    ],
)  # fmt: skip
def test_a_pair_in_one_word_is_cut_before_its_currency(pair: str, halves: tuple[str, str]) -> None:
    assert split(pair) == halves
