"""Text: which letters its bytes are, and the rows of text with separators. Pure: bytes in, rows out.

A charset is a byte order mark, else UTF-8 if the whole file is, else UTF-16 if every other byte is zero, else cp1252: that
is said with the first bytes that are no UTF-8. It is never guessed by how often letters occur: charset-normalizer 3.5.3
takes small cp1252 files for cp775 or cp932, sure of itself. A separator is the one that cuts the most rows in succession
into as many cells each; where another would do as well, Unclear asks.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any, BinaryIO, TextIO

from .cells import Malformed, Table, Unclear
from .rows import MAX_ROW, TOO_LONG

PIECE = 256 * 1024  # bytes that are looked at in one go
HEAD = 64 * 1024  # bytes, or characters, from which a file is recognised
LOOKED_AT = 200  # rows from which a separator is found
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)  # Excel's own
OPEN_QUOTE = "A quote of this row does not end where its cell does; the rest of the file would be taken as one cell."
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, with whose mark it begins
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Kept(io.RawIOBase):
    """The bytes of a file that stays open when those who read it are gone."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def opened(file: BinaryIO, charset: str, newline: str | None = "") -> TextIO:
    """The file from its beginning, as text without a byte order mark."""
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(Kept(file), PIECE), charset, newline=newline)
    if text.read(1) != "\ufeff":
        file.seek(0)
        text = io.TextIOWrapper(io.BufferedReader(Kept(file), PIECE), charset, newline=newline)
    return text


def charset_of(file: BinaryIO, head: bytes, said: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The charset that all bytes of the file fit, and doubts; Malformed if there is none, or if what was said misfits."""
    if said is not None:
        refuse_misfit(file, known(said), "say another charset, or none: then it is found")
        return said, ()
    if marked := mark_of(head) or zeros_of(head):
        refuse_misfit(file, marked, "save it once more as UTF-8")
        return marked, ()
    if (misfit := first_misfit(file, "utf-8")) is None:
        return "utf-8", ()
    refuse_misfit(file, "cp1252", "neither is it UTF-8: say its charset")
    line, wrong = misfit
    doubt = f"Line {line} is not UTF-8 (bytes {wrong.hex(' ')}), so the file is read as cp1252. If its letters look wrong, say its charset."
    return "cp1252", (doubt,)


def known(charset: str) -> str:
    """The charset if there is one of that name that turns bytes into text."""
    try:
        " ".encode(charset)
    except (LookupError, ValueError):
        raise Malformed(0, f"No charset is called {charset!r}; among others there are utf-8, utf-16, cp1252.") from None
    return charset


def mark_of(head: bytes) -> str:
    """The charset that the byte order mark names; none if there is no mark."""
    return next((charset for mark, charset in MARKS.items() if head.startswith(mark)), "")


def zeros_of(head: bytes) -> str:
    """UTF-16 without a mark: half of the bytes in odd places, or in even ones, are zero, and none of the others."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if not even and odd * 2 > len(head) // 2:
        return "utf-16-le"
    return "utf-16-be" if not odd and even * 2 > len(head) // 2 else ""


def refuse_misfit(file: BinaryIO, charset: str, advice: str) -> None:
    """Malformed if bytes of the file do not fit the charset."""
    if misfit := first_misfit(file, charset):
        line, wrong = misfit
        raise Malformed(line, f"Bytes {wrong.hex(' ')} do not fit {charset}; {advice}.")


def first_misfit(file: BinaryIO, charset: str) -> tuple[int, bytes] | None:
    """The line and the bytes that do not fit; None if all do. Malformed if a character is NUL, which text never has."""
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(charset)(), translate=True)
    line, piece = 1, b"begin"
    while piece:
        piece = file.read(PIECE)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            before = str(error.object[: error.start], charset, "replace")
            return line + len(re.findall(r"\r\n?|\n", before)), error.object[error.start : error.end]
        if "\0" in text:
            raise Malformed(line + text[: text.index("\0")].count("\n"), "Has bytes that are zero: it is no text.")
        line += text.count("\n")
    return None


def text_head(head: bytes, charset: str) -> str:
    """The first characters of a file, without a byte order mark; what is cut off at the end is left out."""
    return codecs.getincrementaldecoder(charset)("replace").decode(head).removeprefix("\ufeff")


def separator_of(head: str) -> str:
    """The separator of a text that begins so; a comma if there is none; Unclear if two fit equally."""
    if named := SEP_LINE.match(head):
        return said_separator(named[1])
    cuts = {separator: widths(head, separator) for separator in SEPARATORS}
    best = max(cuts, key=lambda separator: len(longest_run(cuts[separator])))
    region = longest_run(cuts[best])
    if not region:
        return ","
    before = next((row for row in reversed(range(region.start)) if cuts[best][row]), region.start)
    region = range(before if cuts[best][before] > 1 else region.start, region.stop)  # with a header of another width
    fit = tuple(separator for separator in SEPARATORS if cuts_all(cuts[separator], region))
    if len(fit) > 1:
        names = " and ".join(SEPARATORS[separator] for separator in fit)
        raise Unclear("separator", fit, f"{names.capitalize()} both cut the rows into cells; say which is the separator.")
    return best


def said_separator(separator: str) -> str:
    """The separator if it is one that is known."""
    if separator not in SEPARATORS:
        raise Malformed(0, f"A separator is one of {', '.join(SEPARATORS.values())}, and not {separator!r}.")
    return separator


def widths(head: str, separator: str) -> list[int]:
    """How many cells each of the first rows has; the last one may be cut off, and counts only if it is alone."""
    lines = io.StringIO(head, newline="")
    found: list[int] = []
    try:
        for row in csv.reader(lines, delimiter=separator):
            found.append(len(row))
            if len(found) > LOOKED_AT:
                break
    except csv.Error:  # a cell that is longer than any may be
        pass
    return found[:-1] if len(head) >= HEAD or len(found) > LOOKED_AT else found


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
    begin = 1
    while not lines.ended:
        try:
            for cells in reader:
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


def loose_cells(line: str, separator: str, number: int) -> list[str]:
    """A line with quotes within a quoted cell, as in `"a 5" disk",1`; Malformed if it would take lines that follow."""
    asked = False

    def alone() -> Iterator[str]:
        nonlocal asked
        yield line
        asked = True

    cells = next(csv.reader(alone(), delimiter=separator))
    if asked:
        raise Malformed(number, OPEN_QUOTE)
    return cells


def unshielded(cell: str) -> str:
    """The text of `="text"`."""
    return cell[2:-1].replace('""', '"') if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell
