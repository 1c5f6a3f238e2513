"""Files of trades, one row at a time: CSV, NDJSON, or a JSON array, in UTF-8. Pure: bytes in, rows out.

A row is its number, and the texts of its cells, a JSON object, or Wrong. Malformed: the file cannot be read further.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TextIO

from rest.amounts import exact_number
from rest.tables import unmarked_text

from ..selection import FIELDS, OWN_FIELDS
from .cells import Malformed

NO_TIMESTAMP = "A row of a file needs one."  # a trade that is booked alone is of now
MAX_ROW = 64 * 1024  # characters
TOO_LONG = f"A row has at most {MAX_ROW} characters."
NEEDED = ("ticker", "price", "quantity", "side")
NAMED = 10  # unknown columns that an error names
TEXTS = ("ticker", "external_id", "note", "account")  # to which an export adds marks
may_be_marked = itemgetter(*map(OWN_FIELDS.index, TEXTS))
NO_SPACE = re.compile(r"[^ \t\r\n]")

Texts = list[str] | tuple[str, ...]  # in the order of OWN_FIELDS; an empty text is a field that was left out


@dataclass(frozen=True)
class Wrong:
    """Why a row cannot be a trade; `field` is what is wrong with it, None for the row as a whole."""

    message: str
    field: str | None = None


Row = tuple[int, Texts | dict[str, Any] | Wrong]  # staging.py checks it, bulk.py books it


def csv_rows(text: TextIO) -> Iterator[Row]:
    """The first line names the columns, in any order; a row's number is that of its first line in the file."""
    begin, left = 1, MAX_ROW

    def lines() -> Iterator[str]:
        nonlocal left
        while line := text.readline(left + 1):
            left -= len(line)
            if left < 0:
                raise Malformed(begin, TOO_LONG)
            yield line

    reader = csv.reader(lines(), strict=True)
    try:
        header = next(reader, [])
        pick, width = column_picker(header), len(header)
        begin, left = reader.line_num + 1, MAX_ROW
        for cells in reader:
            if len(cells) == width:
                cells.append("")  # what columns that the file does not have are picked from
                picked = pick(cells)
                yield begin, without_marks(picked) if "'" in "".join(may_be_marked(picked)) else picked
            elif cells:
                yield begin, Wrong(f"Has {len(cells)} cells, where the header has {width}.")
            begin, left = reader.line_num + 1, MAX_ROW
    except csv.Error as error:
        raise Malformed(begin, f"Not CSV: {error}.") from None


def without_marks(cells: Texts) -> Texts:
    """Take off the apostrophe that an export has put before what looks like a formula."""
    return [unmarked_text(cell) if name in TEXTS else cell for name, cell in zip(OWN_FIELDS, cells, strict=True)]


def column_picker(header: list[str]) -> Callable[[list[str]], Texts]:
    """What takes the cells of OWN_FIELDS out of a row; Malformed if the header does not name all that are needed."""
    names = [name.strip(" ") for name in header]
    if missing := [name for name in NEEDED if name not in names]:
        raise Malformed(1, f"The first line has to name the columns; it has no {', '.join(missing)}.")
    if unknown := [name for name in names if name not in FIELDS][:NAMED]:
        raise Malformed(1, f"Unknown columns: {', '.join(unknown)}; known are {', '.join(OWN_FIELDS)}.")
    if len(set(names)) < len(names):
        raise Malformed(1, "A column is named more than once.")
    return itemgetter(*(names.index(name) if name in names else len(names) for name in OWN_FIELDS))


def ndjson_rows(text: TextIO) -> Iterator[Row]:
    """An object a line; empty lines are skipped."""
    line = 0
    while written := text.readline(MAX_ROW + 1):
        line += 1
        if len(written) > MAX_ROW:
            while not written.endswith("\n") and (written := text.readline(MAX_ROW)):
                pass
            yield line, Wrong(TOO_LONG)
        elif NO_SPACE.search(written):
            try:
                yield line, member(decoder.decode(written))
            except (ValueError, RecursionError) as error:
                yield line, Wrong(f"Not JSON: {problem(error)}.")


def json_rows(text: TextIO) -> Iterator[Row]:
    """An array of objects, read a piece at a time; a row's number is its place in the array, from 1 on."""
    scanner, item = Scanner(text), 0
    scanner.expect("[", item)
    if scanner.peek() == "]":
        scanner.position += 1
    else:
        while item == 0 or scanner.expect(",]", item) == ",":
            item += 1
            yield item, member(scanner.value(item))
    if scanner.peek():
        raise Malformed(item, "Not JSON: something follows the array.")


class Scanner:
    """JSON values of a text that need not fit into memory, each of at most MAX_ROW characters."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.buffer, self.position = text, "", 0

    def more(self) -> bool:
        """Read up to MAX_ROW characters further, and forget those before `position`; False at the end of the text."""
        piece = self.text.read(MAX_ROW)
        self.buffer, self.position = self.buffer[self.position :] + piece, 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no space; none at the end."""
        while True:
            if found := NO_SPACE.search(self.buffer, self.position):
                self.position = found.start()
                return found[0]
            self.position = len(self.buffer)
            if not self.more():
                return ""

    def expect(self, characters: str, item: int) -> str:
        """Skip spaces, take one of these characters, and return it; Malformed, of the row `item`, if there is none."""
        found = self.peek()
        if not found or found not in characters:
            raise Malformed(item, f"Not a JSON array: {found or 'the end'} where {' or '.join(characters)} should be.")
        self.position += 1
        return found

    def value(self, item: int) -> Any:
        """What is cut off in the buffer would be too long anyway."""
        self.peek()
        while len(self.buffer) - self.position <= MAX_ROW and self.more():
            pass
        try:
            value, end = decoder.raw_decode(self.buffer, self.position)
        except (ValueError, RecursionError) as error:
            raise Malformed(item, f"Not JSON within {MAX_ROW} characters: {problem(error, self.position)}.") from None
        if end - self.position > MAX_ROW:
            raise Malformed(item, TOO_LONG)
        self.position = end
        return value


def pairs(members: list[tuple[str, Any]]) -> dict[str, Any] | Wrong:
    """The object of a JSON text; Wrong if a name is repeated in it."""
    value = dict(members)
    return value if len(value) == len(members) else Wrong("A name is given more than once.")


# Every number is exact; NaN and infinities are numbers that no field accepts.
decoder = json.JSONDecoder(
    parse_float=exact_number, parse_int=exact_number, parse_constant=exact_number, object_pairs_hook=pairs
)


def problem(error: Exception, begin: int = 0) -> str:
    """What a JSON decoder complains about; `begin` is where its value begins."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.removesuffix(' at')} at character {error.pos - begin + 1}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def member(value: Any) -> dict[str, Any] | Wrong:
    """An item of a file: an object, or Wrong."""
    return value if isinstance(value, dict | Wrong) else Wrong("Must be an object with the fields of a trade.")


FORMATS: dict[str, Callable[[TextIO], Iterator[Row]]] = {"csv": csv_rows, "ndjson": ndjson_rows, "json": json_rows}


def read_rows(binary: io.BufferedReader, format_: str) -> Iterator[Row]:
    """The rows of a file of this format. Bytes that are not UTF-8 become lone surrogates, which no field may have."""
    newline = "" if format_ == "csv" else "\n"  # other ends of lines are for CSV's own reader, and space in JSON
    return FORMATS[format_](io.TextIOWrapper(binary, "utf-8-sig", errors="surrogateescape", newline=newline))
