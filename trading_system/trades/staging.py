"""Rows of a file as lines for COPY. A row that REGULAR does not match is validated by the serializer, as in a POST."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from rest_framework.exceptions import ValidationError

from reference.currencies import CURRENCY_LENGTH, normal_currency
from reference.models import NAME_LENGTH
from rest import instants
from rest.amounts import pattern
from rest.tickers import BOUNDED

from .files.rows import NO_TIMESTAMP, Row, Texts, Wrong
from .models import DECIMALS, EXTERNAL_ID_LENGTH, NOTE_LENGTH, WHOLE_DIGITS, Side
from .selection import FIELDS, OWN_FIELDS
from .serializers import TradeSerializer

Errors = Mapping[str | None, list[str]]  # by field; None for the whole row
Refuse = Callable[[int, Errors], None]  # is called with a row that is no trade

ANY_AMOUNT = pattern(WHOLE_DIGITS, DECIMALS)
QUANTITY, SIGNED = f"(?=[0.]*[1-9]){ANY_AMOUNT}", f"-?{ANY_AMOUNT}"
LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DAY = (
    "(?!0000|0001|9999)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    f"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{LEAP_YEAR}-02-29)"
)
TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
NAME = rf"(?! )[ -\[\]-~]{{0,{EXTERNAL_ID_LENGTH}}}(?<! )"  # without a backslash, which COPY reads as more than that
NOTE = rf"[^\0-\x1f\\\x7f\ud800-\udfff]{{0,{NOTE_LENGTH}}}"
ACCOUNT = rf"(?!\s)[^\0-\x1f\\,\x7f\ud800-\udfff]{{1,{NAME_LENGTH}}}(?<!\s)"  # which fields cut off
CURRENCY = rf"[A-Z0-9]{{2,{CURRENCY_LENGTH}}}"
SIDE = "|".join(Side.values)
# Rows that meet all rules except those that need a clock, in a form that PostgreSQL and the serializer read alike.
REGULAR = re.compile(
    rf"{BOUNDED}\t{SIGNED}\t{QUANTITY}\t(?:{SIDE})\t{DAY}[T ]{TIME}\t(?:{SIGNED})?\t{NAME}\t{NOTE}"
    rf"\t(?:{ACCOUNT})?\t(?:{CURRENCY})?\t(?:{CURRENCY})?"
)
KNOWN = set(FIELDS)
NEVER_EMPTY = ("timestamp", "fee", "account", "currency", "fee_currency")
NUMBER = (str, Decimal)
KINDS: tuple[Any, ...] = (str, NUMBER, NUMBER, str, str, NUMBER, (str, NoneType), str, str, str, str)  # of OWN_FIELDS
AT_ONCE = 500  # lines that are encoded together
SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_lines(rows: Iterable[Row], refuse: Refuse, torn: list[int]) -> Iterator[str]:
    """Lines of COPY's text format: the row's number and its fields; an empty field is NULL.

    Of rows with one number, which are trades of one row, none is right if one is wrong. `torn` gets the numbers of
    which some had been yielded by then.
    """
    regular = REGULAR.fullmatch
    last = refused = -1
    for number, row in rows:
        if number == refused:
            continue
        texts = row if isinstance(row, tuple) else row_texts(row)  # a call for each row of CSV would be felt
        if texts:
            text = "\t".join(texts)
            if regular(text) or regular(text := "\t".join(in_one_case(texts))):
                last = number
                yield f"{number}\t{text}\n"
                continue
        found = refusal(row) if isinstance(row, Wrong) else examined(filled(row))
        if isinstance(found, Mapping):
            refuse(number, found)
            refused = number
            if last == number:
                torn.append(number)
        else:
            last = number
            yield f"{number}\t" + "\t".join(text.translate(ESCAPES) for text in found) + "\n"


def row_texts(row: Texts | dict[str, Any] | Wrong) -> Texts:
    """The texts of a row of which they may be regular; none of any other."""
    if isinstance(row, dict):
        return texts_of(row)
    return () if isinstance(row, Wrong) else row


def refusal(row: Wrong) -> Errors:
    return {row.field: [row.message]}


def texts_of(row: dict[str, Any]) -> Texts:
    """The texts of an object of strings, and of numbers for amounts; none of any other."""
    if not row.keys() <= KNOWN or "" in map(row.get, NEVER_EMPTY):
        return ()
    values = [row.get(name, "") for name in OWN_FIELDS]
    return ["" if value is None else str(value) for value in values] if all(map(isinstance, values, KINDS)) else ()


def in_one_case(texts: Texts) -> Texts:
    """The same texts with an upper-case ticker and currencies, and a lower-case side."""
    ticker, price, quantity, side, *others, currency, fee_currency = texts
    ticker = ticker.upper() if ticker.isascii() else ticker
    codes = [normal_currency(code) or code for code in (currency, fee_currency)]  # spaces alone are no code
    return [ticker, price, quantity, side.lower(), *others, *codes]


def filled(row: Texts | dict[str, Any]) -> dict[str, Any]:
    """An empty cell of CSV is a field that was left out."""
    return row if isinstance(row, dict) else {name: cell for name, cell in zip(OWN_FIELDS, row, strict=True) if cell}


def examined(row: dict[str, Any]) -> Texts | Errors:
    """The texts of a row that the serializer accepts, or its errors."""
    texts = [(name, value) for name in OWN_FIELDS if isinstance(value := row.get(name), str)]
    if broken := [name for name, value in texts if SURROGATE.search(value)]:
        return {name: ["Has bytes or characters that are not Unicode."] for name in broken}
    errors: dict[str | None, list[str]] = {}
    if row.get("timestamp") in (None, ""):
        row = {name: value for name, value in row.items() if name != "timestamp"}
        errors["timestamp"] = [NO_TIMESTAMP]
    try:
        trade = TradeSerializer().run_validation(row)
    except ValidationError as error:
        detail: Any = error.detail
        return {name: [str(text) for text in texts] for name, texts in detail.items()} | errors
    return errors or [text_of(trade.get(name)) for name in OWN_FIELDS]


def text_of(value: Any) -> str:
    """A validated value as COPY reads it; an empty text for None."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return instants.render(value) if isinstance(value, datetime) else value or ""


class Lines:
    """Lines as the file that COPY reads from. `error` keeps an exception of theirs, which the driver replaces."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.rest, self.count = lines, b"", 0
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end of the lines: the driver calls it."""
        try:
            while len(self.rest) < size and (lines := list(itertools.islice(self.lines, AT_ONCE))):
                self.count += len(lines)
                self.rest += "".join(lines).encode()
        except BaseException as error:
            self.error = error
            raise
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece
