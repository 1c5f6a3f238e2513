"""What is wrong with a profile is said when it is kept, not when a file is read by it."""

import re
from typing import Any

import pytest

from trades.files.answers import Answers
from trades.files.catalogue import parse
from trades.files.conversion import Conversion
from trades.files.header import Header
from trades.files.layout import Layout
from trades.files.patterns import MAX_PATTERNS

COLUMNS = {"ticker": "Symbol", "price": "Price", "quantity": "Qty", "date": "Day", "side": "Side"}
NAMES = ["Symbol", "Price", "Qty", "Day", "Side"]


def profile(**columns: Any) -> dict[str, Any]:
    return {"title": "", "header": NAMES, "columns": COLUMNS | columns}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ticker": {"column": "Symbol", "pattern": ".*"}}, "pattern: .*: Has no group that is the text of ticker."),
        ({"account": {"above": "Account .*"}}, "pattern: Account .*: Has no group that is the text of account."),
        ({"ticker": {"pair": "Symbol", "pattern": "(.*)/(.*)"}}, "Of a pair, it needs the groups ticker and currency."),
        ({"price": {"value": "ten"}}, "columns: The value of price is no number as 1234.56: ten."),
    ],
)
def test_what_no_row_could_be_read_by_is_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse(profile(**columns))


def test_expressions_that_would_be_slow_and_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="pattern too large"):
        parse(profile(ticker={"column": "Symbol", "pattern": "(" + "[^a].{900}" * 90 + ")"}))
    like = {f"kind {number}": {"column": "Side", "pattern": f"x{number}"} for number in range(MAX_PATTERNS + 1)}
    with pytest.raises(ValueError, match="Has 201 expressions, of at most 200"):
        parse(profile() | {"left_out": {"like": like}})


@pytest.mark.parametrize("where", [{"column": "Price", "pattern": "USD (.*)"}, {"value": "-12.50"}])
def test_one_group_or_a_number_will_do(where: dict[str, Any]) -> None:
    parse(profile(price=where))


def test_a_row_of_fees_that_ends_early_costs_nothing() -> None:
    fees = {"column": "Side", "words": ["fee"], "amount": "Fee", "key": "Symbol", "currency": "Cur"}
    data = profile(currency="Cur") | {"fee_rows": fees, "dates": "YMD", "side": {"buy": ["buy"], "sell": ["sell"]}}
    rows = [["AAPL", "1", "1", "2025-06-06", "buy", "", "USD"], ["AAPL", "", "", "", "fee"]]
    layout = Layout(parse(data), Header(1, [*NAMES, "Fee", "Cur"]), Answers(zone="UTC"))
    [(line, texts), *_] = Conversion(layout, lambda: enumerate(rows, 2)).rows()
    assert (line, texts[0]) == (2, "AAPL")
