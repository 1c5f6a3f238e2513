"""What a proposal makes of money: currencies, fees, pence, debits and credits, and trades in two rows."""

import csv
from typing import Any

import pytest

from trades.files.proposals import Proposal, propose


def proposed(text: str, separator: str = ",") -> Proposal:
    header, *rows = csv.reader(text.strip().splitlines(), delimiter=separator)
    return propose(header, rows)


def columns_of(text: str, separator: str = ",") -> dict[str, Any]:
    found: dict[str, Any] = proposed(text, separator).profile["columns"]
    return found


def doubts(proposal: Proposal, field: str) -> list[str]:
    return [doubt.message for doubt in proposal.doubts if doubt.field == field]


def test_a_fee_may_be_in_a_coin_that_is_no_known_currency() -> None:
    columns = columns_of("""
Pair,Side,Filled Price,Filled Amount,Total,Fee,Fee Currency,Date
BTC/USDT,Buy,64000,0.01,640,0.00002,BTC,2025-06-06 12:00:01
RNVDA/USDT,Buy,180,10,1800,0.01,RNVDA,2025-06-07 00:00:10
""")
    assert (columns["fee"], columns["fee_currency"]) == ("Fee", "Fee Currency")


def test_the_currency_of_a_fee_stands_beside_it_where_columns_have_theirs_beside_them() -> None:
    columns = columns_of("""
Date,Heure,Code ISIN,Quantité,Cours,,Montant devise locale,,Frais de courtage,,ID Ordre
16-06-2025,15:31,US0378331005,-10,"198,5000",USD,"1985,00",USD,"-2,00",EUR,a
03-06-2025,09:05,FR0000120271,40,"52,1000",EUR,"-2084,00",EUR,"-4,90",EUR,b
""")
    assert columns["fee_currency"] == "Frais de courtage+1"
    columns = columns_of("""
Handelsdag,Type,ISIN,Antall,Kurs,Valuta,Kurtasje,Valuta
2025-08-25,SALG,NO0010096985,50,"252,1",NOK,29,NOK
2025-08-18,KJØPT,US0378331005,152,"249,5",USD,39,NOK
""")
    assert columns["fee_currency"] == "Valuta#2"


def test_fees_of_buys_are_in_the_coin_if_their_shares_say_so() -> None:
    proposal = proposed("""
Spot Pairs,Direction,Filled Value,Filled Price,Filled Quantity,Fees,Transaction ID,Timestamp (UTC)
BTCUSDT,BUY,4478.0578,97100.00,0.046118,0.000046118,2290000000522830001,2024-12-09 19:48:23
BTCUSDT,SELL,1960.00,98000.00,0.02,1.96,2290000000522830009,2025-01-02 08:00:01
""")
    [trade] = proposal.profile["trade"]
    assert trade == {"when": {"Direction": ["BUY"]}, "columns": {"fee_currency": {"pair": "Spot Pairs"}}}
    assert (proposal.profile["zone"], proposal.profile["columns"]["external_id"]) == ("UTC", "Transaction ID")


def test_fees_of_pairs_that_name_no_currency_are_told() -> None:
    proposal = proposed("""
Pair,Side,Price,Amount,Fee,Date
ADA/EUR,Buy,0.61,1000,0.61,2025-06-06 12:00:01
ADA/EUR,Sell,0.62,1000,0.62,2025-06-07 12:00:01
""")
    assert doubts(proposal, "fee_currency") == [
        "Fees name no currency: they are booked in that of the price. Exchanges often take them from what is bought."
    ]


def test_a_fee_with_its_coin_behind_it_is_read() -> None:
    columns = columns_of("""
Pairs,Time,Side,Filled Price,Executed Amount,Total,Fee
BTC_USDT,2025-06-06 12:00:01,BUY,64000,0.01,640,0.64USDT
MX_USDT,2025-06-06 12:10:01,SELL,3.1,200,620,0.31MX
""")
    assert columns["fee"] == {"column": "Fee", "pattern": "(?P<fee>[^A-Z]*?) ?[A-Z][A-Z0-9]*"}


def test_the_money_of_rows_in_another_currency_is_not_checked_against_the_rest() -> None:
    text = """
Date,Side,ISIN,Quantity,Price,Currency,Amount in account
2025-06-02,Buy,DE0007164600,10,250.00,EUR,2500.00
2025-06-03,Buy,DE0007164600,12,251.00,EUR,3012.00
2025-06-04,Buy,US0378331005,10,193.00,{},1690.13
"""
    assert columns_of(text.format("USD"))["amount_currency"] == {"value": "EUR"}
    columns = columns_of(text.format("EUR"))
    assert (columns["amount"], "amount_currency" in columns) == ("Amount in account", False)


