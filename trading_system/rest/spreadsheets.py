"""A spreadsheet (.xlsx, ECMA-376) of one sheet, sent while it is made: PostgreSQL writes its rows.

XlsxWriter makes the workbook around them. It would write the rows as well, at 8,000 a second, and send none before the
last. No cell is a formula, and none loses a digit: what a double or a date of Excel's cannot hold is exact text. A date
is in UTC. Rows have no number and cells no place, which the format allows: they follow one another.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from .instants import sql_in_files

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 1_048_576  # of a sheet, its header included
SHEET, END = "xl/worksheets/sheet1.xml", "</sheetData>"
DIMENSION = re.compile("<dimension [^>]*>")  # of the first row alone
WIDTH = 24  # of a column, in digits
INSTANT, TEXT = 1, 2  # formats of cells: their numbers in the workbook, by when they are first used
FORMATS = {TEXT: "@", INSTANT: "yyyy-mm-dd hh:mm:ss.000"}
FASTEST = 1  # of zlib's levels


def written(expression: str) -> str:
    """A cell of a text that has nothing to escape."""
    opening = f'<c t="inlineStr" s="{TEXT}"><is><t xml:space="preserve">'
    return f"'{opening}' || {expression} || '</t></is></c>'"


def text_cell(column: str) -> str:
    """A cell of any text. What XML does not have is written as _xHHHH_ (ST_Xstring), and so is what looks like that."""
    escaped = f"regexp_replace({column}, '_(?=x[0-9A-Fa-f]{{4}}_)', '_x005F_', 'g')"
    for character, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        escaped = f"replace({escaped}, '{character}', '{name}')"
    for code in ("000D", "FFFE", "FFFF"):
        escaped = rf"replace({escaped}, E'\u{code}', '_x{code}_')"
    text = rf"CASE WHEN {column} ~ '[&<>\r\uFFFE\uFFFF]|_x' THEN {escaped} ELSE {column} END"
    return f"CASE WHEN {column} = '' OR {column} IS NULL THEN '<c/>' ELSE {written(text)} END"


def number_cell(column: str) -> str:
    """A cell of a number, if it has no more than the 15 digits that a double always keeps; else its text."""
    number = f"'<c><v>' || trim_scale({column}) || '</v></c>'"
    return f"CASE WHEN {column}::float8::numeric = {column} THEN {number} ELSE {written(column)} END"


def instant_cell(column: str) -> str:
    """A date cell, in days since 1899-12-30, of what Excel counts right and to the millisecond; else its text."""
    fits = f"{column} >= '1900-03-01Z' AND {column} = date_trunc('milliseconds', {column})"
    days = f"round(extract(epoch FROM {column}) / 86400 + 25569, 11)"
    date = f"""'<c s="{INSTANT}"><v>' || {days} || '</v></c>'"""
    return f"CASE WHEN {fits} THEN {date} ELSE {written(sql_in_files(column))} END"


def row_line(cells: Iterable[str]) -> str:
    """The expression that writes a row of these cells."""
    return f"'<row>' || {' || '.join(cells)} || '</row>'"


def workbook(name: str, columns: tuple[str, ...]) -> ZipFile:
    """A workbook whose one sheet has these names in its first row, and nothing else."""
    from xlsxwriter import Workbook  # a tenth of a second, for those alone who ask for a sheet

    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        text, instant = (book.add_format({"num_format": FORMATS[number]}) for number in (TEXT, INSTANT))
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})  # a warning at each would be shown
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, text)
            sheet.set_column(place, place, WIDTH, instant if column == "timestamp" else None)
    return ZipFile(file)


class Pieces:
    """A file that a ZipFile writes to, and cannot seek in: the size of each part stands behind it."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def packed(name: str, columns: tuple[str, ...], rows: Generator[str]) -> Iterator[bytes]:
    """The file with these rows. OverflowError: there are more than a sheet has."""
    pieces: Any = Pieces()
    with (
        closing(rows),
        workbook(name, columns) as made,
        ZipFile(pieces, "w", ZIP_DEFLATED, compresslevel=FASTEST) as file,
    ):
        for path in made.namelist():
            if path != SHEET:
                file.writestr(path, made.read(path))
        begin, end = DIMENSION.sub("", made.read(SHEET).decode()).split(END)
        with file.open(SHEET, "w") as sheet:
            sheet.write(begin.encode())
            left = MAX_ROWS - 1
            for some in rows:
                left -= some.count("</row>")
                if left < 0:
                    raise OverflowError(f"A sheet has at most {MAX_ROWS:,} rows.")
                sheet.write(some.encode())
                yield pieces.take()
            sheet.write((END + end).encode())
    yield pieces.take()
