"""Sheets of .xlsx and .xlsm files, by python-calamine, a part of the sheet at a time. Pure.

Calamine holds a whole sheet in memory, 86 bytes for each of its cells (measured with 0.9.1), so it is given small
workbooks: the same styles, and some thousand rows of the sheet. Texts that cells share are in shared_texts.py. Numbers
are doubles in such a file; a cell is the shortest decimal number for its double, and where that has more than 15
digits, the last may not be what was meant.
Dates, times and booleans are typed by the style of their cells. Of a formula the value counts that was saved with it.
An error (#N/A), which calamine would give as an empty text, is text here. Pictures and macros are not looked at.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, BinaryIO

import python_calamine as calamine

from .cells import Cell, Malformed, Table
from .packed import BROKEN, MAX_TEXTS, open_workbook, pieces
from .shared_texts import MARK, SharedTexts, marked

MAX_SHEET = 512 * 1024 * 1024  # unpacked bytes of a sheet
PART = 2 * 1024 * 1024  # bytes of a sheet that are read in one go: some hundred thousand cells
MAX_AREA = 1_000_000  # cells of a part, with the empty ones between them
MAX_ROWS = 1_048_576  # of a sheet: Excel's own limit
PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
TEXTS = "xl/sharedStrings.xml"
MIDNIGHT = datetime(1899, 12, 31)  # noqa: DTZ001 - of what is made with it, only the time of day is taken
DAY = timedelta(days=1)
SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData(?:\s[^>]*?)?(/?)>")
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)[\"']")
PLACE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
FILLED = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'][^>]*(?<!/)>")
ERROR = re.compile(rb"(\bt\s*=\s*[\"'])e([\"'][^>]*>)")


def sheet_rows(file: BinaryIO, sheet: str) -> Table:
    """The rows of a sheet, with their numbers there; rows that the file leaves out are empty ones."""
    workbook = open_workbook(file)
    if sheet not in workbook.sheets:
        raise Malformed(0, f"The workbook has no visible sheet called {sheet!r}.")
    try:
        smaller = Smaller(workbook.archive, workbook.sheets[sheet], sheet)
        for part in parts(pieces(workbook.archive, smaller.member, MAX_SHEET)):
            yield from smaller.rows(part)
    except (*BROKEN, UnicodeDecodeError) as error:
        raise Malformed(0, f"The workbook is broken: {error}.") from None
    except calamine.CalamineError as error:
        raise Malformed(0, f"The sheet {sheet!r} cannot be read: {error}.") from None


def parts(stream: Iterator[bytes]) -> Iterator[bytes]:
    """A sheet's XML as several, each with whole rows, and with all that stands before the first row."""
    head, prefix, buffer = begin_of(stream)
    row_end, end = b"</%brow>" % prefix, b"</%bsheetData>" % prefix
    closing = b"%b</%bworksheet>" % (end, prefix)
    while (stop := buffer.find(end)) < 0:
        if len(buffer) > PART:
            cut = buffer.rfind(row_end) + len(row_end)
            if cut < len(row_end):
                raise Malformed(0, f"A row of the sheet has more than {PART >> 20} MiB.")
            yield head + buffer[:cut] + closing
            buffer = buffer[cut:]
        if not (piece := next(stream, b"")):
            raise Malformed(0, "The sheet breaks off.")
        buffer += piece
    yield head + buffer[:stop] + closing


def begin_of(stream: Iterator[bytes]) -> tuple[bytes, bytes, bytes]:
    """What stands before the first row, the prefix of the elements' names, and what has been read beyond."""
    buffer = b""
    while len(buffer) <= PART and (piece := next(stream, b"")):
        buffer += piece
        if found := SHEET_DATA.search(buffer):
            prefix, empty = found[1], found[2]
            head = buffer[: found.end() - len(empty) - 1] + b">"
            return head, prefix, b"</%bsheetData>" % prefix if empty else buffer[found.end() :]
    raise Malformed(0, "The sheet has no table of cells.")


class Smaller:
    """Workbooks that hold a part of one sheet, and what else a reader needs. `last` is the last row that was read."""

    def __init__(self, archive: zipfile.ZipFile, member: str, sheet: str) -> None:
        self.member, self.sheet, self.last = member, sheet, 0
        needed = [name for name in (*PARTS, TEXTS) if name in archive.namelist()]
        there = {name: b"".join(pieces(archive, name, MAX_TEXTS)) for name in needed}
        self.texts = SharedTexts(there.pop(TEXTS, b""))
        self.others = there

    def rows(self, part: bytes) -> Table:
        """The rows of a part, after those of the parts before."""
        refuse_far_apart(part)
        row_tag = ROW.search(part)
        skipped = 0 if row_tag and NUMBER.search(row_tag[1]) else self.last  # rows without numbers count on
        if b'"e"' in part or b"'e'" in part:
            part = ERROR.sub(rb"\1str\2", part)
        sheet = calamine.load_workbook(self.workbook(marked(part))).get_sheet_by_name(self.sheet)
        row, column = sheet.start or (0, 0)
        if (first := skipped + row + 1) <= self.last or first + sheet.height > MAX_ROWS + 1:
            raise Malformed(first, f"Rows of a sheet are in order, and at most {MAX_ROWS}.")
        yield from ((blank, []) for blank in range(self.last + 1, first))
        left: list[Cell] = [""] * column
        for self.last, cells in enumerate(sheet.to_python(), first):
            yield self.last, left + [self.cell(value) for value in cells]

    def cell(self, value: Any) -> Cell:
        """What calamine gives, as a cell."""
        if type(value) is not str:
            return typed(value)
        return self.texts.at(value[1:]) if value.startswith(MARK) else value

    def workbook(self, part: bytes) -> BinaryIO:
        """A workbook with this sheet alone, not packed."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in {**self.others, self.member: part}.items():
                archive.writestr(name, content)
        file.seek(0)
        return file


def refuse_far_apart(part: bytes) -> None:
    """Malformed if a few cells in opposite corners would take all memory. Mere formats do not count."""
    if area(PLACE.findall(part)) > MAX_AREA and (cells := area(FILLED.findall(part))) > MAX_AREA:
        raise Malformed(0, f"Cells of the sheet are too far apart: a part of it would have {cells} of them.")


def area(places: list[tuple[bytes, bytes]]) -> int:
    """How many cells there are in all rows from the first to the last of these places, such as (A, 1)."""
    rows = {int(digits) for digits in {digits for _, digits in places}}
    width = max(map(column_number, {letters for letters, _ in places}), default=0)
    return (max(rows, default=0) - min(rows, default=0) + 1) * width


def column_number(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def typed(value: Any) -> Cell:
    """What is no text. Durations below a day are times, others text."""
    kind = type(value)
    if kind is float:
        return number(value)
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if kind is timedelta:
        return (MIDNIGHT + value).time() if timedelta(0) <= value < DAY else str(value)
    return Decimal(value) if kind is int else value  # else a date, a time, or both


def number(value: float) -> Decimal | str:
    """The shortest decimal number that is this double; what is no number is text."""
    if not isfinite(value):
        return str(value)
    return Decimal(repr(value).removesuffix(".0"))
