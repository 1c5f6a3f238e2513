"""A profile is proposed for a layout that no profile fits."""

import csv
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files.cells import Cell
from trades.files.header import names_of
from trades.files.kinds import class_of
from trades.files.proposals import Proposal, propose
from trades.files.table_bounds import header_of

ENGLISH = """
Trade Date,Settlement Date,Symbol,Side,Quantity,Price,Commission,Net Amount,Currency,Order ID,Trade ID
03/13/2025,03/17/2025,AAPL,Buy,10,220.50,1.00,-2206.00,USD,o1,t1
03/14/2025,03/18/2025,NVDA,Sell,4,112.25,1.00,448.00,USD,o2,t2
03/14/2025,03/18/2025,NVDA,Sell,6,112.20,1.00,672.20,USD,o2,t3
"""


def rows_of(text: str, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(text.strip().splitlines(), delimiter=separator))


def proposed(text: str, separator: str = ",") -> Proposal:
    header, *rows = rows_of(text, separator)
    return propose(header, rows)


def doubts(proposal: Proposal, field: str) -> list[str]:
    return [doubt.message for doubt in proposal.doubts if doubt.field == field]


def test_columns_are_found_by_the_words_of_the_header() -> None:
    proposal = proposed(ENGLISH)
    assert proposal.profile["columns"] == {
        "timestamp": "Trade Date", "ticker": "Symbol", "currency": "Currency", "quantity": "Quantity", "price": "Price", "fee": "Commission",
        "external_id": "Trade ID", "side": "Side", "amount": "Net Amount",
    }  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["Buy"], "sell": ["Sell"]}
    assert not proposal.missing


def test_a_second_date_is_told() -> None:
    [doubt] = [doubt for doubt in proposed(ENGLISH).doubts if doubt.field == "timestamp"]
    assert doubt.options == ("Trade Date", "Settlement Date")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Handelstag;Uhrzeit;Wertpapierbezeichnung;ISIN;Art;Stück;Kurs;Kurswert;Provision;Währung", "Kauf Verkauf"),
        ("Transactiedatum;Tijd;Product;ISIN;Soort;Aantal;Koers;Bedrag;Kosten;Valuta", "Koop Verkoop"),
        ("Date d'opération;Heure;Libellé;Code ISIN;Sens;Quantité;Cours;Montant;Frais;Devise", "Achat Vente"),
        ("Fecha operación;Hora;Nombre;ISIN;Operación;Títulos;Precio;Importe;Comisión;Divisa", "Compra Venta"),
        ("Data operazione;Ora;Titolo;ISIN;Segno;Quantità;Prezzo;Controvalore;Commissioni;Divisa", "Acquisto Vendita"),
        ("Data do negócio;Hora;Nome;ISIN;Operação;Quantidade;Preço;Valor;Corretagem;Moeda", "Compra Venda"),
        ("Datum;Tid;Värdepapper;ISIN;Typ av transaktion;Antal;Kurs;Belopp;Courtage;Valuta", "Köp Sälj"),
    ],
)
def test_seven_languages_and_a_bit_are_known(header: str, words: str) -> None:
    buy, sell = words.split()
    proposal = proposed(
        f"{header}\n31.03.2025;09:04:11;SAP SE;DE0007164600;{buy};10;250,40;2.504,00;9,95;EUR\n"
        f"28.03.2025;15:30:00;APPLE INC;US0378331005;{sell};4;201,50;806,00;9,95;EUR\n",
        ";",
    )
    names = header.split(";")
    where = proposal.profile["columns"]
    assert {where[name] for name in ("date", "time", "ticker", "side", "quantity", "price", "amount", "fee", "currency")} == {
        name for name in names if name != names[2]}  # fmt: skip
    assert proposal.profile["side"] == {"buy": [buy], "sell": [sell]}
    assert not proposal.missing


@given(st.randoms(use_true_random=False))
def test_the_order_of_columns_says_nothing(random: Random) -> None:
    table = rows_of(ENGLISH)
    order = random.sample(range(len(table[0])), len(table[0]))
    header, *rows = ([row[at] for at in order] for row in table)
    assert propose(header, rows).profile["columns"] == proposed(ENGLISH).profile["columns"]


