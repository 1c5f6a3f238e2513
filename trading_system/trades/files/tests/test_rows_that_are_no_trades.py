"""What is not known to be a trade is left out by name, or refused; it is never booked."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from trades.files.catalogue import parse, shipped
from trades.files.cells import Malformed
from trades.files.profile import Profile
from trades.files.rows import Wrong
from trades.files.statement import Statement

SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
FIDELITY = (
    "Run Date,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),Amount ($),Settlement Date\n"
)
ETRADE = (
    "Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,Cusip,Quantity #,Price $,"
    "Amount $,Commission\n"
)
WEBULL = "Name,Symbol,Side,Status,Filled,Total Qty,Price,Avg Price,Time-in-Force,Placed Time,Filled Time\n"
PLAIN = {
    "title": "Sample",
    "header": ["Day", "Symbol", "Side", "Pieces", "Price"],
    "zone": "UTC",
    "columns": {
        "timestamp": "Day", "ticker": "Symbol", "side": "Side", "quantity": "Pieces", "price": "Price",
        "currency": {"column": "Money", "value": "USD"},
    },
    "side": {"buy": ["bought"], "sell": ["sold"]},
}  # fmt: skip
HEADER = "Day,Symbol,Side,Pieces,Price"
ROW = "2025-03-14,AAPL,bought,1,2"

SAMPLES = Path(__file__).with_name("samples")

Read = tuple[list[int], dict[int, str], dict[str, int]]  # lines of trades, what is wrong by line, rows left out by kind


def read(text: str, mapping: Profile | None = None) -> Read:
    statement = Statement(io.BytesIO(text.encode()), {"own": mapping} if mapping else shipped())
    trades: list[int] = []
    wrong: dict[int, str] = {}
    for line, row in statement.conversion.rows():
        if isinstance(row, Wrong):
            wrong[line] = f"{row.field}: {row.message}"
        else:
            trades.append(line)
    return trades, wrong, {left["kind"]: left["rows"] for left in statement.conversion.left_out}


def by(**more: object) -> Profile:
    return parse({**PLAIN, **more})


@pytest.fixture
def own() -> Callable[..., Read]:
    """Reads rows by the plain profile, with more in it."""
    return lambda text, **more: read(text, by(**more))


def test_rows_like_an_expression_are_left_out_under_its_name(own: Callable[..., Read]) -> None:
    said = {"like": {"options": {"column": "Symbol", "pattern": r"[A-Z]+\d{6}[CP]\d+"}}}
    trades, wrong, left = own(f"{HEADER}\n{ROW}\n2025-03-14,AAPL250620C00200000,bought,1,2\n", left_out=said)
    assert (trades, wrong, left) == ([2], {}, {"options": 1})


def test_a_word_with_more_behind_it_is_counted_as_the_word(own: Callable[..., Read]) -> None:
    texts = ("Dividend of May", "dividend of June", "DIVIDEND", "Dividends")
    text = f"{HEADER}\n{ROW}\n" + "".join(f"2025-03-14,AAPL,{said},,\n" for said in texts)
    assert own(text, left_out={"words": ["Dividend *"]}) == ([2], {}, {"Dividend": 3, "Dividends": 1})


def test_a_condition_may_be_the_beginning_of_a_word(own: Callable[..., Read]) -> None:
    text = f"{HEADER},Class\n{ROW},Stocks - USA\n{ROW},Bonds\n"
    assert own(text, only={"Class": ["Stocks*"]}) == ([2], {}, {"Bonds": 1})


def test_a_condition_of_a_column_that_a_file_may_lack_counts_where_it_is(own: Callable[..., Read]) -> None:
    said = {"Level": ["FILL"]}
    assert own(f"{HEADER}\n{ROW}\n", only_if_there=said)[0] == [2]
    assert own(f"{HEADER},Level\n{ROW},FILL\n{ROW},ORDER\n", only_if_there=said) == ([2], {}, {"ORDER": 1})


def test_a_condition_of_a_column_that_is_needed_is_not_passed_over(own: Callable[..., Read]) -> None:
    with pytest.raises(Malformed, match="no column Level"):
        own(f"{HEADER}\n{ROW}\n", only={"Level": ["FILL"]})


def test_a_value_stands_for_a_column_that_a_file_lacks(own: Callable[..., Read]) -> None:
    for header, cell, code in (("", "", "USD"), (",Money", ",EUR", "EUR")):
        file = io.BytesIO(f"{HEADER}{header}\n{ROW}{cell}\n".encode())
        [(_, row)] = Statement(file, {"own": by()}).conversion.rows()
        assert code in row  # type: ignore[operator]


def test_dashes_stand_for_no_number(own: Callable[..., Read]) -> None:
    columns = {**PLAIN["columns"], "fee": "Cost"}  # type: ignore[dict-item]
    assert own(f"{HEADER},Cost\n{ROW},--\n{ROW},-\n", columns=columns) == ([2, 3], {}, {})


@pytest.mark.parametrize("action", ["Cancel Buy", "Cancel Sell", "Something New"])
def test_what_a_broker_writes_for_a_cancelled_trade_is_refused_by_name(action: str) -> None:
    trades, wrong, _ = read(f'{SCHWAB}"03/14/2025","{action}","AAPL","APPLE INC","10","$200.00","","$2,000.00"\n')
    assert trades == []
    assert action in wrong[2]


def test_a_buy_below_zero_is_refused() -> None:
    text = f"{FIDELITY}03/14/2025,YOU BOUGHT APPLE INC (AAPL) CXL DESCRIPTION CANCELLED TRADE,AAPL,APPLE INC,Cash,200,-10,,,2000,\n"
    trades, wrong, _ = read(text)
    assert trades == []
    assert "cancellation" in wrong[2]


def test_a_bond_priced_by_100_is_refused() -> None:
    text = f"{FIDELITY}03/14/2025,YOU BOUGHT US TREAS BILL (912797ZZ9) (Cash),912797ZZ9,US TREAS BILL,Cash,98.5,10000,,,-9850,\n"
    trades, wrong, _ = read(text)
    assert trades == []
    assert wrong[2].startswith("amount: ")


@pytest.mark.parametrize(("kind", "sign"), [("Bought", ""), ("Sold Short", "-"), ("Bought To Cover", "")])
def test_a_contract_of_100_under_the_name_of_its_shares_is_refused(kind: str, sign: str) -> None:
    text = f"{ETRADE}02/13/26,02/13/26,02/17/26,{kind},NVDA 2026 SOME CONTRACT,NVDA,--,{sign}2.0,5.1,-1021.02,1.02\n"
    trades, wrong, _ = read(text)
    assert trades == []
    assert "contract" in wrong[2]


def test_of_an_order_that_was_cancelled_what_was_filled_is_booked() -> None:
    placed = "03/14/2025 09:30:00 EDT"
    cancelled = (
        f"Ford,F,Buy,Cancelled,40,100,@10.00,9.99,DAY,{placed},{placed}\nFord,F,Buy,Cancelled,0,100,@9,,DAY,{placed},\n"
    )
    growing = f"Ford,F,Buy,Partial Filled,40,100,@10.00,9.99,DAY,{placed},{placed}\n"
    trades, wrong, left = read(WEBULL + cancelled + growing)
    assert (trades, left) == ([2], {"Cancelled": 1})
    assert "Partial Filled" in wrong[4]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_file_is_known_by_its_own_profile_only(name: str) -> None:
    for path in SAMPLES.glob(f"{name}.*"):
        if path.suffix not in {".json", ".ndjson"}:
            with path.open("rb") as file:
                assert Statement(file, shipped()).place.fits == [name]
