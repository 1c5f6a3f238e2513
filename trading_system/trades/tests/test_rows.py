"""Files of trades as rows: CSV."""

import pytest

from trades.files.rows import MAX_ROW, Wrong

from .reading import malformed, read

HEADER = "ticker,price,quantity,side\n"
OTHERS = ["", "", ""]  # an account and two currencies that are not said
BUY = ["AAPL", "1", "2", "buy", "", "", "", "", *OTHERS]  # what "AAPL,1,2,buy" is read as


@pytest.mark.parametrize(
    "file",
    [
        f"{HEADER}AAPL,1,2,buy\n",
        f"{HEADER}AAPL,1,2,buy",
        f"\ufeff{HEADER}AAPL,1,2,buy",
        "ticker,price,quantity,side\r\nAAPL,1,2,buy\r\n",
        "ticker,price,quantity,side\rAAPL,1,2,buy\r",
        '"ticker","price","quantity","side"\n"AAPL","1","2","buy"\n',
        " ticker , price , quantity , side \nAAPL,1,2,buy\n",
        "side,quantity,price,ticker\nbuy,2,1,AAPL\n",
        "id,side,quantity,created_at,price,ticker,updated_at\n7,buy,2,x,1,AAPL,\n",
        "note,external_id,timestamp,ticker,price,quantity,side\n,,,AAPL,1,2,buy\n",
    ],
)
def test_columns_come_in_any_order_and_optional_ones_may_be_missing(file: str) -> None:
    assert read(file) == [(2, BUY)]


def test_every_field_is_read_as_it_is() -> None:
    file = (
        "ticker,price,quantity,side,timestamp,fee,external_id,note,account,currency,fee_currency\n"
        ' aapl ,1e3,٣,Buy,now,free,"a,b","say ""hi"" \0",my broker,GBp,eth\n'
    )
    assert read(file) == [
        (2, [" aapl ", "1e3", "٣", "Buy", "now", "free", "a,b", 'say "hi" \0', "my broker", "GBp", "eth"])
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_the_number_of_its_first_line(end: str) -> None:
    lines = [
        "ticker,price,quantity,side,note",
        "AAPL,1,2,buy,one",
        "",
        'AAPL,1,2,buy,"a',
        'b"',
        "AAPL",
        "AAPL,1,2,buy,last",
    ]
    assert read(end.join(lines)) == [
        (2, [*BUY[:7], "one", *OTHERS]),
        (4, [*BUY[:7], f"a{end}b", *OTHERS]),
        (6, Wrong("Has 1 cells, where the header has 5.")),
        (7, [*BUY[:7], "last", *OTHERS]),
    ]


def test_too_many_cells_are_as_wrong_as_too_few() -> None:
    assert read(f"{HEADER}AAPL,1,2,buy,,\n  \n") == [
        (2, Wrong("Has 6 cells, where the header has 4.")),
        (3, Wrong("Has 1 cells, where the header has 4.")),
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "The first line has to name the columns; it has no ticker, price, quantity, side."),
        ("\n", "The first line has to name the columns; it has no ticker, price, quantity, side."),
        ("ticker,quantity,side", "The first line has to name the columns; it has no price."),
        ("Ticker,price,quantity,side", "The first line has to name the columns; it has no ticker."),
        ("ticker;price;quantity;side", "The first line has to name the columns; it has no ticker, price, quantity, side."),
        ("ticker,price,quantity,side,fees,", "Unknown columns: fees, ; known are ticker, price, quantity, side, timestamp, fee, external_id, note, account, currency, fee_currency."),
        ("ticker,price,quantity,side,ticker", "A column is named more than once."),
    ],
)  # fmt: skip
def test_a_header_that_is_none_is_told(header: str, message: str) -> None:
    assert malformed(header) == (1, message)


def test_only_a_few_unknown_columns_are_named() -> None:
    _, message = malformed(HEADER.strip() + "".join(f",c{number}" for number in range(1000)))
    assert message.startswith("Unknown columns: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9; known")


def test_a_header_alone_is_no_row() -> None:
    assert read(HEADER) == []
    assert read(HEADER.strip()) == []


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ('AAPL,1,2,"buy\nAAPL,1,2,sell\n', 2),
        ('AAPL,1,2,buy\nAAPL,1,2,"buy"x\n', 3),
        ('AAPL,1,2,"b\nu"y\n', 2),
        (f"AAPL,1,2,{'x' * MAX_ROW}\n", 2),
        ("AAPL,1,2,buy\n" * 9 + 'AAPL,1,2,"' + "\n" * MAX_ROW, 11),
        ("AAPL,1,2,buy\n" + '"\n",' * (MAX_ROW // 3), 3),
    ],
)
def test_what_cannot_be_read_on_from_is_malformed(rest: str, line: int) -> None:
    assert malformed(f"{HEADER}{rest}")[0] == line


def test_a_row_is_at_most_so_long() -> None:
    longest = f"AAPL,1,2,{'x' * (MAX_ROW - 10)}\n"
    assert len(read(HEADER + longest * 3)) == 3
    assert malformed(f"{HEADER}{longest}x{longest}") == (3, "A row has at most 65536 characters.")
    assert malformed("x" * (MAX_ROW + 1)) == (1, "A row has at most 65536 characters.")


def test_bytes_that_are_not_utf_8_become_what_no_field_may_have() -> None:
    assert read(HEADER.encode() + b"AAPL\xff,1,2,buy\n") == [(2, ["AAPL\udcff", *BUY[1:]])]
    assert malformed(f"{HEADER}AAPL,1,2,buy".encode("utf-16"))[0] == 1
