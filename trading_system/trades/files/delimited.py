"""Text with separators: which one it is, and its rows, from the top. Pure.

The separator is the one that cuts the most rows in succession into as many cells each; where another cuts all of these
rows as well, Unclear asks. A row that swallows those after it, for want of a quote, ends the reading.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any, TextIO

from .cells import Cell, Malformed, Table, Unclear
from .rows import MAX_ROW, TOO_LONG
from .text import HEAD

LOOKED_AT = 200  # rows from which a separator is found
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}  # by the names that people say
NAMES = {sign: name for name, sign in SEPARATORS.items()}
SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)  # Excel's own
OPEN_QUOTE = "A quote of this row does not end where its cell does; the rest of the file would be taken as one cell."


def separator_of(head: str) -> str:
    """The separator of a text that begins so; a comma if there is none; Unclear if two fit equally."""
    if named := SEP_LINE.match(head):
        return said_separator(named[1])
    cuts = {separator: widths(head, separator) for separator in NAMES}
    best = max(cuts, key=lambda separator: len(longest_run(cuts[separator])))
    region = longest_run(cuts[best])
    if not region:
        return ","
    before = next((row for row in reversed(range(region.start)) if cuts[best][row]), region.start)
    region = range(before if cuts[best][before] > 1 else region.start, region.stop)  # with a header of another width
    fit = tuple(separator for separator in NAMES if cuts_all(cuts[separator], region))
    if len(fit) > 1:
        names = " and ".join(NAMES[separator] for separator in fit)
        raise Unclear("separator", fit, f"Both {names} cut the rows into cells; say which is the separator.")
    return best


def said_separator(separator: str) -> str:
    """The separator if it is one that is known."""
    if separator not in NAMES:
        raise Malformed(0, f"A separator is one of {', '.join(SEPARATORS)}, and not {separator!r}.")
    return separator


def widths(head: str, separator: str) -> list[int]:
    """How many cells each of the first rows has; one with quotes elsewhere than around cells has none. The last row may
    be cut off, and does not count then."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator, strict=True)
    found: list[int] = []
    while len(found) <= LOOKED_AT:
        try:
            found.append(len(next(reader)))
        except csv.Error:
            found.append(0)
        except StopIteration:
            return found[:-1] if len(head) >= HEAD // 4 else found  # characters of up to four bytes
    return found


def longest_run(found: list[int]) -> range:
    """The places of the longest succession of rows that have as many cells each, and more than one."""
    longest, begin = range(0), 0
    for width, group in groupby(found):
        run = range(begin, begin + len(list(group)))
        begin = run.stop
        if width > 1 and len(run) > len(longest):
            longest = run
    return longest


def cuts_all(found: list[int], region: range) -> bool:
    """Does a separator cut all these rows?"""
    return len(found) >= region.stop and all(found[row] > 1 for row in region)


def delimited_rows(text: TextIO, separator: str) -> Table:
    """All rows but a `sep=` line. Malformed: a row that is too long, or a quote that does not end.

    The number of a row is that of its first line. `="0001"`, as Excel shields texts, is the text within.
    """
    lines = Lines(text)
    reader = csv.reader(chain.from_iterable(lines), delimiter=separator, strict=True)
    rows: Iterator[list[Any]] = reader  # lists of str, which are cells
    begin = 1
    while not lines.ended:
        try:
            for cells in rows:
                if reader.line_num > begin and sum(map(len, cells)) > MAX_ROW:
                    raise Malformed(begin, TOO_LONG)
                if lines.shielded:
                    cells = [unshielded(cell) for cell in cells]
                if begin > 1 or not SEP_LINE.fullmatch(separator.join(cells)):
                    yield begin, cells
                begin = lines.begin = reader.line_num + 1
        except csv.Error as error:
            if lines.ended or reader.line_num > begin:
                raise Malformed(begin, OPEN_QUOTE) from error
            yield begin, loose_cells(lines[begin], separator, begin)
            begin = lines.begin = reader.line_num + 1


class Lines:
    """The lines of a text in lists: a generator that gave each would take as long as csv's reader itself."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.lines, self.first = text, [""], 0
        self.begin = 1  # the first line of the row that is read; set by who reads
        self.shielded = self.ended = False

    def __iter__(self) -> Iterator[list[str]]:
        while block := self.text.read(MAX_ROW) + self.text.readline(MAX_ROW + 1):
            if self.begin < self.first:  # the row is as long as the whole block before, at least
                raise Malformed(self.begin, f"{TOO_LONG} Perhaps a quote does not end.")
            self.first += len(self.lines)
            self.lines = io.StringIO(block, newline="").readlines()
            if max(map(len, self.lines)) > MAX_ROW:
                raise Malformed(self.first + [len(line) > MAX_ROW for line in self.lines].index(True), TOO_LONG)
            self.shielded = self.shielded or '="' in block
            yield self.lines
        self.ended = True

    def __getitem__(self, number: int) -> str:
        return self.lines[number - self.first]


def loose_cells(line: str, separator: str, number: int) -> list[Cell]:
    """A line with quotes within a quoted cell, as in `"a 5" disk",1`; Malformed if it would take lines that follow."""
    asked = False

    def alone() -> Iterator[str]:
        nonlocal asked
        yield line
        asked = True

    cells: list[Any] = next(csv.reader(alone(), delimiter=separator))
    if asked:
        raise Malformed(number, OPEN_QUOTE)
    return cells


def unshielded(cell: str) -> str:
    """The text of `="text"`."""
    return cell[2:-1].replace('""', '"') if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell
