"""Rows that real exports have beside plain trades: they are booked as they are meant, or told; never turned round."""

import io

import pytest

from trades.files.library import shipped
from trades.files.rows import Wrong
from trades.files.statement import Statement
from trades.selection import OWN_FIELDS

ACTIVITY = (
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,"
    "Comm/Fee,Basis,Realized P/L,MTM P/L,Code\n"
)
ACCOUNT = "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id\n"
KRAKEN = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin\n"

Read = tuple[list[dict[str, str]], list[str], dict[str, int]]  # trades, what is wrong, rows left out by kind


def read(text: str) -> Read:
    """What a file of a known layout says."""
    conversion = Statement(io.BytesIO(text.encode()), shipped()).conversion
    rows = [row for _, row in conversion.rows()]
    trades = [dict(zip(OWN_FIELDS, row, strict=True)) for row in rows if not isinstance(row, Wrong)]
    wrong = [f"{row.field}: {row.message}" for row in rows if isinstance(row, Wrong)]
    return trades, wrong, {left["kind"]: left["rows"] for left in conversion.left_out}


def fill(of: str, order: str = "order-1") -> str:
    return f'15-12-2025,16:55,15-12-2025,NAME,US9256521090,{of},"{order}"\n'


BUY = '"Koop 1 @ 33,9 USD",,USD,"-33,90",USD,"0,00"'
COST = '"DEGIRO Transactiekosten en/of kosten van derden",,{0},"-1,00",{0},"0,00"'


@pytest.mark.parametrize("code", ["Ca", "O;Ca", "Ca;P", "C; Ca"])
def test_a_cancelled_trade_of_an_activity_statement_is_not_the_opposite_trade(code: str) -> None:
    row = f'Trades,Data,Order,Stocks,USD,AAPL,"2025-11-03, 10:00:00",-10,200,200,2000,0,0,0,0,{code}\n'
    trades, wrong, _ = read(ACTIVITY + row)
    assert trades == []
    assert wrong == ["None: Is of a kind that is not booked: cancellations."]


def test_codes_that_begin_alike_are_no_cancellations() -> None:
    row = 'Trades,Data,Order,Stocks,USD,AAPL,"2025-11-03, 10:00:00",-10,200,200,2000,-1,0,0,0,C;Cash\n'
    trades, _, _ = read(ACTIVITY + row)
    assert [(trade["side"], trade["fee"]) for trade in trades] == [("sell", "1")]


def test_fees_of_an_order_in_two_currencies_are_not_summed() -> None:
    trades, wrong, _ = read(ACCOUNT + fill(BUY) + fill(COST.format("EUR")) + fill(COST.format("USD")))
    assert trades == []
    assert wrong == ["fee: Its fees are in EUR and USD (lines 3, 4)."]


def test_fees_of_an_order_in_one_currency_are_summed() -> None:
    trades, wrong, left = read(ACCOUNT + fill(BUY) + fill(COST.format("EUR")) * 2)
    assert [(trade["fee"], trade["fee_currency"]) for trade in trades] == [("2.00", "EUR")]
    assert wrong == []
    assert list(left.values()) == [2]


def test_a_fee_whose_trade_is_not_in_the_file_is_told_apart() -> None:
    _, _, left = read(ACCOUNT + fill(BUY) + fill(COST.format("EUR"), "order-0"))
    assert left == {"fees without a trade in the file": 1}


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
    [trade], _, _ = read(f"{KRAKEN}T1,O1,{pair},2025-04-01 10:00:00,buy,limit,2,4,0.01,2,0\n")
    assert (trade["ticker"], trade["currency"]) == (ticker, currency)
