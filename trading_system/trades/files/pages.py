"""Tables of an HTML page, which several brokers save as .xls, and MetaTrader as its report. Pure.

A table within another is a table of its own. A cell is its text, with spaces joined; a cell over several columns is
followed by as many empty ones, a cell over several rows stands in the first. What a browser would not show (scripts,
hidden cells, of which MetaTrader 5 has some) is left out.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import BinaryIO

from .cells import Cell, Malformed, Table
from .rows import MAX_ROW, TOO_LONG
from .text import charset_of, mark_of, opened

MAX_PAGE = 16 * 1024 * 1024  # bytes: html.parser reads about two million a second
MAX_TAG = 4 * 1024 * 1024  # characters of a tag, or a script: pages may hold pictures in them
MAX_SPAN = 1000  # columns over which a cell may go, as in browsers
PIECE = 256 * 1024  # characters that are read in one go
META = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
Attributes = list[tuple[str, str | None]]


class Reader(HTMLParser):
    """Collects rows: (table, line, cells); tables are numbered from 1 on in the order in which they begin."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, int, list[Cell]]] = []
        self.count, self.open = 0, [0]  # tables that began; those that have not ended, the inmost last
        self.line, self.cells = 0, list[Cell]()
        self.text: list[str] | None = None  # of the cell that is open
        self.span, self.letters, self.unseen = 1, 0, False
        self.outer: list[tuple[int, list[Cell], list[str] | None, int, bool]] = []  # rows in whose cells tables began

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "table":
            self.space()
            self.outer.append((self.line, self.cells, self.text, self.span, self.unseen))
            self.line, self.cells, self.text = 0, [], None
            self.count += 1
            self.open.append(self.count)
        elif tag == "tr":
            self.end_row()
            self.line = self.getpos()[0]
        elif tag in ("td", "th") and self.outer:
            self.begin_cell(dict(attrs))
        elif tag in ("br", "p", "div", "li"):
            self.space()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.end_cell()
        elif tag == "tr":
            self.end_row()
        elif tag == "table" and self.outer:
            self.end_row()
            self.open.pop()
            self.line, self.cells, self.text, self.span, self.unseen = self.outer.pop()

    def handle_data(self, data: str) -> None:
        if self.text is not None and self.cdata_elem is None:
            self.letters += len(data)
            if self.letters > MAX_ROW:
                raise Malformed(self.line, TOO_LONG)
            self.text.append(data)

    def space(self) -> None:
        if self.text is not None:
            self.text.append(" ")

    def begin_cell(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        self.line = self.line or self.getpos()[0]
        span = attributes.get("colspan") or ""
        self.text, self.span = [], min(int(span), MAX_SPAN) if span.isdecimal() and len(span) < 5 else 1
        classes = (attributes.get("class") or "").split()
        self.unseen = (
            "hidden" in attributes or "hidden" in classes or bool(UNSEEN.search(attributes.get("style") or ""))
        )

    def end_cell(self) -> None:
        if self.text is not None and not self.unseen:
            self.cells += [" ".join("".join(self.text).split()), *[""] * (self.span - 1)]
            if len(self.cells) > MAX_ROW:
                raise Malformed(self.line, TOO_LONG)
        self.text = None

    def end_row(self) -> None:
        self.end_cell()
        if self.line:
            self.rows.append((self.open[-1], self.line, self.cells))
        self.line, self.cells, self.letters = 0, [], 0


def page_charset(file: BinaryIO, head: bytes, said: str | None) -> tuple[str, tuple[str, ...]]:
    """As of text; but without a mark, and if nobody says another, what the page itself says counts if it fits."""
    named = META.search(head)
    if named and said is None and not mark_of(head):
        try:
            return charset_of(file, head, named[1].decode("ascii").lower())
        except Malformed:  # pages are saved in another charset than they say
            pass
    return charset_of(file, head, said)


def tables(file: BinaryIO, charset: str) -> tuple[str, ...]:
    """Names of the tables with rows of several cells: table 1, table 2, … Malformed if there is none."""
    found = sorted({table for table, _, cells in page_rows(file, charset) if len(cells) > 1})
    if not found:
        raise Malformed(0, "The file is an HTML page without a table of several columns: does it ask to log in?")
    return tuple(f"table {number}" for number in found)


def table_rows(file: BinaryIO, charset: str, sheet: str) -> Table:
    """The rows of the table of that name."""
    return ((line, cells) for table, line, cells in page_rows(file, charset) if f"table {table}" == sheet)


def page_rows(file: BinaryIO, charset: str) -> Iterator[tuple[int, int, list[Cell]]]:
    """The rows of all tables: (table, line, cells), in the order in which they end."""
    if (size := file.seek(0, 2)) > MAX_PAGE:
        raise Malformed(0, f"A page has at most {MAX_PAGE >> 20} MiB; this one has {size >> 20}.")
    text, reader = opened(file, charset, newline=None), Reader()
    while piece := text.read(PIECE):
        reader.feed(piece)
        if len(reader.rawdata) > MAX_TAG:
            raise Malformed(reader.getpos()[0], f"A tag, or a script, has more than {MAX_TAG >> 20} MiB.")
        yield from reader.rows
        reader.rows.clear()
    reader.close()
    reader.end_row()
    yield from reader.rows
