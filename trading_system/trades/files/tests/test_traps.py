"""What looks like a trade and is none, or another one, never becomes one silently: it is refused, and told."""

import io

import msgspec
import pytest

from trades.files.answers import Answers, Wishes
from trades.files.asking import choices
from trades.files.catalogue import shipped
from trades.files.rows import Wrong
from trades.files.statement import Statement

SAXO = "Trade Date,Value Date,Type,Instrument,Instrument ISIN,Instrument Symbol,Event,Amount,Conversion Rate"
XTB = "ID;Type;Time;Symbol;Comment;Amount"
DEGIRO = "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id"
BINANCE = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee"
REPUBLIC = "datetime,date,account_type,category,type,asset_class,name,symbol,shares,price,amount,fee,tax,currency,transaction_id"
REVOLUT = "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency,FX Rate"
SCALABLE = "date;time;status;reference;description;assetType;type;isin;shares;price;amount;fee;tax;currency"
SWISSQUOTE = (
    "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Accrued Interest;Net Amount;Balance;Currency"
)
BITSTAMP = "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type"
COINBASE = "Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Notes"
ETORO = "Position ID,Action,Long / Short,Amount,Units,Open Date,Close Date,Leverage,FX rate at open (USD),Open Rate,Close Rate,Type"

OPTIONS = (
    (DEGIRO, '28-03-2025,15:31,28-03-2025,ABC C10 20JUN25,NL0000000000,"Koop 2 @ 1,5 EUR",,EUR,"-300,00",EUR,"9,00",a'),
    (SCALABLE, "2025-03-28;09:00:00;Executed;S1;Bond;Security;Buy;DE0000000000;1000;98,5;-985,00;0,99;0;EUR"),
)
CUT_WRONG = (
    (BINANCE, "2025-03-01 13:00:00,1INCHUSDT,BUY,0.51,100.0001INCH,51USDT,0.1001INCH"),
    (BINANCE, "2025-03-01 13:00:00,BTCUSDT,BUY,84000,0.01BTC,840USDT,0.1"),
    (BITSTAMP, 'Market,"Jan. 28, 2022, 12:31 AM",Main Account,1.0 ETH,2150.5 EUR,2150.5 EUR,10.75EUR,Sell'),
    (XTB, "1;Stock sale;15.01.2024 10:00:00;JSW.PL;Return position #1 open nominal value;1545.6"),
)
UNKNOWN_WORDS = (
    (REPUBLIC, "2025-11-17T00:00:00Z,2025-11-17,DEFAULT,DELIVERY,SPIN_OFF,STOCK,X,US0000000000,4,10,,,,EUR,t1"),
    (REVOLUT, "2025-11-17T00:00:00Z,NVDA,SELL - SOMEHOW,1,$100,$100,USD,1"),
    (SWISSQUOTE, "31-03-2025 09:05:10;1;Subscription;NESN;N;CH0038863350;12.0;89.50;0.00;0.00;-1074.00;1.00;CHF"),
    (XTB, "1;Zakup;25.10.2024 09:00:02;SPYL.DE;OPEN BUY 30 @ 12.7500;-382.5"),
)
NO_CURRENCY = (
    (XTB, "1;Stock purchase;25.10.2024 09:00:02;SPYL.UK;OPEN BUY 30 @ 12.7500;-382.5"),
    (BINANCE, "2025-03-01 13:00:00,BTCUSDT,BUY,84000,0.01BTC,840,0.00001BTC"),
)


def statement_of(text: str) -> Statement:
    return Statement(io.BytesIO(text.encode()), shipped(), Wishes(answers=Answers(zone="UTC")))


def booked(text: str) -> list[bool]:
    """Of each trade, whether it would be booked."""
    return [not isinstance(row, Wrong) for _, row in statement_of(text).conversion.rows()]


def refused(text: str) -> list[str]:
    """What is said of the rows; nothing is booked and nothing is left out."""
    statement = statement_of(text)
    rows = [row for _, row in statement.conversion.rows()]
    assert list(statement.conversion.left_out) == []
    assert all(isinstance(row, Wrong) for row in rows), rows
    return [row.message for row in rows if isinstance(row, Wrong)]


@pytest.mark.parametrize(("header", "row"), OPTIONS)
def test_a_contract_of_a_hundred_pieces_is_not_booked_as_one(header: str, row: str) -> None:
    [message] = refused(f"{header}\n{row}\n")
    assert "more than one piece" in message


def test_a_fee_that_is_only_a_difference_is_not_what_a_contract_is_more_than_its_price() -> None:
    option = "28-Mar-2025,28-Mar-2025,Trade,Option,,ABC/20M25C10:xcbf,Buy 2 @ 1.55 USD,-310.00,1"
    as_text = msgspec.structs.replace(shipped()["saxo"], kinds=["csv"])
    statement = Statement(io.BytesIO(f"{SAXO}\n{option}\n".encode()), {"saxo": as_text})
    [(_, row)] = statement.conversion.rows()
    assert isinstance(row, Wrong)
    assert "more than one piece" in row.message


@pytest.mark.parametrize(("header", "row"), CUT_WRONG)
def test_a_cell_that_is_not_as_the_layout_has_it_is_refused(header: str, row: str) -> None:
    assert len(refused(f"{header}\n{row}\n")) == 1


@pytest.mark.parametrize(("header", "row"), UNKNOWN_WORDS)
def test_a_row_with_a_quantity_and_a_word_that_nobody_knows_is_refused(header: str, row: str) -> None:
    [message] = refused(f"{header}\n{row}\n")
    assert "a buy, a sell, or no trade" in message


@pytest.mark.parametrize(("header", "row"), NO_CURRENCY)
def test_a_price_without_a_currency_is_refused(header: str, row: str) -> None:
    assert len(refused(f"{header}\n{row}\n")) == 1


def test_a_position_that_is_not_in_dollars_is_refused_as_the_file_does_not_say_in_what_it_is() -> None:
    row = "1,Buy SAP (SAP.DE),Long,517,2,03/02/2025 15:31:07,14/07/2025 16:02:44,1,1.0341,250,260,Stocks"
    [message] = refused(f"{ETORO}\n{row}\n")
    assert "with FX rate at open (USD) '1.0341'" in message


def test_a_position_without_a_rate_is_in_dollars_only_if_the_dollars_invested_are_its_price() -> None:
    said = "1,Buy SAP (SAP.DE),Long,{},2,03/02/2021 15:31:07,14/07/2021 16:02:44,1,-,105,110,Stocks"
    [message] = refused(f"{ETORO}\n{said.format(253)}\n")
    assert "253 is not 2 x 105" in message
    assert booked(f"{ETORO}\n{said.format(210)}\n") == [True, True]


def test_a_conversion_of_coins_that_is_told_in_other_words_is_refused() -> None:
    row = "2025-01-10 08:15:30 UTC,Convert,ETH,-0.4,EUR,3200,1276.80,{}"
    assert booked(f"{COINBASE}\n{row.format('Converted 0.4 ETH to 560 XRP')}\n") == [True, True]
    [message] = refused(f"{COINBASE}\n{row.format('Swapped 0.4 ETH into XRP')}\n")
    assert "Is a trade" in message


def test_what_a_profile_says_of_its_trades_is_told() -> None:
    row = "1,Buy Apple (AAPL),Long,500,2,03/02/2025 15:31:07,14/07/2025 16:02:44,1,1,250,260,Stocks"
    assert "Positions that are still open are not in the file." in choices(statement_of(f"{ETORO}\n{row}\n"))
