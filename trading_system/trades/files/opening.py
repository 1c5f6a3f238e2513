"""What a file is, found by looking at its bytes, and never at its name. Pure.

A file is one of cells.Found's kinds, or it is refused, with what it is and what to do. What was found is said, and
`charset` and `separator` overrule it. Between two that fit equally nothing is chosen: Unclear asks.
"""

import re
from typing import BinaryIO

from . import flex, ofx, packed, pages, sheets
from .cells import Found, Malformed, Table
from .delimited import delimited_rows, said_separator, separator_of
from .text import HEAD, charset_of, mark_of, opened, text_head

PIECE = 1024 * 1024  # bytes
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel until 2003, and encrypted files
REFUSED = {  # by their first bytes
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"II*\0": "a picture (TIFF)",
    b"MM\0*": "a picture (TIFF)",
    b"%PDF": "a PDF: a broker's site has the same as CSV or Excel",
    b"\x1f\x8b": "packed with gzip: unpack it, and import what is in it",
    b"BZh": "packed with bzip2: unpack it, and import what is in it",
    b"\xfd7zXZ": "packed with xz: unpack it, and import what is in it",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it, and import what is in it",
    b"7z\xbc\xaf": "an archive (7z): unpack it, and import what is in it",
    b"Rar!": "an archive (RAR): unpack it, and import what is in it",
    b"SQLite format 3": "a database (SQLite)",
    b"PAR1": "a Parquet file: write it as CSV",
    b"{\\rtf": "a text with fonts (RTF): save it as plain text",
    b"MIME-Version:": "a web archive (.mht): open it, and save its table as .xlsx",
}
ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*+<\s*(?:[\w-]+:)?([\w.-]+)", re.DOTALL | re.IGNORECASE
)
DTD = re.compile(r"<!(DOCTYPE\s+(?!html)|ENTITY)", re.IGNORECASE)
ANGLED = re.compile(r"<\w+>[,;\t|]")  # a header of names in angles, as some programs write
JSON = {"{": "ndjson", "[": "json"}
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
HTML = re.compile(
    r"html|head|body|table|div|span|p|meta|style|title|center|font|link|script|base|br|form|h\d", re.IGNORECASE
)


def look(file: BinaryIO, *, charset: str | None = None, separator: str | None = None) -> Found:
    """What a seekable file is. Malformed: no file of trades, or not as was said. Unclear: two separators fit."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Malformed(0, "The file is empty.")
    found = packed_or_marked_up(file, head, charset)
    if found is None:
        return plain(file, head, charset, separator)
    if charset is not None and not found.charset:
        raise Malformed(0, f"A file of kind {found.kind} says its charset itself: say none.")
    if separator is not None:
        raise Malformed(0, f"A file of kind {found.kind} has no separators: say none.")
    return found


def packed_or_marked_up(file: BinaryIO, head: bytes, charset: str | None) -> Found | None:
    """What a file is that is more than rows of text; None for others."""
    if head.startswith((b"PK\x03\x04", packed.DIRECTORY_END)):
        return Found("xlsx", sheets=tuple(packed.open_workbook(file).sheets))
    refuse_binary(file, head)
    start = text_head(head, mark_of(head) or charset_in(head)).lstrip()
    if start.startswith("OFXHEADER"):
        return Found("ofx")
    return marked_up(file, head, start, charset) if start.startswith("<") and not ANGLED.match(start) else None


def plain(file: BinaryIO, head: bytes, charset: str | None, separator: str | None) -> Found:
    """What a text is: cells with separators, or JSON."""
    letters, doubts = charset_of(file, head, charset)
    start = text_head(head, letters)
    if not start.strip():
        raise Malformed(0, "There is nothing but blanks in the file.")
    if kind := JSON.get(start.lstrip()[0]):
        if separator is not None:
            raise Malformed(0, "JSON has no separators: say none.")
        return Found(kind, letters, doubts=doubts)
    return Found("csv", letters, said_separator(separator) if separator else separator_of(start), doubts=doubts)


def open_table(file: BinaryIO, found: Found, sheet: str = "") -> Table:
    """All rows of a table of the file, from the top: titles, blank rows, header, totals. Malformed while it is read."""
    if found.kind == "xlsx":
        return sheets.sheet_rows(file, sheet)
    if found.kind == "html":
        return pages.table_rows(file, found.charset, sheet)
    if found.kind == "ofx":
        return ofx.ofx_rows(file)
    if found.kind == "flex":
        return flex.flex_rows(file)
    if found.kind == "csv":
        return delimited_rows(opened(file, found.charset), found.separator)
    raise Malformed(0, f"A file of kind {found.kind} has the ledger's own form, and no tables.")


def refuse_binary(file: BinaryIO, head: bytes) -> None:
    """Malformed for what is known by its first bytes to be no text."""
    if head.startswith(OLE2):
        raise Malformed(0, f"The file is {ole_kind(file)}")
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:8] == b"ftyp":
        raise Malformed(0, "The file is a picture, or a film.")
    if kind := next((kind for magic, kind in REFUSED.items() if head.startswith(magic)), ""):
        raise Malformed(0, f"The file is {kind}.")


def ole_kind(file: BinaryIO) -> str:
    """What an OLE2 file is, by the names of the streams in it."""
    file.seek(0)
    before = b""
    for _ in range(packed.MAX_PACKED // PIECE):
        piece = file.read(PIECE)
        if "EncryptedPackage".encode("utf-16-le") in before + piece:
            return "encrypted: open it with its password, and save it without one."
        if not piece:
            break
        before = piece[-64:]
    return "a workbook of Excel 97 to 2003 (.xls), or another old file of Office: save it as .xlsx."


def charset_in(head: bytes) -> str:
    """In what to read the first tags of a file without a mark."""
    zeros = head[:256].count(0)
    return ("utf-16-be" if head[0] == 0 else "utf-16-le") if zeros > 100 else "latin-1"


def marked_up(file: BinaryIO, head: bytes, start: str, charset: str | None) -> Found:
    """What a file is that begins with a tag, by its root."""
    found = ROOT.match(start)
    root = found[1] if found else ""
    if HTML.fullmatch(root):
        letters, doubts = pages.page_charset(file, head, charset)
        return Found("html", letters, sheets=pages.tables(file, letters), doubts=doubts)
    if root == "OFX":
        return Found("ofx")
    if DTD.search(start):
        raise Malformed(0, "The file declares entities or a document type, as no broker's file does.")
    if root == "FlexQueryResponse":
        return Found("flex")
    if SPREADSHEET in start:
        raise Malformed(0, "The file is an XML spreadsheet of Excel 2003: open it, and save it as .xlsx.")
    raise Malformed(0, f"The file is XML, but of no kind that is known: its root is {root[:80]!r}.")