def test_prices_in_pence_have_their_currency() -> None:
    columns = columns_of("""
Trade date,Reference,Code,Unit cost (p),Quantity,Value (£)
17/11/2024,S1,CCC,2103.27,167,"3,500.51"
05/11/2024,B2,VOD,72.35,2000,"-1,466.19"
""")
    assert (columns["currency"], columns["amount_currency"]) == ({"value": "GBX"}, {"value": "GBP"})


def test_debits_and_credits_say_the_side_and_hold_the_fee() -> None:
    proposal = proposed("""
Date,Symbol,Quantity,Price,Reference,Debit,Credit
26/06/2025,EZJ,3903,£5.38,100A,n/a,"£20,992.15"
13/06/2025,n/a,n/a,n/a,n/a,n/a,£1.32
11/06/2025,VOD,5168,£1.92422,101A,"£9,998.15",n/a
""")
    assert proposal.profile["trade"] == [
        {"when": {"Credit": ["n/a"]}, "columns": {"fee": {"difference": "Debit"}}, "side": "buy"},
        {"when": {"Debit": ["n/a"]}, "columns": {"fee": {"difference": "Credit"}}, "side": "sell"},
    ]
    assert not proposal.missing


def test_letters_begin_sentences_of_trades() -> None:
    proposal = proposed("""
Date,Reference,Details,Debit($),Credit($),Balance($)
24/06/2024,P1,Direct Transfer,7960.00,,0.00
22/06/2024,C2,S 125 NDQ @ 44.680000,,5575.05,7960.00
04/06/2024,C3,B 40 NDQ @ 42.806028,1722.19,,2133.73
""")
    assert proposal.profile["side"] == {"buy": ["B"], "sell": ["S"]}
    assert [trade["columns"] for trade in proposal.profile["trade"]] == [
        {"fee": {"difference": "Debit($)"}},
        {"fee": {"difference": "Credit($)"}},
    ]


def test_of_a_trade_in_two_rows_that_of_the_coin_is_booked() -> None:
    proposal = proposed("""
id,Time,Symbol,Action,Amount,Filled Price,Fee,Fee Unit,Balance Unit
4,2025-11-30 10:00:00,BTC-USDT,Sell,0.005,91000,0,USDT,BTC
5,2025-11-30 10:00:00,BTC-USDT,Buy,455,91000,-0.455,USDT,USDT
2,2025-11-29 08:25:29,BTC-USDT,Sell,900,90000,0,BTC,USDT
1,2025-11-29 08:25:29,BTC-USDT,Buy,0.01,90000,-0.00001,BTC,BTC
""")
    assert proposal.profile["only"] == {"Balance Unit": ["BTC"]}
    assert doubts(proposal, "only")


def test_profits_tell_that_contracts_are_more_than_one_piece() -> None:
    proposal = proposed("""
Instrument,Market pos.,Qty,Entry price,Exit price,Entry time,Exit time,Profit
ES 06-25,Long,2,5950.25,5952.75,6/3/2025 9:31:02 AM,6/3/2025 9:45:10 AM,$250.00
ES 06-25,Short,1,5960.00,5962.00,6/13/2025 10:31:02 AM,6/13/2025 10:41:10 AM,($100.00)
""")
    assert doubts(proposal, "quantity") == [
        "Profit is about 50 x Qty x difference of prices: is it in contracts or lots of more than one piece?"
    ]


def test_a_symbol_stands_before_a_name_in_brackets() -> None:
    columns = columns_of("""
Date,Way,Base amount,Base currency (name),Quote amount,Quote currency
2025-06-03T10:00:00.000Z,BUY,0.01,BTC (Bitcoin),640,EUR
2025-06-04T10:00:00.000Z,SELL,1.5,ETH (Ethereum),3450,EUR
""")
    assert columns["ticker"]["pattern"] == r"(?P<ticker>[A-Z0-9.:-]+) \(.+\)"


