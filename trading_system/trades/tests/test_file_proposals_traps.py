"""What would be booked wrong in silence is left out of a proposal, or told."""

import csv

from trades.files.proposals import Proposal, propose


def proposed(text: str, separator: str = ",") -> Proposal:
    header, *rows = csv.reader(text.strip().splitlines(), delimiter=separator)
    return propose(header, rows)


def doubts(proposal: Proposal, field: str) -> list[str]:
    return [doubt.message for doubt in proposal.doubts if doubt.field == field]


def test_options_that_only_their_symbols_tell_are_left_out() -> None:
    proposal = proposed("""
Trade Date,Symbol,Side,Qty,Price,Currency
06/03/2025,SPY250620C00600000,BUY,2,3.10,USD
06/13/2025,SPY,BUY,10,601.00,USD
""")
    assert proposal.profile["left_out"]["like"]["options"]["column"] == "Symbol"
    assert doubts(proposal, "left_out")


def test_what_takes_a_trade_back_is_no_trade() -> None:
    proposal = proposed("""
Activity,Trade Date,Ticker,Qty,Price,Currency
Trade,2025-06-03,AAPL,10,193.00,USD
Trade,2025-06-13,AAPL,-4,198.50,USD
Div,2025-06-14,AAPL,0,0,USD
Trade Cancel,2025-06-15,AAPL,-10,193.00,USD
""")
    assert proposal.profile["only"] == {"Activity": ["Trade"]}
    assert doubts(proposal, "only") == ["Rows with Trade Cancel in Activity are left out: do they take trades back?"]


def test_what_may_take_trades_back_is_told_where_a_sign_says_the_side() -> None:
    proposal = proposed("""
Trade Date,Ticker,Qty,Price,Currency,Remark
2025-06-03,AAPL,10,193.00,USD,
2025-06-15,AAPL,-10,193.00,USD,reversal
""")
    assert doubts(proposal, "side") == ["Rows with reversal in Remark are booked as trades: do they take some back?"]


def test_compound_words_say_sides() -> None:
    proposal = proposed("""
Datum;Buchungstext;ISIN;Stück;Kurs;Betrag;Währung
03.06.2025;Wertpapierkauf;DE0007164600;10;251,10;-2.511,00;EUR
04.06.2025;Storno Kauf;DE0007164600;10;251,10;2.511,00;EUR
13.06.2025;Wertpapierverkauf;DE0007164600;4;255,00;1.020,00;EUR
""", ";")  # fmt: skip
    assert proposal.profile["side"] == {"buy": ["Wertpapierkauf"], "sell": ["Wertpapierverkauf"]}
    assert doubts(proposal, "side") == ["What is Storno Kauf? (1 rows)"]


def test_words_of_a_side_that_nobody_knows_are_asked() -> None:
    proposal = proposed("""
Trade date,ISIN,Direction,Units,Price,Currency
2025-06-03,IE00BK5BQT80,Subscription,10.5,123.10,EUR
2025-06-13,IE00BK5BQT80,Redemption,5,125.00,EUR
""")
    assert (proposal.profile["columns"]["side"], proposal.missing) == ("Direction", ())
    assert "side" not in proposal.profile


def test_costs_and_rebates_that_are_in_no_trade_are_told() -> None:
    proposal = proposed("""
time,symbol,side,size,price,fee,rebate,currency
2025-06-03T10:00:00Z,BTC,BUY,0.5,100000.00,0,12.50,USD
2025-06-13T10:00:00Z,BTC,SELL,0.2,105000.00,25.20,0,USD
""")
    assert doubts(proposal, "fee") == ["rebate is in no trade, and no part of the fee."]


def test_a_price_beside_a_closing_price_is_that_of_the_opening() -> None:
    proposal = proposed("""
Open Time,Type,Shares,Item,Price,Close Time,Close Price,Currency
2025.06.03 10:00:00,buy,10,AAPL,190.50,2025.06.03 14:00:00,191.00,USD
""")
    assert [(trade["side"], trade["columns"]["price"]) for trade in proposal.profile["trade"]] == [
        ("buy", "Price"),
        ("sell", "Close Price"),
    ]


def test_pence_are_told_where_a_column_says_another_currency() -> None:
    proposal = proposed("""
Trade date,Symbol,Side,Quantity,Price (p),Currency
2025-06-03,VOD,Buy,1000,72.35,GBP
""")
    assert doubts(proposal, "currency") == ["Price (p) looks like pence, but prices are booked in that of Currency."]
