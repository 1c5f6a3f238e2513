"""What the values of a column look like: numbers, moments, currencies, ISINs, ids. Pure."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, lru_cache

from reference.currencies import PENCE, SIGNS, seeded
from reference.isins import isin_mistake

from .amounts import plain, styles
from .cells import Cell, is_blank
from .kinds import classes_of
from .moments import MAX_MOMENT, ORDERS, moment_of
from .zones import zone_of

CODES = {*seeded(), PENCE}
CLOCK = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(\s*[AaPp]\.?[Mm]\.?)?(\s*[A-Z]{2,4})?|(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
)
NAMELESS = re.compile(r".*\+[0-9]+$")
UNIT = re.compile(r"[-+]?[0-9][0-9.,]* ?(?P<unit>[A-Z][A-Z0-9]{1,9})")
ISIN_IN = r".*?\b(?P<ticker>[A-Z]{2}[A-Z0-9]{9}[0-9])\b.*"  # in a longer text
AS_OF = re.compile(r"^.* as of ")  # posted on the first day, effective on the second
OF_SIGN = SIGNS | {"$": "USD", "¥": "JPY"}  # most often: it is a doubt
COIN = re.compile(r"(?=[0-9]*[A-Z])[A-Z0-9]{2,12}")
SIGN = re.compile(r"[A-Z]{0,2}\$|[€£¥₹]|zł")
CACHED = 16_384  # cells
MOST = 0.8  # of the values of a column that has a form


class Column:
    """A column's name and values, and which share of those that are not empty has a form."""

    def __init__(self, name: str, cells: list[Cell], decimal: str | None = None) -> None:
        self.name, self.cells, self.decimal = name, cells, decimal
        self.title = NAMELESS.sub("", re.sub(r"#[0-9]+$", "", name))

    def of(self, rows: list[int]) -> "Column":
        """The same, of these rows alone."""
        return Column(self.name, [self.cells[row] for row in rows], self.decimal)

    @cached_property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if not isinstance(cell, str) or not is_blank(cell.strip())]

    @cached_property
    def texts(self) -> list[str]:
        return [cell.strip() for cell in self.filled if isinstance(cell, str)]

    def share(self, has: Callable[[Cell], object]) -> float:
        return sum(bool(has(cell)) for cell in self.filled) / len(self.filled) if self.filled else 0.0

    def number(self, cell: Cell) -> Decimal | None:
        """Of a text in the file's style; in the one that is possible if the file's is not known."""
        if isinstance(cell, Decimal):
            return cell
        if not isinstance(cell, str):
            return None
        sign = self.decimal or min(styles(cell), default=".", key="., ".index)
        written = plain(cell, sign)
        return None if written is None else Decimal(written)

    @cached_property
    def numbers(self) -> list[Decimal | None]:
        """A number, or none, of each row."""
        return [self.number(cell) for cell in self.cells]

    @cached_property
    def is_number(self) -> bool:
        read = sum(number is not None for number in self.numbers)
        return bool(self.filled) and read >= MOST * len(self.filled)

    @cached_property
    def is_moment(self) -> bool:
        return self.share(is_moment) >= MOST

    @cached_property
    def is_clock(self) -> bool:
        return (
            self.share(lambda cell: isinstance(cell, time) or (isinstance(cell, str) and CLOCK.fullmatch(cell.strip())))
            >= MOST
        )

    @cached_property
    def has_time(self) -> bool:
        """Of moments: do they have a time of day?"""
        return self.share(has_time) > 0

    @cached_property
    def is_currency(self) -> bool:
        return (
            self.share(lambda cell: isinstance(cell, str) and (cell.strip() in CODES or cell.strip().upper() in CODES))
            >= MOST
        )

    @cached_property
    def is_coin(self) -> bool:
        """Has each cell the name of a currency or a coin?"""
        return (
            bool(self.filled) and self.share(lambda cell: isinstance(cell, str) and COIN.fullmatch(cell.strip())) == 1
        )

    @cached_property
    def is_isin(self) -> bool:
        return self.share(lambda cell: isinstance(cell, str) and not isin_mistake(cell.strip())) >= MOST

    @cached_property
    def holds_isins(self) -> bool:
        """In a longer text."""
        found = [re.fullmatch(ISIN_IN, text) for text in self.texts]
        return bool(found) and all(match and not isin_mistake(match["ticker"]) for match in found)

    @cached_property
    def units(self) -> set[str]:
        """Codes behind its numbers, as in 0.5BTC."""
        return {match["unit"] for text in self.texts if (match := UNIT.fullmatch(text))}

    @cached_property
    def is_in_units(self) -> bool:
        """Is each cell a number with a code behind it, as 0.5BTC?"""
        return bool(self.texts) and all(UNIT.fullmatch(text) for text in self.texts)

    @cached_property
    def is_zone(self) -> bool:
        return self.share(lambda cell: isinstance(cell, str) and zone_of(cell) is not None) >= MOST

    @cached_property
    def is_unique(self) -> bool:
        """Has each row a value of its own, in ASCII?"""
        texts = [str(cell).strip() for cell in self.filled]
        return len(set(texts)) == len(self.cells) > 0 and all(text.isascii() for text in texts)

    @cached_property
    def words(self) -> Counter[str]:
        return Counter(self.texts)

    @cached_property
    def classes(self) -> dict[str, str | None]:
        """buy, sell, left (no trade) or none of each word."""
        return classes_of(list(self.words))

    def class_at(self, row: int) -> str | None:
        cell = self.cells[row]
        return self.classes.get(cell.strip()) if isinstance(cell, str) else None

    def rows_of(self, *classes: str | None) -> int:
        """How many rows have words of these classes."""
        return sum(count for word, count in self.words.items() if self.classes[word] in classes)

    @property
    def is_in_dollars(self) -> bool:
        """Is the sign beside its numbers the one that many currencies have?"""
        return {sign for text in [self.title, *self.texts] for sign in SIGN.findall(text)} == {"$"}

    @cached_property
    def money(self) -> str | None:
        """The currency whose sign stands beside all its numbers, or in its name."""
        found = {sign for text in self.texts for sign in SIGN.findall(text)} or set(SIGN.findall(self.title))
        whole = self.share(lambda cell: SIGN.search(str(cell))) in (0, 1)
        return OF_SIGN.get(found.pop()) if len(found) == 1 and whole else None


def effective(text: str) -> str:
    """Of "03/28/2025 as of 03/26/2025" the second."""
    return AS_OF.sub("", text)


def is_moment(cell: Cell) -> bool:
    if isinstance(cell, str):
        return len(cell) <= 2 * MAX_MOMENT and is_moment_text(cell)
    return isinstance(cell, date)


@lru_cache(CACHED)
def is_moment_text(text: str) -> bool:
    return any(moment_of(effective(text), order) for order in ORDERS)


def has_time(cell: Cell) -> bool:
    if isinstance(cell, str):
        moments = [moment for order in ORDERS if (moment := moment_of(effective(cell), order))]
        return bool(moments) and moments[0].has_time and moments[0].local.time() != time.min
    return isinstance(cell, datetime) and cell.time() != time.min
