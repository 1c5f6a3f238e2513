"""Interactive Brokers' Flex Queries."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from trades.files import flex
from trades.files.cells import Malformed

from .samples import as_file, refusal, rows_of

QUERY = '<FlexQueryResponse><FlexStatements count="1"><FlexStatement accountId="U1">\n{}\n</FlexStatement></FlexStatements></FlexQueryResponse>'


def trades(*elements: str) -> list[dict[str, Any]]:
    """The rows of such elements within <Trades>, by the names in the first."""
    (_, names), *rows = rows_of(QUERY.format(f"<Trades>{''.join(elements)}</Trades>"))
    return [dict(zip(names, cells, strict=True)) for _, cells in rows]


def trade(**attributes: str) -> dict[str, Any]:
    """The row of one trade with these attributes."""
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    [row] = trades(f"<Trade {written}/>")
    return row


def test_elements_of_all_levels_are_rows_and_say_so() -> None:
    rows = trades('<Trade tradeID="1" levelOfDetail="EXECUTION"/>', '<Order orderX="2" levelOfDetail="ORDER"/>')
    assert rows == [
        {"element": "Trade", "tradeID": "1", "levelOfDetail": "EXECUTION", "orderX": ""},
        {"element": "Order", "tradeID": "", "levelOfDetail": "ORDER", "orderX": "2"},
    ]


def test_other_sections_are_no_rows_and_lines_are_those_of_the_tags() -> None:
    query = QUERY.format(
        '<CashTransactions>\n<CashTransaction amount="1"/></CashTransactions>\n<Trades>\n<Trade\n tradeID="1"/>\n<Trade tradeID="2"/></Trades>'
    )
    assert rows_of(query) == [(1, ["element", "tradeID"]), (5, ["Trade", "1"]), (7, ["Trade", "2"])]


def test_amounts_and_moments_are_typed() -> None:
    row = trade(
        quantity="-1,250.5",
        ibCommission="0.35",
        dateTime="20241025;155959",
        tradeDate="2024-10-25",
        orderTime="",
        symbol="007",
    )
    assert row == {
        "element": "Trade",
        "quantity": Decimal("-1250.5"),
        "ibCommission": Decimal("0.35"),
        "dateTime": datetime(2024, 10, 25, 15, 59, 59),
        "tradeDate": date(2024, 10, 25),
        "orderTime": "",
        "symbol": "007",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dateTime", "03/04/2025;155959"),
        ("tradeDate", "03/04/2025"),
        ("dateTime", "20241025;155959-0400"),
        ("dateTime", "2024-10-25;15:59:59 EDT"),
        ("dateTime", "MULTI"),
        ("quantity", "NaN"),
        ("quantity", "many"),
        ("currency", "ZZZ"),
        ("notes", "O;Unheard"),
        ("buySell", "GIFT"),
        ("whatIsNew", "1"),
    ],
)
def test_what_is_not_known_or_would_be_guessed_stays_text(name: str, value: str) -> None:
    assert trade(**{name: value})[name] == value


@pytest.mark.parametrize("value", ["20241025", "2024-10-25"])
def test_a_day_is_no_moment(value: str) -> None:
    assert trade(dateTime=value)["dateTime"] == date(2024, 10, 25)


@pytest.mark.parametrize("value", ["20241025;155959", "2024-10-25, 15:59:59", "20241025 155959", "20241025155959"])
def test_moments_are_read_in_every_form_of_the_query(value: str) -> None:
    assert trade(dateTime=value)["dateTime"] == datetime(2024, 10, 25, 15, 59, 59)


@pytest.mark.parametrize("content", ["", "<Trades/>", "<TradeConfirms><TradeConfirm tradeID='1'/></TradeConfirms>"])
def test_a_query_without_trades_is_refused(content: str) -> None:
    assert "section Trades" in refusal(QUERY.format(content))[1]


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    query = f'<?xml version="1.0"?>{bomb}{QUERY.format("<Trades><Trade symbol=&b;/></Trades>")}'
    assert "entities" in refusal(query)[1]
    with pytest.raises(Malformed, match="entities"):
        list(flex.flex_rows(as_file(query)))


def test_what_breaks_off_is_refused_with_its_line() -> None:
    line, message = refusal(QUERY.format('<Trades>\n<Trade tradeID="1"/>\n').removesuffix("</FlexQueryResponse>"))
    assert line == 5
    assert "Not XML" in message


def test_an_element_has_a_longest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(QUERY.format(f'<Trades>\n<Trade symbol="{"x" * 70_000}"/></Trades>'))[0] == 3
    monkeypatch.setattr(flex, "PIECE", 1000)
    assert "at most" in refusal(QUERY.format(f'<Trades>\n<Trade symbol="{"x" * 50_000}"/></Trades>'))[1]


def test_attributes_have_a_largest_number() -> None:
    elements = "".join(f'<Trade a{number}="1"/>' for number in range(flex.MAX_COLUMNS + 1))
    assert "more than" in refusal(QUERY.format(f"<Trades>{elements}</Trades>"))[1]