def test_numbers_that_agree_say_more_than_words() -> None:
    where = proposed("Date,Symbol,Side,Volume,Value,Rate,Total\n"
                     "2025-03-13,AAPL,B,10,7,220.50,2205.00\n2025-03-14,AAPL,S,4,8,221.50,886.00\n").profile["columns"]  # fmt: skip
    assert (where["quantity"], where["price"], where["amount"]) == ("Volume", "Rate", "Total")


def test_an_empty_amount_says_nothing() -> None:
    where = proposed(
        "Date,Symbol,Side,Qty,Price,Amount,Net\n2025-03-13,AAPL,B,10,220.50,,\n2025-03-14,AAPL,S,4,221.50,,7\n"
    ).profile["columns"]
    assert "amount" not in where


def test_the_amount_settles_the_decimal_sign() -> None:
    proposal = proposed("Datum;ISIN;Art;Stück;Kurs;Kurswert\n31.03.2025;DE0007164600;Kauf;1.200;14,502;17.402\n"
                        "28.03.2025;DE0007164600;Verkauf;2.500;14,125;35.312\n", ";")  # fmt: skip
    assert proposal.profile["decimal"] == ","


def test_an_amount_that_is_a_hundred_times_too_large_is_told() -> None:
    proposal = proposed("Date,Symbol,Side,Qty,Price,Amount\n2025-03-13,SPY 250417P500,STO,1,4.05,405.00\n"
                        "2025-03-13,AAPL,Buy,10,220.50,2205.00\n2025-03-14,AAPL,Sell,10,221.50,2215.00\n"
                        "2025-03-14,SPY 250417P500,Buy,3,1.05,315.00\n")  # fmt: skip
    assert any("100 x Qty x Price" in message for message in doubts(proposal, "amount"))
    assert doubts(proposal, "side") == ["What is STO? (1 rows)"]


def test_a_multiplier_is_seen_through_a_fee() -> None:
    proposal = proposed("Date,Symbol,Code,Qty,Price,Amount\n1/16/2026,TSLA,Sell,1,$1.72,$171.95\n1/16/2026,ZETA,Buy,54,$20.50,($1107.00)\n"
                        "1/15/2026,AAPL,Sell,5,$155.00,$775.00\n")  # fmt: skip
    assert any(message.startswith("In 1 rows Amount is 100 x Qty x Price") for message in doubts(proposal, "amount"))
    assert proposal.profile["columns"]["amount"] == "Amount"


def test_options_beside_stocks_are_left_out_and_told() -> None:
    proposal = proposed(
        "Date,Type,Symbol,Side,Qty,Price\n2025-03-13,Equity,AAPL,Buy,10,220.50\n2025-03-14,Equity Option,SPY,Sell,1,4.05\n"
    )
    assert proposal.profile["only"] == {"Type": ["Equity"]}
    assert "Equity Option" in doubts(proposal, "only")[0]


def test_orders_that_were_not_filled_are_no_trades() -> None:
    proposal = proposed("Symbol,Side,Status,Filled,Total Qty,Price,Avg Price,Placed Time,Filled Time\n"
                        "AAPL,Buy,Filled,10,12,150.25,150.20,2025-03-13 09:30:01,2025-03-13 09:30:02\n"
                        "AAPL,Sell,Cancelled,0,10,160.00,,2025-03-13 10:30:01,\n")  # fmt: skip
    assert proposal.profile["only"] == {"Status": ["Filled"]}
    where = proposal.profile["columns"]
    assert (where["quantity"], where["price"], where["timestamp"]) == ("Filled", "Avg Price", "Filled Time")


def test_orders_that_were_filled_in_part_are_told() -> None:
    proposal = proposed(
        "Date,Symbol,Side,Status,Qty,Price\n2025-03-13,AAPL,Buy,Filled,10,220.50\n2025-03-14,AAPL,Sell,Partially Filled,4,221.50\n"
    )
    assert proposal.profile["only"] == {"Status": ["Filled"]}
    assert "Partially Filled" in doubts(proposal, "only")[0]


