"""Interactive Brokers' Flex Query as XML: what stands in <Trades>, element by element. Pure.

The first row has names: `element`, and all attributes that the elements have. Executions, orders, lots and sums stand
in one list, so that a fill may be there four times: `element` and `levelOfDetail` tell them apart. Amounts and moments
are typed by ibflex, without a zone; what it does not know, or would guess, stays text: it takes dates with slashes for
month first, and drops offsets. There are no entities.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from .cells import Cell, Malformed, Table
from .rows import MAX_ROW, TOO_LONG

PIECE = 64 * 1024  # bytes that are read in one go
MAX_SILENCE = 16  # pieces without a new element, after which a tag is too long
MAX_COLUMNS = 1000
KEPT = 4096  # values that are not read again: days, hours and codes repeat themselves
OFFSET = re.compile(r"\d[+-]\d\d:?\d\d$|[A-Za-z]{3,}$")
SEVERAL = re.compile(r"[;, T]|\d{14}")  # a date and a time, however they are separated
TYPED = ("decimal.Decimal", "datetime.date", "datetime.time", "datetime.datetime")
Found = tuple[int, str, dict[str, str]]


class Handler(ContentHandler):
    """Collects (line, name, attributes) of the elements within <Trades>."""

    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self.locator = locator
        self.found: list[Found] = []
        self.depth = self.within = self.count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's name
        self.depth += 1
        self.count += 1
        if self.within and self.depth == self.within + 1:
            line = self.locator.getLineNumber() or 0
            if sum(map(len, attrs.values())) > MAX_ROW:
                raise Malformed(line, TOO_LONG)
            self.found.append((line, name, dict(attrs.items())))
        elif name == "Trades" and not self.within:
            self.within = self.depth

    def endElement(self, name: str) -> None:  # noqa: N802
        if self.depth == self.within:
            self.within = 0
        self.depth -= 1


def flex_rows(file: BinaryIO) -> Table:
    """Names first, then a row for each element of <Trades>. The file is read twice: attributes differ by element."""
    names = dict.fromkeys(name for _, _, attributes in elements(file) for name in attributes)
    if not names:
        raise Malformed(0, "The Flex Query has no trades: add the section Trades, with executions, to it.")
    if len(names) > MAX_COLUMNS:
        raise Malformed(0, f"The trades have more than {MAX_COLUMNS} attributes.")
    yield 1, ["element", *names]
    for line, element, attributes in elements(file):
        yield line, [element, *(typed(element, name, attributes.get(name, "")) for name in names)]


def elements(file: BinaryIO) -> Iterator[Found]:
    """The elements of <Trades>, with the lines of their tags."""
    file.seek(0)
    parser = make_parser()
    handler = Handler(parser)  # expat's reader is its own locator, and tells of it only where it reads a file itself
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    silence, seen = 0, 0
    try:
        while piece := file.read(PIECE):
            parser.feed(piece)
            silence, seen = 0 if handler.count > seen else silence + 1, handler.count
            if silence > MAX_SILENCE:
                raise Malformed(line_of(handler), TOO_LONG)
            yield from handler.found
            handler.found.clear()
        parser.close()
    except SAXParseException as error:
        raise Malformed(error.getLineNumber() or 0, f"Not XML: {error.getMessage()}.") from None
    except DefusedXmlException:
        raise Malformed(
            line_of(handler), "The file declares entities or a document type, as no broker's file does."
        ) from None


def line_of(handler: Handler) -> int:
    """The line at which the parser is."""
    return handler.locator.getLineNumber() or 0


@lru_cache(KEPT)
def typed(element: str, name: str, text: str) -> Cell:
    """The value of an attribute: a finite Decimal, a date, a time, a naive datetime, or the text."""
    convert = converter(element, name)
    if not text or convert is None:
        return text
    try:
        value = convert(text)
    except Exception:  # ibflex raises its own and others; the text says what it is
        return text
    return text if value is None or (isinstance(value, Decimal) and not value.is_finite()) else value


@cache
def converter(element: str, name: str) -> Callable[[str], Cell | None] | None:
    """How ibflex reads an attribute of this kind of element; None if it is text, or not known."""
    from ibflex import Types, parser  # with it comes requests, which takes a while and few need

    kind = getattr(getattr(Types, element, None), "__annotations__", {}).get(name, "").removesuffix(" | None")
    if kind not in TYPED:
        return None
    convert: Callable[..., Any] = parser.ATTRIB_CONVERTERS[kind]
    if kind == "decimal.Decimal":
        return convert
    return lambda text: moment(text, convert)


def moment(text: str, convert: Callable[[str], Any]) -> Cell | None:
    """The date, time, or both of a text; a date alone where both could be. None for what could be read in two ways."""
    if "/" in text or OFFSET.search(text):
        return None
    value = convert(text)
    return value.date() if isinstance(value, datetime) and not SEVERAL.search(text) else value
