"""What is in a zip file: a workbook of Excel, or what is no file of trades. Pure, and bounded by sizes as they are.

Nothing is believed that the directory of the file says: its own size is looked at before it is read, and members are
unpacked piece by piece, no further than their limit. Only the members that a sheet needs are unpacked at all: pictures,
macros and other sheets are not.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .cells import Malformed

MAX_PACKED = 64 * 1024 * 1024  # bytes of the file
MAX_DIRECTORY = 1024 * 1024  # bytes of its directory: some ten thousand members
MAX_PART = 1024 * 1024  # unpacked bytes of the parts that name the sheets
MAX_TEXTS = 48 * 1024 * 1024  # unpacked bytes of the texts that the sheets share, and of their styles
PIECE = 1024 * 1024
DIRECTORY_END = b"PK\x05\x06"
# What zipfile raises for a broken member; RuntimeError for one that is encrypted, or packed as it cannot unpack.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, OSError)
OTHERS = {  # what a member's name shows
    "word/document.xml": "a document of Word",
    "ppt/presentation.xml": "a presentation",
    "xl/workbook.bin": "a binary workbook (.xlsb): save it as .xlsx",
    "mimetype": "an OpenDocument file (.ods): save it as .xlsx",
    "Index/Document.iwa": "a file of Numbers or Pages: export it as .xlsx",
}
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class Workbook:
    """An .xlsx or .xlsm file: the members that hold its visible sheets, by their names and in their order."""

    archive: zipfile.ZipFile
    sheets: dict[str, str]


def open_workbook(file: BinaryIO) -> Workbook:
    """The workbook in a zip file; Malformed for any other zip file, and for one that is broken or too large."""
    try:
        archive = open_archive(file)
        names = archive.namelist()
        if WORKBOOK not in names:
            raise Malformed(0, f"The file is {other_kind(names)}.")
        return Workbook(archive, visible_sheets(archive))
    except BROKEN as error:
        raise Malformed(0, f"The zip file, or the workbook, is broken: {error}.") from None


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """The zip file if it and its directory are within their limits."""
    if (size := file.seek(0, 2)) > MAX_PACKED:
        raise Malformed(0, f"A workbook has at most {MAX_PACKED >> 20} MiB; this one has {size >> 20}.")
    file.seek(max(0, size - 2**16 - 22))
    tail = file.read()
    if (end := tail.rfind(DIRECTORY_END)) >= 0 and int.from_bytes(tail[end + 12 : end + 16], "little") > MAX_DIRECTORY:
        raise Malformed(0, "The zip file has too many members for a workbook.")
    return zipfile.ZipFile(file)


def other_kind(names: list[str]) -> str:
    """What a zip file is that is no workbook."""
    if kind := next((kind for name, kind in OTHERS.items() if name in names), ""):
        return kind
    files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX")]
    inside = files[0] if len(files) == 1 else f"{len(files)} files"
    return f"a zip file with {inside} inside: unpack it, and import what is in it"


def visible_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names and members of the sheets that are not hidden; charts and dialogs are no sheets."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in part(archive, RELATIONS).findall("{*}Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets = {}
    for sheet in part(archive, WORKBOOK).findall("{*}sheets/{*}sheet"):
        target = targets.get(next((value for name, value in sheet.items() if name.endswith("}id")), None))
        if target and sheet.get("state", "visible") == "visible":
            sheets[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if not sheets:
        raise Malformed(0, "The workbook has no sheet that can be seen.")
    return sheets


def part(archive: zipfile.ZipFile, name: str) -> Element:
    """A small XML member, without entities."""
    try:
        root: Element = fromstring(b"".join(pieces(archive, name, MAX_PART)), forbid_dtd=True)
    except (ParseError, DefusedXmlException, KeyError) as error:
        raise Malformed(0, f"The workbook is broken: {name}: {error!s:.200}") from None
    return root


def pieces(archive: zipfile.ZipFile, name: str, limit: int) -> Iterator[bytes]:
    """A member, unpacked piece by piece. zipfile unpacks no more than is asked for, and than the directory says."""
    left = limit
    with archive.open(name) as member:
        while piece := member.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise Malformed(0, f"{name} in the workbook is larger than {limit >> 20} MiB when it is unpacked.")
            yield piece