def test_rows_of_sums_and_of_other_kinds_are_no_trades() -> None:
    proposal = proposed("Trades,Row,Kind,Date,Symbol,Action,Qty,Price\nTrades,Data,Trade,2025-03-13,AAPL,Buy,10,220.50\n"
                        "Trades,SubTotal,Trade,2025-03-13,AAPL,Buy,10,220.50\nTrades,Data,Trade,2025-03-14,AAPL,Sell,4,221.50\n"
                        "Other,Data,a,b,c,d,e,f\n")  # fmt: skip
    assert proposal.profile["only"] == {"Trades": ["Trades"], "Row": ["Data"]}
    proposal = proposed(
        "Date,Type,Symbol,Side,Qty,Price\n2025-03-13,Trade,AAPL,Buy,10,220.50\n2025-03-14,Transfer,AAPL,Sell,4,221.50\n"
    )
    assert proposal.profile["only"] == {"Type": ["Trade"]}
    proposal = proposed(
        "Date,Type,Symbol,Side,Qty,Price\n2025-03-13,Alpha,AAPL,Buy,10,220.50\n2025-03-14,Transfer,AAPL,Sell,4,221.50\n"
    )
    assert proposal.profile["only"] == {"Type": ["Alpha"]}


def test_a_posted_date_and_an_effective_one_are_told_apart() -> None:
    proposal = proposed(
        "Date,Action,Symbol,Quantity,Price\n03/28/2025 as of 03/26/2025,Buy,AAPL,10,$220.50\n03/27/2025,Sell,AAPL,4,$221.50\n"
    )
    assert proposal.profile["columns"]["timestamp"] == {"column": "Date", "pattern": "(?:.* as of )?(?P<timestamp>.*)"}
    assert doubts(proposal, "timestamp")


def test_the_sign_of_money_says_the_side_where_nothing_else_does() -> None:
    proposal = proposed(
        "Date,Symbol,Qty,Price,Amount,Reference\n2025-03-13,AAPL,10,220.50,-2205.00,a\n2025-03-14,AAPL,4,221.50,886.00,b\n"
    )
    assert proposal.profile["side"] == {"by": "amount"}
    assert doubts(proposal, "side")
    assert doubts(proposal, "external_id")


def test_prices_with_the_sign_of_money_are_divided_from_it() -> None:
    proposal = proposed(
        "Date,Symbol,Action,Value,Quantity,Average Price\n2025-03-13,AAPL,Buy,-2205.00,10,-220.50\n2025-03-14,AAPL,Sell,886.00,4,221.50\n"
    )
    assert proposal.profile["columns"]["price"] == {"divide": "Value"}
    assert doubts(proposal, "price")


def test_fees_of_both_signs_and_unknown_or_several_currencies_are_told() -> None:
    proposal = proposed("Date,Symbol,Action,Quantity,Price,Fee,Price Currency,Account Currency\n"
                        "2025-03-13,AAPL,Buy,10,220.50,1.00,CAN,CAD\n2025-03-14,AAPL,Sell,4,221.50,-0.20,CAN,CAD\n")  # fmt: skip
    assert doubts(proposal, "fee") == ["Fees have both signs: is a cost positive, and what is the other?"]
    assert doubts(proposal, "currency") == [
        "The currency of a price is that of Price Currency.", "CAN in Price Currency is no known currency."]  # fmt: skip


def test_the_exchange_at_the_end_of_symbols_has_a_currency() -> None:
    proposal = proposed(
        "Date,Symbol,Side,Qty,Price\n2025-03-13,SAP.DE,Buy,10,250\n2025-03-14,AAPL.US,Buy,4,221.50\n2025-03-14,X.YZ,Buy,4,1\n"
    )
    assert proposal.profile["columns"]["currency"] == {"suffix_of": "Symbol", "words": {".DE": "EUR", ".US": "USD"}}
    assert doubts(proposal, "currency")


def test_rows_without_an_instrument_are_left_out_and_told() -> None:
    proposal = proposed(
        "Buy/Sell,TradeDate,ISIN,Quantity,TradePrice\nBUY,20250313,US0378331005,10,220.5\nSELL,20250314,,-4,1.0612\n"
    )
    assert proposal.profile["left_out"] == {"empty": ["ISIN"]}
    assert doubts(proposal, "left_out") == ["1 rows without ISIN are left out."]


