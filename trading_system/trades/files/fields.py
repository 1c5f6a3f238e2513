"""Fields of a trade out of the cells of a row, as a profile says. Pure.

Every function here makes one that takes the cells of a row. Texts are remembered with what they stand for, as most of a
file's texts come again: a date, a symbol, a side.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

from rest.amounts import EXACT

from .amounts import plain
from .blanks import is_blank
from .cells import Cell
from .header import Header
from .patterns import compiled
from .profile import Names, Source, Where

Row = list[Cell]
Get = Callable[[Row], str]
DIGITS_OF_DOUBLES = 15  # that are certain
REMEMBERED = 20_000  # texts of a column
MAX_TEXT = 200  # characters of one that is remembered
DIVIDING, SMALLEST = Context(prec=60), Decimal("1E-18")  # as many decimals as an amount of the ledger has
# What pairs that are written in one are divided by, those with the longest name first.
QUOTES = ("FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "CHF", "JPY", "AUD", "CAD", "BTC", "ETH", "BNB")


class Refused(Exception):
    """The row cannot be a trade: `field` is what is wrong with it."""

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Memo(dict[Any, Any]):
    """What texts stand for, made when they are first met; forgotten when there are too many, and if they are long."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: Hashable) -> Any:
        value = self.make(key)
        if len(self) >= REMEMBERED:
            self.clear()
        if not is_long(key):
            self[key] = value
        return value


def is_long(key: Hashable) -> bool:
    """Whether there is a text in it that is too long to be remembered."""
    return len(key) > MAX_TEXT if isinstance(key, str) else isinstance(key, tuple) and any(map(is_long, key))


@dataclass(frozen=True)
class Lookup:
    """What one cell of a row stands for. `find` takes the cell."""

    place: int
    find: Callable[[Cell], Any]

    def __call__(self, row: Row) -> str:
        return self.find(row[self.place])  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Same(Lookup):
    """What is the same for all rows, whatever their first cell is."""


@dataclass(frozen=True)
class Number(Lookup):
    """The number of a cell, which `find` knows; Refused for what is none."""

    field: str

    def __call__(self, row: Row) -> str:
        value: str | None = self.find(row[self.place])
        if value is None:
            raise Refused(self.field, f"Not a number: {shown(row[self.place])}.")
        return value


@dataclass(frozen=True)
class Sum:
    """The sum of numbers."""

    of: list[Number]

    def __call__(self, row: Row) -> str:
        return total(get(row) for get in self.of)


def itself(cell: Cell) -> Cell:
    """What stands for a cell that is looked at as it is."""
    return cell


