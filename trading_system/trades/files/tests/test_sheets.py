"""Sheets of Excel's workbooks."""

import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from trades.files import packed, sheets
from trades.files.opening import look, open_table

from .samples import MAIN, cells_of, refusal, row, rows_of, workbook, zipped


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets are read a few rows at a time."""
    monkeypatch.setattr(sheets, "PART", 500)
    monkeypatch.setattr(packed, "PIECE", 100)


def test_texts_and_numbers_are_typed() -> None:
    file = workbook(row(1, "name", "price") + row(2, "a", 0.1) + row(3, "b", 250) + row(4, "c", 1e-8))
    assert cells_of(file) == [["name", "price"], ["a", Decimal("0.1")], ["b", Decimal(250)], ["c", Decimal("1E-8")]]


@pytest.mark.parametrize("digits", ["0.1", "123456789.12345", "0.30000000000000004", "9007199254740993", "-1.5"])
def test_a_number_is_the_shortest_one_for_its_double(digits: str) -> None:
    assert cells_of(workbook(f'<row r="1"><c r="A1"><v>{digits}</v></c></row>')) == [[Decimal(repr(float(digits)))]]


def test_dates_and_times_are_typed_by_their_style() -> None:
    cells = '<c r="A1" s="1"><v>45747</v></c><c r="B1" s="2"><v>45747.5</v></c><c r="C1" s="3"><v>0.25</v></c>'
    far = '<c r="D1" s="3"><v>1.5</v></c>'
    assert cells_of(workbook(f'<row r="1">{cells}{far}</row>')) == [
        [date(2025, 3, 31), datetime(2025, 3, 31, 12), time(6), "1 day, 12:00:00"]
    ]


def test_truth_errors_and_formulas() -> None:
    cells = '<c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1"><f>1+1</f><v>2</v></c><c r="D1"><f>1+1</f></c>'
    assert cells_of(workbook(f'<row r="1">{cells}<c r="E1" t="str"><f>A2</f><v>x</v></c></row>')) == [
        ["TRUE", "#N/A", Decimal(2), "", "x"]
    ]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<si><t>name</t></si>", "name"),
        ("<si><r><rPr><b/></rPr><t>a</t></r><r><t xml:space='preserve'> b</t></r></si>", "a b"),
        ("<si><t>A &amp; B &lt;é&gt; &#8364;</t></si>", "A & B <é> €"),
        ("<si><t>山</t><rPh sb='0' eb='1'><t>yama</t></rPh></si>", "山"),
        ("<si/>", ""),
        ("<si><t/></si>", ""),
        ("<si><t>two\nlines</t></si>", "two\nlines"),
    ],
)
def test_shared_texts_are_read(item: str, text: str) -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>first</t></si>{item}<si><t>last</t></si></sst>'
    cells = "".join(f'<c r="{column}1" t="s"><v>{place}</v></c>' for place, column in enumerate("ABC"))
    assert cells_of(workbook(f'<row r="1">{cells}</row>', **{"xl__sharedStrings.xml": texts})) == [
        ["first", text, "last"]
    ]


def test_rows_have_the_numbers_of_the_sheet_and_left_out_ones_are_empty() -> None:
    cells = '<row r="3"><c r="B3"><v>1</v></c></row><row r="5"><c r="C5"><v>2</v></c></row>'
    assert rows_of(workbook(cells)) == [
        (1, []),
        (2, []),
        (3, ["", Decimal(1), ""]),
        (4, ["", "", ""]),
        (5, ["", "", Decimal(2)]),
    ]


@pytest.mark.usefixtures("small_parts")
def test_rows_without_numbers_count_on() -> None:
    cells = "".join(f"<row><c><v>{number}</v></c></row>" for number in range(1, 50))
    assert rows_of(workbook(cells)) == [(number, [Decimal(number)]) for number in range(1, 50)]


@pytest.mark.usefixtures("small_parts")
def test_a_sheet_in_parts_is_the_sheet() -> None:
    cells = "".join(row(number, f"text {number}", number / 7) for number in range(2, 400, 3))
    read = rows_of(workbook(cells))
    assert [number for number, _ in read] == list(range(1, 399))
    assert [found for found in read if any(found[1])] == [
        (number, [f"text {number}", Decimal(repr(number / 7))]) for number in range(2, 400, 3)
    ]


@pytest.mark.usefixtures("small_parts")
def test_a_row_that_fits_in_no_part_is_refused() -> None:
    assert "A row of the sheet" in refusal(workbook(row(1, "a" * 2000) + row(2, "b")))[1]


@pytest.mark.usefixtures("small_parts")
def test_rows_that_go_backwards_are_refused() -> None:
    assert "in order" in refusal(workbook(row(9, "a" * 300) + row(8, "b" * 300) + row(2, "c" * 300)))[1]


def test_visible_sheets_are_named_in_their_order() -> None:
    file = workbook(
        row(1, "a"), row(1, "b"), row(1, "c"), names=("Z", "Hidden", "A"), states=("visible", "hidden", "visible")
    )
    found = look(file)
    assert (found.kind, found.sheets) == ("xlsx", ("Z", "A"))
    assert list(open_table(file, found, "A")) == [(1, ["c"])]


def test_a_sheet_that_is_not_there_is_refused() -> None:
    file = workbook(row(1, "a"))
    with pytest.raises(sheets.Malformed, match="no visible sheet"):
        list(open_table(file, look(file), "Other"))


def test_an_empty_sheet_has_no_rows() -> None:
    assert rows_of(workbook("")) == []


def test_macros_are_not_looked_at() -> None:
    assert cells_of(workbook(row(1, "a"), **{"xl__vbaProject.bin": b"\xd0\xcf"})) == [["a"]]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='900000'><c r = 'ZZ900000'><v>1</v></c></row>",
    ],
)
def test_cells_that_are_far_apart_do_not_take_all_memory(cells: str) -> None:
    assert "too far apart" in refusal(workbook(cells))[1]


def test_formats_far_away_are_no_cells() -> None:
    cells = row(1, "a") + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert cells_of(workbook(cells)) == [["a"]]


def test_a_long_text_in_many_cells_does_not_take_all_memory() -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    cells = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 5000))
    read = cells_of(workbook(cells, **{"xl__sharedStrings.xml": texts}))
    assert len({id(text) for [text] in read}) == 1


@pytest.mark.parametrize("place", ["2", "9", "-1", "x"])
def test_a_text_that_is_not_there_is_refused(place: str) -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><t>b</t></si></sst>'
    cells = f'<row r="1"><c r="A1" t="s"><v>{place}</v></c></row>'
    assert "none of that number" in refusal(workbook(cells, **{"xl__sharedStrings.xml": texts}))[1]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    file = workbook('<row r="1"><c r="A1" s="1"><v>44285</v></c></row>')
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    assert cells_of(zipped(members)) == [[date(2025, 3, 31)]]


def test_a_number_that_is_none_is_text() -> None:
    assert cells_of(workbook('<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>inf</v></c></row>')) == [["nan", "inf"]]


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        ("<worksheet/>", "no table of cells"),
        ("<chartsheet/>", "no table of cells"),
        ('<worksheet><sheetData><row r="1"><c r="A1"><v>5</row></sheetData></worksheet>', "cannot be read"),
        ('<worksheet><sheetData><row r="1"><c r="A1"', "breaks off"),
    ],
)
def test_a_sheet_that_is_broken_is_refused(sheet: str, says: str) -> None:
    assert says in refusal(workbook("", **{"xl__worksheets__sheet1.xml": sheet}))[1]


def test_names_of_elements_may_have_a_prefix() -> None:
    cells = '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    texts = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>a</x:t></x:si></x:sst>'
    file = workbook("", **{"xl__worksheets__sheet1.xml": sheet, "xl__sharedStrings.xml": texts})
    assert cells_of(file) == [["a", Decimal(2)]]


def test_an_empty_table_may_be_one_tag() -> None:
    assert (
        rows_of(workbook("", **{"xl__worksheets__sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'}))
        == []
    )