def test_columns_that_have_the_words_among_others_are_told() -> None:
    proposal = proposed(
        "Day,Symbol,Side,My Quantity Of It,Net Price Now\n2025-03-13,AAPL,Buy,10,250\n2025-03-14,AAPL,Sell,4,221.50\n"
    )
    assert doubts(proposal, "quantity") == ["The quantity is taken from My Quantity Of It: is it that?"]
    assert doubts(proposal, "price") == ["The price is taken from Net Price Now: is it that?"]
    assert doubts(proposal, "timestamp") == ["Day is taken for the time of a trade: is it that?"]


def test_rows_of_several_accounts_are_told() -> None:
    proposal = proposed(
        "Date,Account,Symbol,Side,Qty,Price\n2025-03-13,Roth,AAPL,Buy,10,250\n2025-03-14,Joint,AAPL,Sell,4,221.50\n2025-03-14,Joint,AAPL,Sell,4,221.50\n"
    )
    assert doubts(proposal, "account") == ["Account has 2 values: are all of one account?"]


def test_a_doubt_names_the_word_and_what_it_may_be() -> None:
    proposal = proposed("Date,Symbol,Side,Qty,Price\n2025-03-13,AAPL,Buy,10,250\n2025-03-14,AAPL,Frob,4,221.50\n")
    [doubt] = [doubt for doubt in proposal.doubts if doubt.field == "side"]
    assert (doubt.word, doubt.options) == ("Frob", ("buy", "sell", "leave out"))


def test_a_coin_that_its_exchange_calls_a_currency_is_the_instrument() -> None:
    proposal = proposed("Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price\n"
                        "Europe/Amsterdam,2025-03-13,09:30:00,buy,BTC,0.1,EUR,75000\nUTC,2025-03-14,09:30:00,sell,ETH,-1,EUR,1800\n")  # fmt: skip
    where = proposal.profile["columns"]
    assert (where["ticker"], where["currency"], where["zone"]) == ("Currency", "Quote Currency", "Timezone")


def test_a_sentence_beside_a_column_of_sides_gives_no_sides() -> None:
    proposal = proposed("Type,Time,Symbol,Comment\nStock purchase,2025-03-13 09:00:00,SAP.DE,OPEN BUY 5 @ 250.40\n"
                        "Stock sale,2025-03-14 09:00:00,SAP.DE,CLOSE BUY 2/5 @ 251.40\n")  # fmt: skip
    assert "side" not in proposal.profile["sentence"]["pattern"]
    assert proposal.profile["side"] == {"buy": ["Stock purchase"], "sell": ["Stock sale"]}


def test_two_prices_without_a_way_are_no_price() -> None:
    proposal = proposed(
        "Symbol,Size,Entry Price,Exit Price,Entry Time,Exit Time,Value\nES,1,5710,5720,2025-03-10 09:31,2025-03-10 09:41,5710\n"
    )
    assert "price" in proposal.missing
    assert "which way" in doubts(proposal, "price")[0]


def test_a_position_may_stand_among_rows_that_are_none() -> None:
    proposal = proposed("Ticket,Open Time,Type,Size,Item,Price,Close Time,Price\n1,2025-03-10 09:31,buy,2,EURUSD.x,1.08,2025-03-10 09:41,1.09\n"
                        "2,2025-03-10 09:31,balance,Deposit,,,,\n")  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["buy"], "sell": []}
    assert proposal.profile["left_out"] == {"words": ["balance"]}


def test_states_that_are_not_known_are_asked() -> None:
    proposal = proposed(
        "Date,Symbol,Side,Status,Qty,Price\n2025-03-13,AAPL,Buy,Alpha,10,220.50\n2025-03-14,AAPL,Sell,Beta,4,221.50\n"
    )
    assert doubts(proposal, "only") == ["Which of Alpha, Beta in Status are trades?"]


def test_words_that_are_no_trades_are_left_out_by_name_and_others_asked() -> None:
    proposal = proposed("Date,Type,Symbol,Shares,Price\n2025-03-13,Market buy,AAPL,10,220.50\n2025-03-14,Limit sell,AAPL,4,221.50\n"
                        "2025-03-15,Cash Dividend,AAPL,,\n2025-03-16,Custody fee,,,\n2025-03-17,Frobnicate,AAPL,2,220.00\n"
                        "2025-03-18,Frobnicate,AAPL,3,220.00\n2025-03-19,Hello,,,\n")  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["Market buy"], "sell": ["Limit sell"]}
    assert proposal.profile["left_out"]["words"] == ["Cash Dividend", "Custody fee"]
    assert doubts(proposal, "side") == ["What is Frobnicate? (2 rows)"]


