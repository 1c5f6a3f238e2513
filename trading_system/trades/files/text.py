"""Text: which letters its bytes are. Pure.

A charset is a byte order mark, else UTF-8 if the whole file is, else UTF-16 if every other byte is zero, else cp1252:
that is said with the first bytes that are no UTF-8. It is never guessed by how often letters occur: charset-normalizer
3.5.3 takes small cp1252 files for cp775 or cp932, sure of itself.
"""

import codecs
import io
import re
from typing import Any, BinaryIO, TextIO

from .cells import Malformed

PIECE = 256 * 1024  # bytes that are looked at in one go
HEAD = 64 * 1024  # bytes, or characters, from which a file is recognised
NO_LETTERS = {"punycode", "utf-7", "unicode-escape", "raw-unicode-escape"}  # texts of other bytes, as Python calls them
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
    """The charset that all bytes of the file fit, and doubts; Malformed if there is none, or what was said misfits."""
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
    doubt = f"Line {line} is not UTF-8 (bytes {wrong.hex(' ')}), so the file is read as cp1252."
    return "cp1252", (f"{doubt} If its letters look wrong, say its charset.",)


def known(charset: str) -> str:
    """The charset if there is one of that name that turns bytes into text."""
    try:
        " ".encode(charset).decode(charset, "replace")  # which idna does not do
        if codecs.lookup(charset).name not in NO_LETTERS:
            return charset
    except (LookupError, ValueError):
        pass
    raise Malformed(0, f"No charset is called {charset[:40]!r}; among others there are utf-8, utf-16, cp1252.")


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
        except UnicodeError:  # of UTF-16 and UTF-32 that is said, in a file without a mark
            raise Malformed(line, f"Has no byte order mark: say {charset}-le or {charset}-be.") from None
        if "\0" in text:
            raise Malformed(line + text[: text.index("\0")].count("\n"), "Has bytes that are zero: it is no text.")
        line += text.count("\n")
    return None


def text_head(head: bytes, charset: str) -> str:
    """The first characters of a file, without a byte order mark; what is cut off at the end is left out."""
    return codecs.getincrementaldecoder(charset)("replace").decode(head).removeprefix("\ufeff")