@pytest.mark.parametrize(
    ("name", "zone"), [("Date(UTC)", "UTC"), ("Time (UTC+2)", "Etc/GMT-2"), ("GMT-05:00", "Etc/GMT+5")]
)
def test_the_name_of_a_column_of_times_says_their_zone(name: str, zone: str) -> None:
    proposal = proposed(f"{name},Symbol,Side,Qty,Price\n2025-06-03 10:00:00,AAPL,Buy,1,190\n")
    assert proposal.profile["zone"] == zone


def test_what_is_given_and_what_is_got_are_buys_sells_and_swaps() -> None:
    proposal = proposed("""
"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Date","Tx-ID"
"Trade","0.01","BTC","640.00","EUR","0.64","EUR","Kraken","06.06.2025 12:00:01","T1"
"Trade","1.50","ETH","0.05475","BTC","0.0001095","BTC","Kraken","07.06.2025 12:30:00","T2"
"Trade","700.00","EUR","0.01","BTC","0.70","EUR","Kraken","13.06.2025 08:00:00","T3"
"Deposit","1000.00","EUR","-","","-","","Kraken","13.06.2025 08:00:00","D1"
""")
    buy, sell, swap = proposal.profile["trade"]
    assert (buy["when"], buy["side"]) == ({"Cur.#2": ["EUR"]}, "buy")
    assert (sell["when"], sell["side"]) == ({"Cur.#2": ["BTC"], "Cur.": ["EUR"]}, "sell")
    assert sell["columns"] == {"ticker": "Cur.#2", "quantity": "Sell", "price": {"divide": "Buy"}, "currency": "Cur."}
    assert (swap["when"], swap["side"]) == ({"Cur.#2": ["BTC"], "Cur.": ["BTC", "ETH"]}, "buy")
    assert proposal.profile["columns"]["fee_currency"] == "Cur.#3"
    assert doubts(proposal, "trade") == ["Money is EUR: what is given for it is sold, what is got for it is bought."]


def test_the_coins_of_an_amount_share_its_name() -> None:
    proposal = proposed("""
Timestamp (UTC),Currency,Amount,To Currency,To Amount,Native Currency,Native Amount
2025-02-01 10:00:00,BTC,-0.01,ETH,0.2,EUR,950
2025-01-10 10:00:00,EUR,-1000,BTC,0.01,EUR,1000
""")
    assert [trade["when"] for trade in proposal.profile["trade"]] == [
        {"Currency": ["EUR"]},
        {"Currency": ["BTC"], "To Currency": ["BTC", "ETH"]},
    ]


def test_money_holds_the_fee_if_prices_are_round_without_it() -> None:
    text = """
Datum;Typ;Wert;Buchungswährung;Gebühren;Stück;ISIN
2025-01-16T09:30;Kauf;-1.004,99;EUR;4,99;10;IE00BK5BQT80
2025-02-01T10:00;Verkauf;520,01;EUR;4,99;5;IE00BK5BQT80
"""
    assert columns_of(text, ";")["price"] == {"divide": "Wert", "net": True}
    assert columns_of(text.replace("-1.004,99", "-1.000,00").replace("520,01", "525,00"), ";")["price"] == {
        "divide": "Wert"
    }


def test_the_currency_of_a_price_is_named_after_it() -> None:
    columns = columns_of("""
Trade date,ISIN,Side,Units,NAV,NAV currency,Amount,Settlement currency
2025-06-03,IE00BK5BQT80,Buy,10.512,123.10,EUR,1000.00,CHF
""")
    assert (columns["price"], columns["currency"]) == ("NAV", "NAV currency")


@pytest.mark.parametrize(
    ("name", "code"), [("Price in CHF", "CHF"), ("Prezzo euro", "EUR"), ("Price (USD)", "USD"), ("Price €", "EUR")]
)
def test_the_name_of_the_prices_says_their_currency_where_a_column_has_that_of_the_assets(name: str, code: str) -> None:
    proposal = proposed(f"""
Date,Type,ISIN,Quantity,{name},Currency
2025-08-25,Buy,US0378331005,50,252.1,USD
2025-08-18,Sell,NO0010096985,152,249.5,NOK
""")
    assert proposal.profile["columns"]["currency"] == {"value": code}
    assert any(code in message for message in doubts(proposal, "currency"))


def test_a_column_of_one_currency_that_the_name_of_the_prices_says_too_is_taken() -> None:
    columns = columns_of("""
Date,Type,ISIN,Quantity,Price (USD),Currency
2025-08-25,Buy,US0378331005,50,252.1,USD
2025-08-18,Sell,US5949181045,152,249.5,USD
""")
    assert columns["currency"] == "Currency"