@pytest.mark.parametrize("word", ["CLOSE BUY", "Storno Kauf", "Sell to buy", "BTO", "Buy fee", "Reinvestment", "Long"])
def test_a_word_that_could_be_either_is_never_taken(word: str) -> None:
    proposal = proposed(
        f"Date,Type,Symbol,Shares,Price\n2025-03-13,Buy,AAPL,10,220.50\n2025-03-14,Sell,AAPL,4,221.50\n2025-03-15,{word},AAPL,2,221\n"
    )
    assert proposal.profile["side"] == {"buy": ["Buy"], "sell": ["Sell"]}
    assert doubts(proposal, "side") == [f"What is {word}? (1 rows)"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("BUY_TO_OPEN", "buy"), ("Sell short", "sell"), ("Reinvest Shares", "buy"), ("Reinvest Dividend", "left"), ("Savings plan", "buy"),
     ("YOU BOUGHT DUMMY INC (Dividend)", "buy"), ("INTEREST OF THE LAST SALE", "left"), ("Close long", "sell"), ("Cover", "buy"),
     ("Class B", None), ("b", "buy"), ("", None), ("Cancelled Sell", None)],
)  # fmt: skip
def test_words_of_rows_have_classes(word: str, kind: str | None) -> None:
    assert class_of(word) == kind


def test_a_column_that_happens_to_hold_a_b_says_no_side() -> None:
    proposal = proposed("Date,Symbol,Qty,Price,Venue\n2025-03-13,AAPL,10,220.50,A\n2025-03-14,AAPL,-4,221.50,B\n")
    assert proposal.profile["side"] == {"by": "quantity"}


def test_a_text_with_any_name_may_say_the_side_and_that_is_told() -> None:
    proposal = proposed("Datum;ISIN;Stück;Kurs;Info\n03.01.2025;IE00B3RBWM25;2;133,84;Ausführung ORDER Kauf IE00B3RBWM25 1\n"
                        "03.01.2025;IE00B1XNHC34;3;6,48;Ausführung ORDER Kauf IE00B1XNHC34 2\n"
                        "04.01.2025;IE00B1XNHC34;-3;6,48;Storno Ausführung ORDER Kauf IE00B1XNHC34 2\n", ";")  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["Ausführung ORDER Kauf*"], "sell": []}
    assert doubts(proposal, "side") == [
        "Info says what is bought and sold.",
        "What is Storno Ausführung ORDER Kauf*? (1 rows)",
    ]


def test_of_texts_the_beginning_says_the_side() -> None:
    proposal = proposed("Run Date,Action,Symbol,Price ($),Quantity,Amount ($)\n"
                        "01/22/2024,YOU BOUGHT DUMMY CAP INC (AAPL) (Cash),AAPL,190.5,10,-1905.00\n"
                        "01/23/2024,YOU SOLD OTHER CORP (NVDA) (Cash),NVDA,90.5,-4,362.00\n"
                        "01/26/2024,YOU BOUGHT OTHER FUND (VTI) (Cash),VTI,240.10,2,-480.20\n"
                        "01/27/2024,DIVIDEND RECEIVED DUMMY CAP INC,AAPL,,,2.10\n")  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["YOU BOUGHT*"], "sell": ["YOU SOLD*"]}
    assert proposal.profile["left_out"] == {"words": ["DIVIDEND*"]}
    assert "currency" not in proposal.profile["columns"]
    assert doubts(proposal, "currency") == ["Amounts have the sign $, which several currencies share."]


@pytest.mark.parametrize(("letters", "words"), [("AV", "Segno"), ("KV", "Art"), ("CV", "C/V"), ("BS", "B/S")])
def test_letters_are_sides_in_pairs(letters: str, words: str) -> None:
    buy, sell = letters
    proposal = proposed(f"Data,Ticker,{words},Qty,Price\n2025-03-13,ENI,{buy},10,14\n2025-03-14,ENI,{sell},4,15\n")
    assert proposal.profile["side"] == {"buy": [buy], "sell": [sell]}


