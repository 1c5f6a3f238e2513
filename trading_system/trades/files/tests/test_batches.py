"""Rows that are read many at once are what they are one by one: the careful path is the truth."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trades.files.answers import Answers
from trades.files.batches import AT_ONCE, is_simple
from trades.files.catalogue import parse
from trades.files.cells import Cell, Cells, Malformed
from trades.files.conversion import Conversion
from trades.files.header import Header
from trades.files.layout import Layout
from trades.files.profile import Profile
from trades.files.rows import Wrong

NAMES = ["Kind", "Side", "Symbol", "Qty", "Price", "Date", "Time", "Zone", "Comm", "Tax", "Total", "Cur", "Id", "Note"]
GOOD: dict[str, list[Cell]] = {
    "Kind": ["Trade", "Trade", "trade ", "Dividend", "Dividend paid"],
    "Side": ["Buy", "SELL", " buy"],
    "Symbol": ["AAPL", "msft ", "GOLD", "BTC/EUR"],
    "Qty": ["1", "2.50", "1,000.5", "10 ", "-2", Decimal("2.0"), Decimal(-3)],
    "Price": ["10", "5", "0.50", "$10", "-10", Decimal("10.25")],
    "Date": [
        "2025-03-04",
        "3/4/2025",
        "2025-07-01",
        "4 Mar 2025",
        "20250304",
        "2025-03-30",
        "11/02/2025",
        date(2025, 3, 4),
    ],
    "Time": [
        "09:30",
        "9:30:05",
        "16:00:01.123456",
        "01:30",
        "23:59:59",
        "10:00 AM",
        "12:00:00Z",
        "7:05+02:00",
        time(9, 30),
    ],
    "Zone": ["", "Europe/Berlin", "America/New_York", "UTC"],
    "Comm": ["", "1", "-1.50", "0", "-0.00", Decimal("0.5")],
    "Tax": ["", "0.01", "2"],
    "Total": ["", "", "10", "-20", "0"],
    "Cur": ["USD", "EUR", "€", "GBX"],
    "Id": ["7", "", "A-1"],
    "Note": ["", "first", " two "],
}
ODD: list[Cell] = [
    "", " ", "-", "0", "-0", "1e3", "1.2.3", "1" * 101, "1" * 50, "n/a", "-5", "Transfer", "02:30", "24:00", "9:5", "09:30:05:123",
    "09:30:05,123", "12:00 PM", "T09:30", "2025-02-30", "9:30 ET", "10:00 EST", "2025-03-04 09:30", "08:00-20:00",
    Decimal("NaN"), Decimal(0), date(2025, 3, 4),
]  # fmt: skip
WHOLE: list[Cell] = [
    "2025-03-04 09:30:05", "2025-03-04T09:30:05Z", "2025-03-30 02:30:00", "2025-10-26 02:30:00", "3/4/2025 9:30",
    "20250304;093005", "20250304 9:30", "2025-03-04, 09:30:05", "Mar 4, 2025 10:00:00 AM", "2025-03-04",
    "2025-03-04 09:30:05.123456789", "2025-03-04 09:30:05 EST", "2025-03-04 23:30:05 +14:00", "2025-11-02 01:15:00",
    datetime(2025, 3, 4, 9, 30),
]  # fmt: skip


@st.composite
def profiles(draw: Any) -> Profile:
    """Of simple layouts, with each form of a field."""
    pick = lambda *choices: draw(st.sampled_from(choices))  # noqa: E731
    fee = pick(None, "Comm", {"column": "Comm", "cost": "negative"}, {"column": "Comm", "cost": "unsigned"},
               {"sum": ["Comm", "Tax"]}, {"sum": ["Comm", "Tax"], "cost": "negative"},
               {"column": "Comm", "pattern": "(?P<fee>1.*|0.*)"})  # fmt: skip
    currency = pick("Cur", {"value": "USD"}, {"suffix_of": "Symbol", "words": {"L": "USD"}}, None)
    columns = {
        "kind": pick(None, "Kind"), "side": pick("Side", "Side", None), "ticker": pick("Symbol", {"pair": "Symbol"}),
        "quantity": "Qty", "price": "Price", pick("date", "timestamp"): pick("Date", "Date", {"column": "Date", "pattern": "(?P<date>[0-9/-]+.*)"}), "time": pick(None, "Time", "Time"),
        "zone": pick(None, None, "Zone"), "fee": fee, "currency": currency, "amount": pick(None, "Total"),
        "amount_currency": pick(None, "Cur"), "fee_currency": pick(None, "Cur"), "external_id": pick(None, "Id"),
        "note": pick(None, {"column": "Note", "pattern": "(?P<note>f.*)"}, "Note"),
    }  # fmt: skip
    data: dict[str, Any] = {
        "title": "Made up", "header": ["Qty"], "zone": pick(*["America/New_York", "Europe/Berlin", "UTC"] * 3, ""),
        "dates": pick("MDY", "DMY", ""), "columns": {name: where for name, where in columns.items() if where},
        "side": {"buy": ["buy"], "sell": ["sell"], "trades": pick([], ["trade"]), "by": pick("", "", "quantity")},
        "left_out": {"words": pick([], ["Dividend*"]), "empty": pick([], [], ["Id"])},
        "only": pick({}, {"Kind": ["trade"]}), "symbols": pick({}, {"GOLD": "XAU"}),
    }  # fmt: skip
    if not columns["side"]:
        data["side"].update(trades=["trade"], by=pick("quantity", "amount"))
    return parse(data)


@st.composite
def tables(draw: Any) -> tuple[Profile, list[list[Cell]]]:
    """A layout, and rows of good and odd cells, some of them of another width."""
    profile = draw(profiles())
    good = GOOD if "time" in profile.columns else {**GOOD, "Date": WHOLE}
    row = st.tuples(*(st.sampled_from(good[name]) for name in NAMES)).map(list)
    odd = st.dictionaries(st.sampled_from(range(len(NAMES))), st.sampled_from(ODD), max_size=2)
    end = st.sampled_from([*[[]] * 4, ["more"], [""], [" ", ""]])
    size = st.sampled_from([*[99] * 8, 13, 5])
    rows = draw(st.lists(st.tuples(row, st.just({}) | odd, end, size), min_size=1, max_size=20))
    return profile, [
        ([odd.get(place, cell) for place, cell in enumerate(cells)] + end)[:size] for cells, odd, end, size in rows
    ]


def conversion_of(profile: Profile, rows: list[list[Cell]], answers: Answers = Answers()) -> Conversion:  # noqa: B008
    return Conversion(Layout(profile, Header(1, NAMES), answers), lambda: enumerate(rows, 2))


def comparable(row: tuple[int, Any]) -> Any:
    """A trade with the instant that its time is."""
    line, texts = row
    return row if isinstance(texts, Wrong) else (line, texts[:4], datetime.fromisoformat(texts[4]), texts[5:])


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from([Answers(), Answers(currency="USD", symbols={"AAPL": "APC"})]))
def test_many_rows_at_once_are_what_they_are_one_by_one(
    table: tuple[Profile, list[list[Cell]]], answers: Answers
) -> None:
    profile, rows = table
    quick, careful = conversion_of(profile, rows, answers), conversion_of(profile, rows, answers)
    assert quick.batches
    careful.batches = None
    assert [comparable(row) for row in quick.rows()] == [comparable(row) for row in careful.rows()]
    assert list(quick.left_out) == list(careful.left_out)
    assert quick.layout.unknown == careful.layout.unknown
    assert (quick.layout.no_currency, quick.nights) == (careful.layout.no_currency, careful.nights)


BASIC: dict[str, Any] = {
    "title": "Basic", "header": ["Qty"], "zone": "America/New_York", "dates": "MDY",
    "columns": {"side": "Side", "ticker": "Symbol", "quantity": "Qty", "price": "Price", "date": "Date", "time": "Time",
                "fee": {"sum": ["Comm", "Tax"]}, "currency": "Cur", "amount": "Total", "external_id": "Id"},
    "side": {"buy": ["buy"], "sell": ["sell"]},
}  # fmt: skip
ROW: list[Cell] = ["Trade", "Buy", "AAPL", "2", "10", "3/4/2025", "9:30:05", "", "1", "0.5", "20", "USD", "A-1", ""]


def changed(**cells: Cell) -> list[Cell]:
    return [cells.get(name, cell) for name, cell in zip(NAMES, ROW, strict=True)]


def test_a_plain_row_is_certain() -> None:
    batches = conversion_of(parse(BASIC), []).batches
    assert batches
    assert (
        batches.texts([ROW, [*ROW, ""]])
        == [("AAPL", "10", "2", "buy", "2025-03-04T09:30:05-05:00", "1.5", "A-1", "", "", "USD", "")] * 2
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"Side": "Transfer"}, {"Qty": "-2"}, {"Qty": "0", "Side": ""}, {"Price": "-1"}, {"Price": "ten"}, {"Tax": "x"},
        {"Total": "200"}, {"Cur": ""}, {"Date": "11/2/2025", "Time": "01:30:00"}, {"Time": "25:00:00"}, {"Symbol": ""},
    ],
)  # fmt: skip
def test_a_row_of_which_something_is_not_certain_is_left_to_the_careful_path(cells: dict[str, str]) -> None:
    batches = conversion_of(parse(BASIC), []).batches
    assert batches
    assert [texts is None for texts in batches.texts([ROW, changed(**cells), ROW])] == [False, True, False]


@pytest.mark.parametrize(
    "more",
    [
        {"trade": [{"side": "sell"}]},
        {"strict": True, "header": NAMES},
        {"fee_rows": {"column": "Kind", "words": ["Fee"], "amount": "Comm", "key": "Id"}},
        {"columns": {**BASIC["columns"], "fee": {"difference": "Total"}}},
        {"columns": {**BASIC["columns"], "price": {"divide": "Total"}}},
        {"sentence": {"column": "Note", "pattern": "(?P<note>x)"}},
    ],
)
def test_other_layouts_are_read_row_by_row(more: dict[str, Any]) -> None:
    columns = {**BASIC["columns"], "kind": "Kind", "zone": "Zone", "note": "Note"}
    profile = parse({**BASIC, "columns": columns, **more})
    assert not is_simple(Layout(profile, Header(1, NAMES), Answers()))


def test_rows_before_what_cannot_be_read_are_told_first() -> None:
    def table() -> Iterator[Cells]:
        yield from ((line, list(ROW)) for line in range(2, AT_ONCE + 4))
        raise Malformed(AT_ONCE + 4, "A quote does not end.")

    conversion = conversion_of(parse(BASIC), [ROW])
    conversion.table = table
    rows = conversion.rows()
    assert [line for line, _ in islice(rows, AT_ONCE + 2)] == list(range(2, AT_ONCE + 4))
    with pytest.raises(Malformed):
        next(rows)
