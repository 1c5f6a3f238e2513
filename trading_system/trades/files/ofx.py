"""OFX and QFX, the files of money programs, in SGML or XML: the transactions of securities, one by one. Pure.

Header and tags are read by ofxtools; amounts and moments by ofx_values, as ofxtools 1.1.1 ends the whole file at a memo
of 256 characters, and lets NaN pass. A time without an offset is UTC (OFX 2.2, 3.2.8.2). A transaction that cannot be
read is a row with a `problem`, so that the others can be. Tickers come from the securities' list, by UNIQUEID; they are
never taken from a memo.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO
from xml.etree.ElementTree import Element

from ofxtools.header import OFXHeaderError, parse_header
from ofxtools.Parser import ParseError, TreeBuilder

from .cells import Cell, Malformed, Table
from .ofx_values import AMOUNTS, Unread, amounts, moment

MAX_OFX = 8 * 1024 * 1024  # bytes: its tree takes 13 times as much memory
TYPES = ("BUYTYPE", "SELLTYPE", "OPTBUYTYPE", "OPTSELLTYPE", "INCOMETYPE", "TFERACTION", "OPTACTION", "TRNTYPE")
NAMES = [
    "transaction",
    "FITID",
    "DTTRADE",
    *AMOUNTS,
    "CURRENCY",
    "UNIQUEID",
    "UNIQUEIDTYPE",
    "TICKER",
    "MEMO",
    "TYPE",
    "ACCTID",
    "problem",
]
EMPTY_TAG = re.compile(r"<[A-Z0-9._]+\s*/>")
TRANSACTIONS = re.compile(r"<INVTRANLIST>.*?</INVTRANLIST>", re.DOTALL)
HEADER = 64 * 1024  # bytes within which the header ends


class Tree(TreeBuilder):
    """ofxtools' tree, which would nest all that follows in a tag without a value, as SGML may leave it open."""

    def __init__(self) -> None:
        super().__init__()
        self.unclosed: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.unclosed.append(tag)
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        if tag not in self.unclosed:
            raise ParseError(f"</{tag}> closes what was not opened")
        while (last := self.unclosed.pop()) != tag:
            super().end(last)
        return super().end(tag)


def ofx_rows(file: BinaryIO) -> Table:
    """NAMES first, then a row for each transaction, in the order of the file, with the line of its tag."""
    root, text, before = parsed(file)
    if root.find(".//INVTRANLIST") is None:
        raise Malformed(0, "The file has no transactions of securities (INVTRANLIST): is it of a bank account?")
    found = [
        (transaction, account)
        for statement in root.iter("INVSTMTRS")
        for account in [leaves(statement)]
        for transactions in statement.iter("INVTRANLIST")
        for transaction in transactions
        if transaction.tag not in ("DTSTART", "DTEND")
    ]
    tickers = {security(info): info.get("TICKER", "") for info in map(leaves, root.iter("SECINFO"))}
    yield 1, list(NAMES)
    for (transaction, account), line in zip(found, lines(text, {kind.tag for kind, _ in found}, before), strict=True):
        yield line, row(transaction, account, tickers)


def parsed(file: BinaryIO) -> tuple[Element, str, int]:
    """The root, the text that it was made of, and how many lines stand before that."""
    if (size := file.seek(0, 2)) > MAX_OFX:
        raise Malformed(0, f"A file of OFX has at most {MAX_OFX >> 20} MiB; this one has {size >> 20}.")
    file.seek(0)
    head = file.read(HEADER)
    file.seek(0)
    tree = Tree()
    try:
        _, text = parse_header(file)
        text = EMPTY_TAG.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        tree.feed(text)
        root = tree.close()
    except (OFXHeaderError, ParseError, ValueError, AssertionError) as error:
        raise Malformed(0, f"Not OFX: {error!s:.200}.") from None
    if not isinstance(root, Element):
        raise Malformed(0, "Not OFX: there is nothing below the header.")
    before = head[: max(head.find(b"<OFX>"), 0)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    return root, text, before - text.count("\n", 0, max(text.find("<OFX>"), 0))


def lines(text: str, kinds: set[str], before: int) -> Iterator[int]:
    """The lines of the tags that open a transaction of one of these kinds."""
    opening = re.compile(f"<(?:{'|'.join(map(re.escape, kinds))})>")
    line, position = before + 1, 0
    for transactions in TRANSACTIONS.finditer(text):
        for tag in opening.finditer(text, transactions.start(), transactions.end()) if kinds else ():
            line += text.count("\n", position, tag.start())
            position = tag.start()
            yield line


def leaves(element: Element) -> dict[str, str]:
    """The first text of each tag in an element, however deep."""
    found: dict[str, str] = {}
    for leaf in element.iter():
        if leaf.text:
            found.setdefault(leaf.tag, unescape(leaf.text))
    return found


def security(fields: dict[str, str]) -> tuple[str, str]:
    """By what the securities' list is searched."""
    return fields.get("UNIQUEID", ""), fields.get("UNIQUEIDTYPE", "")


def row(transaction: Element, account: dict[str, str], tickers: dict[tuple[str, str], str]) -> list[Cell]:
    """The cells of NAMES; those that could not be read are empty, and the last says why."""
    fields = leaves(transaction)
    foreign = transaction.find(".//CURRENCY")  # the amounts are in it; with ORIGCURRENCY they have been converted
    known: dict[str, Cell] = {
        **{name: fields.get(name, "") for name in ("FITID", "UNIQUEID", "UNIQUEIDTYPE", "MEMO")},
        "transaction": transaction.tag,
        "CURRENCY": (leaves(foreign) if foreign is not None else {}).get("CURSYM") or account.get("CURDEF", ""),
        "TICKER": tickers.get(security(fields), ""),
        "TYPE": next((fields[name] for name in TYPES if name in fields), ""),
        "ACCTID": account.get("ACCTID", ""),
    }
    try:
        known |= amounts(fields) | {"DTTRADE": moment(fields.get("DTTRADE") or fields.get("DTPOSTED", ""))}
    except Unread as error:
        known["problem"] = str(error)
    return [known.get(name, "") for name in NAMES]