def test_without_words_the_sign_says_the_side() -> None:
    proposal = proposed("Date,Symbol,Quantity,Price\n2025-03-13,AAPL,10,220.50\n2025-03-14,AAPL,-4,221.50\n")
    assert proposal.profile["side"] == {"by": "quantity"}
    assert not proposal.missing


def test_without_signs_the_side_is_missing() -> None:
    proposal = proposed("Date,Symbol,Quantity,Price\n2025-03-13,AAPL,10,220.50\n2025-03-14,AAPL,4,221.50\n")
    assert proposal.missing == ("side",)
    assert doubts(proposal, "side")


def test_fees_of_several_columns_are_added_with_the_sign_of_a_cost() -> None:
    proposal = proposed("Date,Symbol,Side,Qty,Price,Commission,SEC Fee,Fee Currency,Currency\n"
                        "2025-03-13,AAPL,B,10,220.50,-1.00,0,USD,USD\n2025-03-14,AAPL,S,4,221.50,-1.00,-0.02,USD,USD\n")  # fmt: skip
    assert proposal.profile["columns"]["fee"] == {"sum": ["Commission", "SEC Fee"], "cost": "negative"}
    assert proposal.profile["columns"]["fee_currency"] == "Fee Currency"
    assert doubts(proposal, "fee")


def test_a_column_that_is_the_sum_of_fees_is_the_fee() -> None:
    proposal = proposed("Date,Symbol,Side,Qty,Price,Commission,SEC Fee,Total Fees\n"
                        "2025-03-13,AAPL,B,10,220.50,1.00,0,1.00\n2025-03-14,AAPL,S,4,221.50,1.00,0.02,1.02\n")  # fmt: skip
    assert proposal.profile["columns"]["fee"] == "Total Fees"


def test_no_fees_are_told() -> None:
    assert doubts(proposed("Date,Symbol,Side,Qty,Price\n2025-03-13,AAPL,B,10,220.50\n"), "fee") == [
        "No column holds fees: none are booked, and amounts may hold them."
    ]


def test_an_id_that_two_rows_share_is_no_id_of_a_fill() -> None:
    assert "external_id" not in proposed(ENGLISH.replace(",t3", ",t2")).profile["columns"]


def test_a_trade_in_a_text_gets_a_pattern() -> None:
    proposal = proposed("Datum;ISIN;Omschrijving\n31-03-2025;DE0007164600;Koop 10 @ 250,40 EUR\n28-03-2025;DE0007164600;Verkoop 4 @ 251,10 EUR\n"
                        "27-03-2025;;Rente\n", ";")  # fmt: skip
    assert proposal.profile["sentence"]["column"] == "Omschrijving"
    assert proposal.profile["side"] == {"buy": ["Koop"], "sell": ["Verkoop"]}
    assert not proposal.missing


@pytest.mark.parametrize(
    ("one", "two", "decimal"),
    [
        ("1.200 @ 14,502", "10 @ 250,40", ","),
        ("1,200 @ 14.502", "10 @ 250.40", "."),
        ("1.200 @ 14.502", "10 @ 250", None),
    ],
)
def test_the_decimal_sign_of_a_text_is_found_or_asked(one: str, two: str, decimal: str | None) -> None:
    proposal = proposed(
        f"Datum;ISIN;Omschrijving\n31-03-2025;DE0007164600;Koop {one} EUR\n28-03-2025;DE0007164600;Verkoop {two} EUR\n",
        ";",
    )
    assert proposal.profile.get("decimal") == decimal
    assert bool(doubts(proposal, "decimal")) == (decimal is None)


def test_a_text_that_closes_a_buy_is_asked() -> None:
    proposal = proposed(
        "Date,Symbol,Comment\n2025-03-13,SAP.DE,OPEN BUY 5 @ 250.40\n2025-03-14,SAP.DE,CLOSE BUY 2/5 @ 251.40\n"
    )
    assert proposal.profile["side"] == {"buy": ["OPEN BUY"], "sell": []}
    assert doubts(proposal, "side") == ["What is CLOSE BUY?"]


