"""OFX and QFX."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from trades.files import ofx

from .samples import refusal, rows_of

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
STATEMENT = """<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS>
<CURDEF>USD
<INVACCTFROM><BROKERID>b<ACCTID>A1</INVACCTFROM>
<INVTRANLIST><DTSTART>20250101<DTEND>20250401
{}
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>037833100<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>APPLE INC<TICKER>AAPL</SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1></OFX>"""
BUY = {
    "FITID": "b1",
    "DTTRADE": "20250310170000.000",
    "MEMO": "APPLE &amp; CO",
    "UNIQUEID": "037833100",
    "UNIQUEIDTYPE": "CUSIP",
    "UNITS": "10",
    "UNITPRICE": "227.45",
    "COMMISSION": "4.95",
    "TOTAL": "-2279.45",
    "BUYTYPE": "BUY",
}


def tags(values: dict[str, str]) -> str:
    return "\n".join(f"<{name}>{value}" for name, value in values.items())


def bought(**values: str) -> dict[str, Any]:
    """The row of a purchase in which these tags differ."""
    return transactions(f"<BUYSTOCK>{tags(BUY | values)}</BUYSTOCK>")[0]


def transactions(*elements: str) -> list[dict[str, Any]]:
    (_, names), *rows = rows_of(SGML + STATEMENT.format("\n".join(elements)))
    return [{str(name): cell for name, cell in zip(names, cells, strict=True) if cell != ""} for _, cells in rows]


def test_a_transaction_is_typed_and_gets_its_ticker_from_the_list() -> None:
    assert bought() == {
        "transaction": "BUYSTOCK",
        "FITID": "b1",
        "DTTRADE": datetime(2025, 3, 10, 17, tzinfo=UTC),
        "UNITS": Decimal(10),
        "UNITPRICE": Decimal("227.45"),
        "COMMISSION": Decimal("4.95"),
        "TOTAL": Decimal("-2279.45"),
        "CURRENCY": "USD",
        "UNIQUEID": "037833100",
        "UNIQUEIDTYPE": "CUSIP",
        "TICKER": "AAPL",
        "MEMO": "APPLE & CO",
        "TYPE": "BUY",
        "ACCTID": "A1",
    }


def test_an_unlisted_security_has_no_ticker() -> None:
    assert "TICKER" not in bought(UNIQUEID="000000000")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_tags_that_open(end: str) -> None:
    file = SGML + STATEMENT.format(f"<BUYSTOCK>\n{tags(BUY)}\n</BUYSTOCK>\n\n<INCOME><FITID>i\n</INCOME>")
    assert [line for line, _ in rows_of(file.replace("\n", end))] == [1, 15, 28]


def test_xml_is_read_as_sgml_is() -> None:
    closed = "".join(f"<{name}>{value}</{name}>" for name, value in BUY.items()) + "<MEMO2/>"
    statement = STATEMENT.format(f"<BUYSTOCK>{closed}</BUYSTOCK>")
    for name in ("CURDEF", "BROKERID", "ACCTID", "DTSTART", "DTEND", "UNIQUEID", "UNIQUEIDTYPE", "SECNAME", "TICKER"):
        head, *rest = statement.split(f"<{name}>")
        statement = head + "".join(
            f"<{name}>{piece}" if f"</{name}>" in piece else f"<{name}>" + piece.replace("<", f"</{name}><", 1)
            for piece in rest
        )
    [_, (line, cells)] = rows_of(XML + statement)
    assert (line, cells[0], cells[3], cells[13]) == (7, "BUYSTOCK", Decimal(10), "AAPL")


def test_a_tag_without_a_value_takes_nothing_that_follows() -> None:
    row = bought(MEMO="")
    assert "MEMO" not in row
    assert (row["UNITS"], row["TICKER"]) == (Decimal(10), "AAPL")


def test_all_kinds_are_given_in_their_order() -> None:
    rows = transactions(
        f"<SELLMF>{tags(BUY)}</SELLMF>", "<INCOME><FITID>i<TOTAL>1,702</INCOME>", "<INTU.X><FITID>j</INTU.X>"
    )
    assert [row["transaction"] for row in rows] == ["SELLMF", "INCOME", "INTU.X"]
    assert rows[1]["TOTAL"] == "1,702"  # no trade: nobody has to know


def test_amounts_are_in_the_currency_that_a_transaction_names() -> None:
    assert bought(TOTAL="-2279.45<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>")["CURRENCY"] == "EUR"
    assert bought(TOTAL="-2279.45<ORIGCURRENCY><CURRATE>1.1<CURSYM>EUR</ORIGCURRENCY>")["CURRENCY"] == "USD"


@pytest.mark.parametrize(
    ("units", "price", "total", "read"),
    [
        ("10", "227,45", "-2279,45", ("10", "227.45", "-2279.45")),
        ("1,702", "1.50", "-2,557.95", ("1702", "1.50", "-2557.95")),
        ("1,702", "100", "-175.15", ("1.702", "100", "-175.15")),
        ("1,702", "100", "-170,204.95", ("1702", "100", "-170204.95")),
        ("1.702,5", "2", "-3.409,95", ("1702.5", "2", "-3409.95")),
        (".5", "+2.", "-5.95", ("0.5", "2", "-5.95")),
    ],
)
def test_commas_are_settled_by_the_other_numbers(
    units: str, price: str, total: str, read: tuple[str, str, str]
) -> None:
    row = bought(UNITS=units, UNITPRICE=price, TOTAL=total)
    assert (row["UNITS"], row["UNITPRICE"], row["TOTAL"]) == tuple(map(Decimal, read))


@pytest.mark.parametrize(
    "values",
    [
        {"UNITS": "NaN"},
        {"UNITS": "ten"},
        {"UNITS": "1e3"},
        {"UNITS": "Infinity"},
        {"UNITS": "1,702", "TOTAL": "-50"},
        {"UNITS": "1,702", "UNITPRICE": "1", "TOTAL": "-1,702", "COMMISSION": "0"},
        {"UNITS": "1,702.50", "TOTAL": "-2,5"},
        {"DTTRADE": "yesterday"},
        {"DTTRADE": "20250230"},
        {"DTTRADE": "20250310170000[+5.55]"},
        {"DTTRADE": "20250310170000[+19]"},
        {"DTTRADE": "20250310170000[XYZ]"},
        {"DTTRADE": "20250310170000[-:XYZ]"},
    ],
)
def test_what_cannot_be_read_is_a_problem_of_its_row_alone(values: dict[str, str]) -> None:
    rows = transactions(f"<BUYSTOCK>{tags(BUY | values)}</BUYSTOCK>", f"<BUYSTOCK>{tags(BUY)}</BUYSTOCK>")
    assert next(iter(values.values())) in rows[0]["problem"]
    assert "problem" not in rows[1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20250310170000", datetime(2025, 3, 10, 17)),
        ("202503101700", datetime(2025, 3, 10, 17)),
        ("20250310170000.123456", datetime(2025, 3, 10, 17, 0, 0, 123456)),
        ("20250310170000.5[-5:EST]", datetime(2025, 3, 10, 22, 0, 0, 500000)),
        ("20250310170000[-4]", datetime(2025, 3, 10, 21)),
        ("20250310170000[+5.50:IST]", datetime(2025, 3, 10, 11, 30)),
        ("20250310170000[5.30:IST]", datetime(2025, 3, 10, 11, 30)),
        ("20250310170000[-3.5:NST]", datetime(2025, 3, 10, 20, 30)),
        ("20250310170000[+5.75]", datetime(2025, 3, 10, 11, 15)),
        ("20250310170000[-:EST]", datetime(2025, 3, 10, 22)),
        ("20250310170000[EDT]", datetime(2025, 3, 10, 21)),
        ("20250310170000 [0:GMT]", datetime(2025, 3, 10, 17)),
    ],
)
def test_moments_are_aware(written: str, read: datetime) -> None:
    assert bought(DTTRADE=written)["DTTRADE"] == read.replace(tzinfo=UTC)


def test_a_day_is_a_day() -> None:
    assert bought(DTTRADE="20250310")["DTTRADE"] == date(2025, 3, 10)


def test_a_long_memo_ends_nothing() -> None:
    assert len(bought(MEMO="x" * 300)["MEMO"]) == 300


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (SGML + "<OFX><BANKMSGSRSV1></BANKMSGSRSV1></OFX>", "bank account"),
        (SGML, "Not OFX"),
        ("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX></OFX>", "Not OFX"),
        (SGML + "<OFX></STATUS></OFX>", "Not OFX"),
        (XML.replace("211", "999") + "<OFX></OFX>", "Not OFX"),
    ],
)
def test_what_is_no_statement_is_refused(content: str, says: str) -> None:
    assert says in refusal(content)[1]


def test_a_file_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofx, "MAX_OFX", 100)
    assert "at most" in refusal(SGML)[1]
