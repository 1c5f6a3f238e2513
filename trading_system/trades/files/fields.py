"""Fields of a trade out of the cells of a row, as a profile says. Pure."""

from decimal import Context, Decimal

from .amounts import plain
from .cells import Cell, is_blank
from .header import Header
from .lookups import Agreed, Get, Lookup, Memo, Number, Refused, Same, Sum, shown, text_of
from .parts import group_of, pair_of, part_of, words
from .profile import Names, Source, Where

DIGITS_OF_DOUBLES = 15  # that are certain
DIVIDING, SMALLEST = Context(prec=60), Decimal("1E-18")  # as many decimals as an amount of the ledger has


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
        if source.above or source.same:
            return self.agreed(source, field) if source.same else self.above(source.above, field)
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

    def agreed(self, source: Source, field: str) -> Get:
        """What gives the text that columns agree on, or else that of another one; Refused where they differ."""
        places = [place for name in source.same if (place := self.column(name)) is not None]
        other = self.needed(source.otherwise)

        def find(cells: tuple[Cell, ...]) -> str:
            *texts, last = map(text_of, cells)
            said = {text for text in texts if text}
            if len(said) > 1:
                raise Refused(field, f"Is {' and '.join(sorted(said))} in one row.")
            return said.pop() if said else last

        return Agreed([*places, other], Memo(find).__getitem__)

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


def quotient(money: Decimal, quantity: Decimal) -> str:
    """A price: money divided by a quantity, to 18 decimals at most."""
    return f"{DIVIDING.normalize(DIVIDING.divide(money, quantity).quantize(SMALLEST, context=DIVIDING)):f}"