@pytest.mark.parametrize(
    ("ticker", "values", "where"),
    [
        ("Pair", "BTC/EUR ETH/EUR", {"pair": "Pair"}),
        (
            "Security",
            "Fund\u00a0(IE00BK5BQT80) Stock\u00a0(US0378331005)",
            {"column": "Security", "pattern": r".*?\b(?P<ticker>[A-Z]{2}[A-Z0-9]{9}[0-9])\b.*"},
        ),
        ("ISIN", "IE00BK5BQT80 US0378331005", "ISIN"),
    ],
)
def test_an_instrument_is_found_in_its_column(ticker: str, values: str, where: Any) -> None:
    one, two = values.split(" ")
    proposal = proposed(f"Date,{ticker},Side,Qty,Price\n2025-03-13,{one},B,10,220.50\n2025-03-14,{two},S,4,221.50\n")
    assert proposal.profile["columns"]["ticker"] == where


def test_an_amount_is_divided_where_there_is_no_price() -> None:
    proposal = proposed("Datum;Transactietype;Waarde (netto);ISIN;Aantal;Kosten\n2024-07-23;Aankoop;-5;IE00BKX55T58;0,052361;\n"
                        "2024-11-29;Verkoop;10,799;IE00BKX55T58;0,104341;\n", ";")  # fmt: skip
    assert proposal.profile["columns"]["price"] == {"divide": "Waarde (netto)"}
    assert proposal.profile["columns"]["fee"] == "Kosten"
    assert doubts(proposal, "price")


def test_two_amounts_are_not_divided_by_one_another() -> None:
    proposal = proposed(
        "Date,Type,Symbol,USD Amount USD,BTC Amount BTC\n2025-03-10,Buy,BTCUSD,(820.00),0.01\n2025-03-11,Sell,BTCUSD,410.00,(0.005)\n"
    )
    assert {"quantity", "price"} <= set(proposal.missing)


@pytest.mark.parametrize("text", ["Vodafone Group Ordinary 20/21 {}", "{} Vodafone Group (VOD)"])
def test_a_name_beside_its_side_is_the_instrument(text: str) -> None:
    proposal = proposed(f"Trade date,Description,Unit cost (p),Quantity\n13/03/2025,{text.format('Buy')},72.5,1000\n"
                        f"14/03/2025,{text.format('Sell')},73.1,500\n14/03/2025,Interest,n/a,n/a\n")  # fmt: skip
    assert proposal.profile["sentence"]["column"] == "Description"
    assert proposal.profile["side"] == {"buy": ["Buy"], "sell": ["Sell"]}
    assert not proposal.missing
    assert doubts(proposal, "ticker")


def test_units_behind_numbers_are_a_currency_of_their_own() -> None:
    proposal = proposed("Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n2025-03-10 14:31:07,BTCUSDT,BUY,82000.50,0.01BTC,820.005USDT,0.00001BTC\n"
                        "2025-03-11 14:31:07,ETHUSDT,SELL,1900.25,0.5ETH,950.125USDT,0.95USDT\n")  # fmt: skip
    assert proposal.profile["columns"]["fee_currency"]["column"] == "Fee"
    assert doubts(proposal, "fee_currency")
    assert doubts(proposal, "ticker")


def test_a_column_without_a_name_holds_the_currency_of_its_left_one() -> None:
    proposal = proposed(
        "Date,ISIN,Quantity,Price,,Order ID\n2025-03-13,DE0007164600,10,250.4,EUR,a\n2025-03-14,US0378331005,-4,218.5,USD,b\n"
    )
    assert proposal.profile["columns"]["currency"] == "Price+1"


def test_a_row_with_a_buy_and_a_sell_is_two_trades() -> None:
    proposal = proposed(
        "symbol,qty,buyPrice,sellPrice,boughtTimestamp,soldTimestamp,Commission\n"
        "MNQU6,1,30448.50,30523.50,06/17/2026 09:41:04,06/17/2026 09:43:57,1.20\n"
    )
    buy = {"price": "buyPrice", "timestamp": "boughtTimestamp", "external_id": "", "fee": ""}
    sell = {"price": "sellPrice", "timestamp": "soldTimestamp", "external_id": ""}
    assert proposal.profile["trade"] == [{"side": "buy", "columns": buy}, {"side": "sell", "columns": sell}]
    assert not proposal.missing
    assert doubts(proposal, "trade")


