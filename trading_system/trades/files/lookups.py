"""What takes the value of a field out of the cells of a row. Pure.

Texts are remembered with what they stand for, as most of a file's texts come again: a date, a symbol, a side.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rest.amounts import EXACT

from .cells import Cell

Row = list[Cell]
Get = Callable[[Row], str]
REMEMBERED = 20_000  # texts of a column
MAX_TEXT = 200  # characters of one that is remembered


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


@dataclass(frozen=True)
class Agreed:
    """What several cells of a row stand for together. `find` takes them."""

    places: list[int]
    find: Callable[[tuple[Cell, ...]], str]

    def __call__(self, row: Row) -> str:
        return self.find(tuple(row[place] for place in self.places))


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


def is_empty(row: Row) -> bool:
    """Whether no cell has anything in it."""
    for cell in row:  # noqa: SIM110  # most rows end at their first cell
        if not isinstance(cell, str) or cell.strip():
            return False
    return True
