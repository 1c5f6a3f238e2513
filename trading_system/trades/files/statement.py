"""A file of somebody's trades, as it is to be read: where its table is, and which profile it has. Pure."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import BinaryIO, NamedTuple

import msgspec

from .amounts import NumberStyle
from .answers import Answers, Wishes
from .catalogue import parse
from .cells import Cell, Malformed, Table
from .conversion import Conversion
from .header import MAX_HEAD, Header, fitting
from .layout import Layout
from .lookups import Refused, is_empty, text_of
from .moments import DateOrder
from .opening import look, open_table
from .patterns import compiled
from .profile import Name, Profile, columns_of, names_in
from .proposals import Proposal, propose
from .table_bounds import header_of

ABOVE = 200  # texts above the header that may tell something of all rows
NUMBERS: tuple[Name, ...] = ("quantity", "price", "fee", "amount")
NAMED = 20  # sheets that an error names
SAMPLE = 200  # rows by which a layout that no profile knows is understood


class Place(NamedTuple):
    """Where a file's table is: its sheet, its header, and the names of the profiles that know it."""

    sheet: str
    header: Header
    fits: list[str]


class Statement:
    """A seekable file, with the profile or mapping by which it is read. asking.py says what has to be asked of it.

    `profile` is None where several fit, or where none does and no complete mapping can be proposed; `name` is that of
    the profile, empty for a mapping. Malformed if it is no file that can be read, or has no table.
    """

    def __init__(self, file: BinaryIO, profiles: Mapping[str, Profile], wishes: Wishes | None = None) -> None:
        self.file, self.profiles, self.wishes = file, profiles, wishes or Wishes()
        wishes = self.wishes
        self.found = look(file, charset=wishes.charset or None, separator=wishes.separator or None)
        self.place = self.located()
        fits = self.place.fits
        self.name = fits[0] if len(fits) == 1 else ""
        self.profile = wishes.mapping or (None if len(fits) > 1 else profiles[self.name] if fits else None)
        self.proposal: Proposal | None = None
        self.has_no_order = False  # dates are such that no order of day and month is asked of them
        if not self.profile and not fits:
            self.proposal = propose(self.place.header.names, self.below())
            self.profile = self.proposed(self.proposal)

    def located(self) -> Place:
        """The first header that a profile knows; else what looks like a header."""
        wishes, known = self.wishes, self.profiles
        if wishes.profile and wishes.profile not in known:
            raise Malformed(0, f"There is no profile {wishes.profile}.")
        if wishes.profile:
            known = {wishes.profile: known[wishes.profile]}
        if wishes.sheet and wishes.sheet not in self.found.sheets:
            there = ", ".join(filter(None, self.found.sheets[:NAMED])) or "no sheets with names"
            raise Malformed(0, f"There is no sheet {wishes.sheet}; it has {there}.")
        sheets = [wishes.sheet] if wishes.sheet else list(self.found.sheets)
        if wishes.mapping:
            known = {"": wishes.mapping}
        for sheet in sheets:
            above: list[str] = []
            for line, cells in islice(open_table(self.file, self.found, sheet), MAX_HEAD):
                header = Header(line, cells, above)
                if fits := fitting(header, known, self.found.kind):
                    return Place(sheet, header, fits)
                if len(above) < ABOVE:
                    above.extend(told_in(cells))
        if wishes.profile:
            raise Malformed(0, f"Is no file of {known[wishes.profile].title}: it has no row with its columns.")
        return self.guessed(sheets)

    def guessed(self, sheets: list[str]) -> Place:
        """The header of the first sheet that has one."""
        for sheet in sheets:
            rows = list(islice(open_table(self.file, self.found, sheet), SAMPLE))
            at = header_of([cells for _, cells in rows])
            if at is not None:
                return Place(sheet, Header(*rows[at]), [])
        raise Malformed(0, "Has no table with a row that names its columns.")

    def below(self) -> list[list[Cell]]:
        """The first rows below the header, empty ones too, which may end the table."""
        rows = open_table(self.file, self.found, self.place.sheet)
        return [cells for line, cells in islice(rows, self.place.header.line + SAMPLE) if line > self.place.header.line]

    def proposed(self, proposal: Proposal) -> Profile | None:
        """The mapping that is proposed; None if it is not complete."""
        try:
            return parse({"title": "", "header": self.place.header.names, **proposal.profile})
        except ValueError:
            return None

    def table(self) -> Table:
        """The rows below the header, to the end of the table; empty ones, and the header once more, are passed over."""
        header: list[Cell] | None = None
        ends = names_in(self.profile.ends) if self.profile else []
        for line, cells in open_table(self.file, self.found, self.place.sheet):
            if line < self.place.header.line:
                continue
            if header is None:
                header = cells
            elif is_empty(cells):
                if "blank" in ends:
                    return
            elif ends and next(filter(None, map(text_of, cells))) in ends:
                return
            elif cells != header:
                yield line, cells

    @cached_property
    def answers(self) -> Answers:
        """The answers that were given, with what the file itself settles."""
        answers, profile = self.wishes.answers, self.profile
        assert profile
        if not (answers.dates or profile.dates):
            order = self.dates.settled().order
            if order and not self.has_no_order:  # else a date further on that has one is refused
                answers = msgspec.structs.replace(answers, dates=order)
        if not (answers.decimal or profile.decimal):
            answers = msgspec.structs.replace(answers, decimal=self.numbers.settled().decimal or "")
        return answers

    @cached_property
    def dates(self) -> DateOrder:
        """In which order the file's dates are, as far as they tell; only the first are read if those have none."""
        order = DateOrder()
        for number, text in enumerate(self.texts("timestamp", "date")):
            order.add(text)
            if number == SAMPLE and not (order.against or order.doubts):
                self.has_no_order = True
                break
        return order

    @cached_property
    def numbers(self) -> NumberStyle:
        """Which decimal sign the file's numbers have, as far as they tell."""
        style = NumberStyle()
        for text in chain(self.texts(*NUMBERS), self.told_in_sentences()):
            style.add(text)
        return style

    def told_in_sentences(self) -> Iterator[str]:
        """The numbers in the sentences of rows."""
        assert self.profile
        sentence = self.profile.sentence
        place = self.place.header.place(sentence.column) if sentence else None
        if sentence and place is not None:
            for _, cells in self.table():
                match = compiled(sentence.pattern).fullmatch(text_of(cells[place])) if place < len(cells) else None
                yield from (
                    (text for name, text in match.groupdict().items() if name in NUMBERS and text) if match else ()
                )

    def texts(self, *names: Name) -> Iterator[str]:
        """The texts of the columns of these fields."""
        assert self.profile
        columns = [column for name in names for column in columns_of(self.profile.columns.get(name, ""))]
        places = [place for column in columns if (place := self.place.header.place(column)) is not None]
        for _, cells in self.table():
            for place in places:
                if place < len(cells) and isinstance(cell := cells[place], str) and (text := cell.strip()):
                    yield text

    @cached_property
    def conversion(self) -> Conversion:
        """Its rows as trades; Malformed if the profile does not fit its header."""
        return self.convert()

    def convert(self) -> Conversion:
        """The same, to be read by somebody else."""
        assert self.profile
        try:
            marks = self.found.kind == "csv"
            return Conversion(Layout(self.profile, self.place.header, self.answers, marks=marks), self.table)
        except Refused as error:
            raise Malformed(self.place.header.line, f"{error.field or 'header'}: {error.message}") from None


def told_in(cells: list[Cell]) -> list[str]:
    """What a row above the header says: each of its cells, and two beside each other as `name, value`."""
    texts = list(filter(None, map(text_of, cells)))
    return [*texts, *map(", ".join, pairwise(texts))]
