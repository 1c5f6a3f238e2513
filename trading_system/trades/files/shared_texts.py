"""Texts that the cells of a workbook share, which they name by their places. Pure.

They stay as they are in the file: each is decoded when a cell has it. Calamine 0.9.1 would decode all of them, for each
part of a sheet anew, and give each cell a copy of its own.
"""

import re
from array import array
from functools import lru_cache
from html import unescape

from .cells import Malformed

KEPT = 4096  # texts that are not decoded again
ITEM = re.compile(rb"<(?:\w+:)?si\b")
TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?(?<!/)>(.*?)</(?:\w+:)?t>", re.DOTALL)
PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)  # how a Japanese text is said
MARK = "\ufdd0"  # Unicode's promise: no text has it
REFERENCE = re.compile(rb"(\bt\s*=\s*[\"'])s([\"'][^>]*>\s*<(?:\w+:)?v>)")


def marked(part: bytes) -> bytes:
    """A part of a sheet whose cells have MARK and a place as their text, instead of a place alone."""
    part = part.replace(b't="s"><v>', b't="str"><v>' + MARK.encode())  # as most programs write it
    return REFERENCE.sub(rb"\1str\2" + MARK.encode(), part) if b'"s"' in part or b"'s'" in part else part


class SharedTexts:
    """The texts of an `sst` element."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.begins = array("Q", (found.start() for found in ITEM.finditer(xml)))
        self.begins.append(len(xml))
        self.at = lru_cache(KEPT)(self.decoded)

    def decoded(self, place: str) -> str:
        """The text in a place; Malformed if there is none."""
        try:
            begin, end = self.begins[int(place) : int(place) + 2]
        except ValueError:
            raise Malformed(
                0, f"A cell has text {place!r:.20} of the workbook, which has none of that number."
            ) from None
        item = self.xml[begin:end]
        if item.startswith(b"<si><t>") and item.count(b"<") == 4:  # as most are
            return unescape(item[7 : item.index(b"<", 7)].decode())
        return unescape(b"".join(TEXT.findall(PHONETIC.sub(b"", item))).decode())
