"""What readers of files give, whatever the file is: rows of cells. Pure.

A row is the number of its first line in the file (of a sheet: its row; of XML and OFX: the line of its opening tag) and
its cells. A cell is text as the file has it, or a value that the file itself has typed: no style of numbers and no
order of dates is asked of those.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

Cell = str | Decimal | datetime | date | time  # an empty cell is an empty text
Cells = tuple[int, list[Cell]]
Table = Iterator[Cells]


DASHES = "-\u2013\u2014 "
ABSENT = ("n/a", "n.a.", "#n/a")


def is_blank(text: str) -> bool:
    """Whether the text of a cell says that there is nothing: it is empty, dashes, or "n/a"."""
    return not text.strip(DASHES) or text.casefold() in ABSENT


class Malformed(Exception):
    """The file cannot be read on from this line, or item of an array; 0 stands for the file as a whole."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class Unclear(Exception):
    """Two ways of reading the file fit it equally; somebody has to say which: `name` is what is to be said."""

    def __init__(self, name: str, options: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.name, self.options, self.message = name, options, message


@dataclass(frozen=True)
class Found:
    """What a file is, as it was found by looking at it, or as somebody said."""

    kind: str  # csv (text with separators), xlsx, html, ofx, flex (Interactive Brokers' XML), ndjson, json
    charset: str = ""  # of text: utf-8, utf-16, cp1252, or another that was said
    separator: str = ""  # of csv: one of , ; | and tab
    sheets: tuple[str, ...] = ("",)  # the names of its tables: sheets of xlsx, tables of HTML; else one without a name
    doubts: tuple[str, ...] = ()  # sentences: what was decided although it could be otherwise