@pytest.mark.parametrize(
    "header",
    ["Market,Side,Size,Entry Price,Exit Price,Entry Time,Exit Time", "Symbol,Type,Lots,Open Price,Close Price,Open Time,Close Time",
     "Symbol,Type,Volume,Price,Price,Time,Time"],
)  # fmt: skip
def test_a_position_is_an_opening_and_a_closing(header: str) -> None:
    proposal = proposed(
        f"{header}\nES,Long,1,5710,5720,2025-03-10 09:31,2025-03-10 09:41\nES,Short,2,5720,5710,2025-03-11 09:31,2025-03-11 09:41\n"
    )
    side, quantity, entry, exit_ = [*names_of(header.split(","))][1:5]
    trades = proposal.profile["trade"]
    assert [(trade["when"], trade["side"], trade["columns"]["price"]) for trade in trades] == [
        ({side: ["Long"]}, "buy", entry), ({side: ["Long"]}, "sell", exit_), ({side: ["Short"]}, "sell", entry), ({side: ["Short"]}, "buy", exit_),
    ]  # fmt: skip
    assert proposal.profile["columns"]["quantity"] == quantity
    assert not proposal.missing


def test_typed_cells_need_no_words_for_their_forms() -> None:
    from datetime import datetime

    rows: list[list[Cell]] = [[datetime(2025, 3, 13, 9, 30), "AAPL", "Buy", Decimal(10), Decimal("220.5")],
                              [datetime(2025, 3, 14, 9, 30), "AAPL", "Sell", Decimal(4), Decimal("221.5")]]  # fmt: skip
    proposal = propose(["When", "Symbol", "Side", "Qty", "Px"], rows)
    assert not proposal.missing


def test_the_header_is_found_below_titles_and_in_the_right_section() -> None:
    rows = rows_of("Statement of account 1\n\nOrders\n,Time Placed,Side,Qty,Symbol,Price,Status\n,2025-03-13 09:29,BUY,10,AAPL,~,FILLED\n\n"
                   "Trades\n,Exec Time,Side,Qty,Symbol,Price,Net Price\n,2025-03-13 09:30,BUY,10,AAPL,220.5,220.5\n\n"
                   "Profits\nSymbol,Description,Open,Close\nAAPL,Apple,1,2\n")  # fmt: skip
    at = header_of(rows)
    assert at == 7
    proposal = propose(rows[at], rows[at + 1 :])
    assert proposal.profile["ends"] == "blank"
    assert not proposal.missing


def test_the_title_of_the_next_section_ends_this_one() -> None:
    rows = rows_of("Time,Side,Qty,Symbol,Price\n2025-03-13,BUY,10,AAPL,220.5\nleft over,,,,\n2025-03-14,SELL,10,AAPL,220.5\n"
                   "Profits,,,,\nSymbol,Description,Quantity,Price\nAAPL,Apple,1,2\n")  # fmt: skip
    assert propose(rows[0], rows[1:]).profile["ends"] == "Profits"  # type: ignore[arg-type]


def test_a_file_without_a_header_has_none() -> None:
    assert header_of(rows_of("2025-03-13,AAPL,B,10,220.50\n2025-03-14,AAPL,S,4,221.50\n")) is None
    assert header_of([]) is None
    assert header_of(rows_of("Date,Symbol,Side,Qty,Price")) is None


def test_columns_in_words_that_nobody_knows_are_still_columns() -> None:
    assert header_of(rows_of("Account of A. Sample\n\nWann,Woran,Wieviel\n2025-03-13,XYZ,10\n")) == 2


def test_columns_without_rows_are_no_error() -> None:
    proposal = propose(["Date", "Symbol", "Side", "Qty", "Price"], [])
    assert "side" in proposal.missing


@given(st.lists(st.lists(st.sampled_from(["", "1", "-2.5", "1,5", "AAPL", "Buy", "Sell", "2025-03-13", "USD", "Filled", "0.1BTC", "x y z"]), min_size=3, max_size=3), max_size=5),
       st.lists(st.sampled_from(["", "Date", "Symbol", "Side", "Qty", "Price", "Amount", "Fee", "Currency", "ID", "Status"]), min_size=3, max_size=3))  # fmt: skip
def test_any_table_gets_a_proposal(rows: list[list[str]], header: list[str]) -> None:
    proposal = propose(header, rows)
    assert set(proposal.missing) <= {"ticker", "side", "quantity", "price", "timestamp"}