def text_of(cell: Cell) -> str:
    """The text of a cell; of a whole number without decimals."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, Decimal):
        return f"{cell.quantize(Decimal(1)) if cell == cell.to_integral_value() else cell:f}"
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()


def words(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str | None]:
    """What looks a word up, without case; `x*` stands for all that begin with x, and the longest beginning counts.

    `x *` is x, alone or with more words behind it.
    """
    exact: dict[str, str] = {}
    begins: dict[str, str] = {}
    for word, meaning in pairs:
        word = word.casefold().strip()
        if word.endswith("*"):
            begins.setdefault(word[:-1], meaning)
        if not word.endswith("*") or word.endswith(" *"):
            exact.setdefault(word.removesuffix(" *"), meaning)

    def find(text: str) -> str | None:
        text = text.casefold()
        if text in exact:
            return exact[text]
        found = [begin for begin in begins if text.startswith(begin)]
        return begins[max(found, key=len)] if found else None

    return find


class Fields:
    """What takes fields out of the rows of a table with this header, whose numbers have this decimal sign."""

    def __init__(self, header: Header, decimal: str) -> None:
        self.header, self.decimal = header, decimal
        self.used: set[int] = set()  # places of columns that are looked at
        self.numbers = Memo(self.read_number)
        self.long = ""  # a typed number with more digits than a double keeps

    def read_number(self, cell: Cell) -> str | None:
        """Plain digits; an empty text for an empty cell; None for what is no number."""
        if isinstance(cell, Decimal):
            if len(cell.as_tuple().digits) > DIGITS_OF_DOUBLES:
                self.long = f"{cell:f}"
            return f"{cell:f}" if cell.is_finite() else None
        if not isinstance(cell, str):
            return None
        text = cell.strip()
        return "" if is_blank(text) else plain(text, self.decimal)

    def column(self, names: Names) -> int | None:
        """The place of the first of these columns that there are, which is used from now on."""
        place = self.header.place(names)
        if place is not None:
            self.used.add(place)
        return place

    def needed(self, name: Names) -> int:
        """The place of a column that has to be there; Refused if it is not."""
        if (place := self.column(name)) is None:
            raise Refused(None, f"The header has no column {name if isinstance(name, str) else ' or '.join(name)}.")
        return place

    def text(self, where: Where | None, field: str) -> Get | None:
        """What gives the text of a field; None where the table does not have it."""
        if where is None or where == "":
            return None
        source = where if isinstance(where, Source) else Source(column=where)
        if source.value and self.header.place(source.column) is None:  # a column that some files lack comes first
            return Same(0, lambda cell: source.value)
        if source.above:
            return self.above(source.above, field)
        place = self.column(source.suffix_of or source.pair or source.column)
        if place is None:
            return None
        make = text_of
        if source.suffix_of:
            ends = sorted(
                ((end.casefold(), value) for end, value in source.words.items()), key=lambda end: -len(end[0])
            )
            make = lambda cell: next((value for end, value in ends if text_of(cell).casefold().endswith(end)), "")  # noqa: E731
        elif source.pair:
            make = lambda cell: pair_of(text_of(cell), source)[field == "currency"]  # noqa: E731
        elif source.pattern and source.otherwise:
            return self.either(place, source, field)
        elif source.pattern:
            make = lambda cell: part_of(text_of(cell), source.pattern, field)  # noqa: E731
        elif source.words:
            find = words(source.words.items())
            make = lambda cell: find(text_of(cell)) or text_of(cell)  # noqa: E731
        return Lookup(place, text_of if make is text_of else Memo(make).__getitem__)

    def either(self, place: int, source: Source, field: str) -> Get:
        """What gives what a pattern finds, or else the text of another column."""
        other = self.needed(source.otherwise)
        memo = Memo(lambda cell: group_of(text_of(cell), source.pattern, field))
        return lambda row: memo[row[place]] or text_of(row[other])

    def above(self, pattern: str, field: str) -> Get:
        """What gives what a cell above the header says; Refused for a row that needs it where none does."""
        text = next(filter(None, (group_of(text, pattern, field) for text in self.header.above)), "")

        def find(cell: Cell) -> str:
            if not text:
                raise Refused(field, "Is not told above the table.")
            return text

        return Same(0, find)

    def number(self, names: Names, field: str) -> Number | None:
        """What gives a number of one column in plain digits, or an empty text; Refused for what is no number."""
        place = self.column(names)
        return None if place is None else Number(place, self.numbers.__getitem__, field)

    def number_in(self, text: Get | None, field: str) -> Get | None:
        """What gives the number of a text, which is a part of a cell."""

        def number(part: str) -> str:
            value: str | None = self.numbers[part]
            if value is None:
                raise Refused(field, f"Not a number: {shown(part)}.")
            return value

        if isinstance(text, Lookup):
            return Lookup(text.place, lambda cell: number(text.find(cell)))
        return text and (lambda row: number(text(row)))

    def amount(self, where: Where | None, field: str) -> Get | None:
        """What gives a number, of one column, of a pattern in it, or the sum of several."""
        if not isinstance(where, Source):
            return self.number(where, field) if where else None
        if where.value:
            return Same(0, lambda cell: where.value)
        if where.pattern:
            return self.number_in(self.text(where, field), field)
        if where.column or where.divide:
            return self.number(where.column or where.divide, field)
        gets = [get for name in where.sum if (get := self.number(name, field))]
        return Sum(gets) if gets else None


def total(texts: Iterable[str]) -> str:
    """The exact sum of numbers; an empty text is 0."""
    found = Decimal(0)
    for text in texts:
        if text:
            found = EXACT.add(found, Decimal(text))
    return f"{found:f}"


def shown(cell: object) -> str:
    """A cell as an error tells it."""
    text = str(cell)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def group_of(text: str, pattern: str, field: str) -> str:
    """What a pattern finds in the whole of a text: the group of the field's name, or the only one; else nothing."""
    match = compiled(pattern).fullmatch(text)
    if not match:
        return ""
    groups = match.groupdict()
    return (groups[field] if field in groups else match.group(1)) or ""


def part_of(text: str, pattern: str, field: str) -> str:
    """What a pattern finds in a text; Refused if it finds nothing, unless there is no text."""
    if text and not (found := group_of(text, pattern, field)):
        raise Refused(field, f"Is not as this layout has it: {shown(text)}.")
    return found if text else ""


def pair_of(text: str, source: Source) -> tuple[str, str]:
    """The halves of a pair: what is traded, and what it is priced in; of what is no pair, the text and nothing."""
    find = words(source.words.items())
    match = compiled(source.pattern).fullmatch(text) if source.pattern else None
    base, quote = (match.group("ticker"), match.group("currency")) if match else split(text)
    return find(base) or base, find(quote) or quote


def split(text: str) -> tuple[str, str]:
    """A pair whose halves have a sign between them, or are written in one."""
    if sign := next((sign for sign in "/-_ " if text.count(sign) == 1), None):
        base, _, quote = text.partition(sign)
        return base, quote
    for quote in QUOTES:
        if text.upper().endswith(quote) and len(text) > len(quote):
            return text[: -len(quote)], quote
    return text, ""


def quotient(money: Decimal, quantity: Decimal) -> str:
    """A price: money divided by a quantity, to 18 decimals at most."""
    return f"{DIVIDING.normalize(DIVIDING.divide(money, quantity).quantize(SMALLEST, context=DIVIDING)):f}"


def is_empty(row: Row) -> bool:
    """Whether no cell has anything in it."""
    for cell in row:  # noqa: SIM110  # most rows end at their first cell
        if not isinstance(cell, str) or cell.strip():
            return False
    return True
