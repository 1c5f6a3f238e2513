"""The lines of a file that follows a ledger, and the copy of the ledger that they are. Pure.

    {"begin":"https://ledger.example/api/trades/changes/"}    what is above it says nothing any more
    {"change":"insert","at":"…","trade":{"id":7,…}}           or update, or restore: the trade is so from now on
    {"change":"delete","at":"…","trade":{"id":7,…}}           it is there no more
    {"cursor":"…","more":false}                               the end of a page

A page counts when its last line is there: what is below the last cursor was being written, and is left out. After a
cursor with `"more":false`, the copy is the ledger as it was.
"""

import json
from collections.abc import Iterable
from mmap import mmap
from typing import Any, NamedTuple

import msgspec

BEGIN, CURSOR = b'{"begin":', b'{"cursor":'
Trade = dict[str, Any]  # as in the ledger's lists; prices, quantities and fees are texts


class Changes(msgspec.Struct):
    """A page of the ledger's answer: each of its `results` is JSON, of which no digit is read."""

    results: list[msgspec.Raw]
    cursor: str
    more: bool


class End(NamedTuple):
    """How many bytes of a file count, and the cursor from which the ledger goes on: None from the beginning."""

    size: int
    cursor: str | None


def line(value: object) -> bytes:
    """JSON in one line."""
    return msgspec.json.format(msgspec.json.encode(value), indent=-1) + b"\n"


def end_of(text: bytes | mmap) -> End:
    """Of a file with these lines, the last of which may be torn."""
    torn = text.rfind(b"\n") + 1
    begun = text.rfind(b"\n" + CURSOR, 0, torn) + 1
    if not begun:
        return End(0, None)
    size = text.find(b"\n", begun) + 1
    return End(size, json.loads(text[begun:size])["cursor"])


def copy_of(lines: Iterable[bytes]) -> dict[int, Trade]:
    """The trades of the ledger by their ids, as the pages of a file say that end."""
    copy: dict[int, Trade] = {}
    page: list[bytes] = []
    for text in lines:
        page.append(text)
        if text.startswith(CURSOR) and text.endswith(b"\n"):
            for each in page:
                take(copy, json.loads(each))
            page.clear()
    return copy


def take(copy: dict[int, Trade], said: dict[str, Any]) -> None:
    """Change the copy as a line says. A change that is taken twice changes nothing more."""
    match said:
        case {"begin": _}:
            copy.clear()
        case {"change": "delete", "trade": {"id": id_}}:
            copy.pop(id_, None)
        case {"change": _, "trade": trade}:
            copy[trade["id"]] = trade
