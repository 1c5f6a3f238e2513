"""Rows that real exports have beside plain trades: they are booked as they are meant, or told; never turned round."""

import io

import pytest

from trades.files.asking import choices
from trades.files.catalogue import shipped
from trades.files.rows import Wrong
from trades.files.statement import Statement
from trades.selection import OWN_FIELDS

ACTIVITY = (
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,"
    "Comm/Fee,Basis,Realized P/L,MTM P/L,Code\n"
)
ACCOUNT = "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id\n"

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


@pytest.mark.parametrize("order", ["order-0", ""])
def test_a_fee_whose_trade_is_not_in_the_file_is_told_apart(order: str) -> None:
    _, _, left = read(ACCOUNT + fill(BUY) + fill(COST.format("EUR"), order))
    assert left == {"fees without a trade in the file": 1}


T212 = (
    "Action,Time,ISIN,Ticker,No. of shares,Price / share,Currency (Price / share),Total,Currency (Total),ID,"
    "Currency conversion fee,Currency (Currency conversion fee),Finra fee,Currency (Finra fee)\n"
)


@pytest.mark.parametrize(
    ("fees", "currency"), [("0.5,EUR,,", "EUR"), ("0.5,,,", "GBP"), ("0.5,EUR,0.1,EUR", "EUR"), (",,,", "")]
)
def test_a_fee_is_in_the_currency_beside_it(fees: str, currency: str) -> None:
    [trade], _, _ = read(f"{T212}Market buy,2025-12-18 14:30:03,US1,CSCO,10,49.96,USD,400,GBP,E1,{fees}\n")
    assert trade["fee_currency"] == currency


def test_fees_of_a_row_in_two_currencies_are_refused() -> None:
    _, wrong, _ = read(f"{T212}Market buy,2025-12-18 14:30:03,US1,CSCO,10,49.96,USD,400,GBP,E1,0.5,EUR,0.1,USD\n")
    assert wrong == ["fee_currency: Is EUR and USD in one row."]


def test_a_total_in_the_currency_of_the_price_has_to_be_that_of_the_trade() -> None:
    _, wrong, _ = read(f"{T212}Market buy,2025-12-18 14:30:03,US1,CSCO,10,49.96,USD,999.6,USD,E1,,,,\n")
    assert [error.partition(":")[0] for error in wrong] == ["amount"]


SWISSQUOTE = (
    "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Accrued Interest;Net Amount;Balance;Currency\n"
)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("10-08-2025 15:30:02;1;Buy;BND;A BOND;CH1;10000.0;99.50;30.00;12.00;-9992.00;0;CHF", "amount"),
        ("10-08-2025 15:30:02;1;Reversal (Buy);ORFN;A FUND;US1;200.0;19.85;5.96;0.00;3975.96;0;USD", "side"),
    ],
)
def test_a_bond_and_a_reversal_of_swissquote_are_refused(row: str, field: str) -> None:
    trades, wrong, _ = read(f"{SWISSQUOTE}{row}\n")
    assert trades == []
    assert wrong[0].startswith(f"{field}: ")


HISTORY = (
    "Summary,Header,Field Name,Field Value\nSummary,Data,Base Currency,{}\n"
    "Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,"
    "Gross Amount ,Commission,Net Amount\n"
)


@pytest.mark.parametrize(("base", "gross"), [("CHF", "-1990"), ("JPY", "-300000"), ("USD", "-2000")])
def test_fees_of_a_history_are_in_the_base_currency(base: str, gross: str) -> None:
    row = f"Transaction History,Data,2026-05-21,U1,A NAME,Buy,AAPL,10,200,USD,{gross},-1,-1\n"
    [trade], wrong, _ = read(HISTORY.format(base) + row)
    assert (trade["currency"], trade["fee"], trade["fee_currency"]) == ("USD", "1", base)
    assert wrong == []


def test_a_quantity_of_revolut_with_a_decimal_comma_is_not_read_as_thousands() -> None:
    header = "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency,FX Rate\n"
    row = '2025-09-08T07:29:03Z,MSFT,BUY - MARKET,"1,766",€26.09,€46.07,EUR,1\n'
    trades, wrong, _ = read(header + row)
    assert trades == []
    assert wrong[0].startswith("amount: ")


FIDELITY = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),"
    "Amount ($),Settlement Date\n"
)


@pytest.mark.parametrize(("numbers", "told"), [("X1 X2 X1", "2 accounts (X1, X2)"), ("X1 X1", "")])
def test_trades_of_several_accounts_are_told(numbers: str, told: str) -> None:
    row = "03/14/2025,ROTH,{},YOU BOUGHT APPLE INC (AAPL) (Cash),AAPL,APPLE INC,Cash,200,10,,,-2000,03/17/2025\n"
    dividend = "03/14/2025,ROTH,X9,DIVIDEND RECEIVED APPLE INC,AAPL,APPLE INC,Cash,,,,,20,03/17/2025\n"
    text = FIDELITY + "".join(map(row.format, numbers.split())) + dividend
    statement = Statement(io.BytesIO(text.encode()), shipped())
    list(statement.conversion.rows())
    said = [choice for choice in choices(statement) if "accounts" in choice]
    assert bool(said) == bool(told)
    assert told in "".join(said)


def test_a_sell_above_zero_takes_back_another_where_sells_are_below_zero() -> None:
    row = "03/14/2025,ROTH,X1,YOU SOLD APPLE INC (AAPL),AAPL,APPLE INC,Cash,200,{},,,{},03/17/2025\n"
    trades, wrong, _ = read(FIDELITY + row.format("-10", "2000") + row.format("10", "-2000"))
    assert [trade["side"] for trade in trades] == ["sell"]
    assert wrong == ["quantity: Is above zero (10) in a sell. Is it a cancellation?"]


def test_a_bond_of_flatex_is_refused() -> None:
    header = (
        "Buchungstag;Valuta;Bezeichnung;ISIN;Nominal (Stk.);;Betrag;;Kurs;;Devisenkurs;TA.-Nr.;Buchungsinformation\n"
    )
    row = "03.01.2025;06.01.2025;A BOND;DE0000000001;10000;EUR;9950,00;EUR;99,50;%;1,000;4;Ausführung ORDER Kauf DE0000000001 5\n"
    trades, wrong, _ = read(header + row)
    assert trades == []
    assert wrong == ["None: Is of a kind that is not booked: prices in percent."]


def test_coins_of_revolut_have_to_be_worth_what_the_row_says() -> None:
    header = "Symbol,Type,Quantity,Price,Value,Fees,Date\n"
    rows = 'BTC,Sell,0.00027963,"€35,761.54",€10.00,€0.24,2025-03-08T14:08:54Z\nXRP,Buy,"1,027",€2,€2.05,€0.01,2025-03-08T14:08:54Z\n'
    trades, wrong, _ = read(header + rows)
    assert [trade["ticker"] for trade in trades] == ["BTC"]
    assert [error.partition(":")[0] for error in wrong] == ["amount"]
