"""A file of somebody's trades, as it is to be read: what it is, its profile, and what has to be asked. Pure.

What can be two things is asked, never guessed; what is taken without being in the file is said in `choices`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO

from .amounts import NumberStyle
from .cells import Cell, Cells, Found, Malformed, Table
from .conversion import Conversion
from .convert import Answers, Layout
from .fields import Refused, is_empty, text_of
from .header import MAX_HEAD, Header, fitting
from .library import parse
from .look import look, open_table
from .moments import DateOrder, moment_of
from .profile import Profile, Source, Where
from .propose import header_of, propose

SAMPLE = 200  # rows by which a layout that no profile fits is understood


@dataclass(frozen=True)
class Question:
    """What only a person can say. With a default, it is taken if nobody answers, and said; without, nothing is booked."""

    name: str  # profile, zone, dates, decimal, currency, repeated_hour, or word:WORD
    text: str
    options: tuple[str, ...] = ()  # none: any text
    default: str = ""


@dataclass(frozen=True)
class Wishes:
    """What somebody has said of a file: what is not said is found out."""

    charset: str = ""
    separator: str = ""
    sheet: str = ""
    profile: str = ""  # the name of one
    mapping: Profile | None = None  # or one of their own
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True)
class Place:
    """Where a file's table is: its sheet, its header, and the profiles that know it."""

    sheet: str
    header: Header
    fits: tuple[str, ...]


class Statement:
    """Reads a seekable binary file by one of these profiles, or by a mapping that it proposes.

    Malformed if it is no file of a kind that is read, or has no table of trades.
    """

    def __init__(self, file: BinaryIO, profiles: Mapping[str, Profile], wishes: Wishes = Wishes()) -> None:
        self.file, self.profiles, self.wishes = file, profiles, wishes
        self.doubts: list[str] = []
        self.found: Found = look(file, charset=wishes.charset or None, separator=wishes.separator or None)
        self.place = self.placed()
        self.profile: Profile | None = None
        self.name = self.place.fits[0] if len(self.place.fits) == 1 else ""
        self.profile = self.chosen()

    # What it is

    def placed(self) -> Place:
        """The first header that a profile knows; or what looks like a header."""
        known = self.profiles
        if self.wishes.profile:
            if self.wishes.profile not in known:
                raise Malformed(0, f"There is no profile {self.wishes.profile}.")
            known = {self.wishes.profile: known[self.wishes.profile]}
        sheets = [self.wishes.sheet] if self.wishes.sheet else list(self.found.sheets)
        if self.wishes.mapping is None:
            for sheet in sheets:
                for line, cells in islice(open_table(self.file, self.found, sheet), MAX_HEAD):
                    header = Header(line, cells)
                    if fits := fitting(header, known, self.found.kind):
                        return Place(sheet, header, tuple(fits))
            if self.wishes.profile:
                raise Malformed(0, f"Is no file of {known[self.wishes.profile].title}: it has no row with its columns.")
        return self.guessed(sheets)

    def guessed(self, sheets: list[str]) -> Place:
        """The header of the first sheet that has one."""
        for sheet in sheets:
            rows = list(islice(open_table(self.file, self.found, sheet), SAMPLE))
            at = header_of([cells for _, cells in rows])
            if at is not None:
                return Place(sheet, Header(*rows[at]), ())
        raise Malformed(0, "Has no table with a row that names its columns.")

    def chosen(self) -> Profile | None:
        """The profile, or the mapping; None if there are several that fit."""
        if self.wishes.mapping:
            return self.wishes.mapping
        if len(self.place.fits) > 1:
            return None
        if self.name:
            return self.profiles[self.name]
        return self.proposed

    @cached_property
    def proposal(self) -> Any:
        """What the words of the header and the forms of the values say."""
        sample = [cells for _, cells in islice(self.table(), SAMPLE)]
        return propose(self.place.header.names, sample)

    @property
    def proposed(self) -> Profile | None:
        """The mapping that is proposed; None if it is not complete."""
        data = {"title": "", "header": list(self.place.header.names), **self.proposal.profile}
        try:
            return parse(data)
        except ValueError:
            return None

    # Its rows

    def table(self) -> Table:
        """The rows below the header, to the end of the table."""
        rows = open_table(self.file, self.found, self.place.sheet)
        header: list[Cell] | None = None
        ends = self.ends()
        for line, cells in rows:
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

    def ends(self) -> frozenset[str]:
        """What the table ends with."""
        said = self.profile.ends if self.profile else ""
        return frozenset([said] if isinstance(said, str) else said) - {""}

    @cached_property
    def answers(self) -> Answers:
        """The answers that were given, with what the file itself settles."""
        answers, profile = self.wishes.answers, self.profile
        assert profile
        if not (answers.dates or profile.dates):
            answers = replace(answers, dates=self.dates.settled().order or "")
        if not (answers.decimal or profile.decimal):
            answers = replace(answers, decimal=self.numbers.settled().decimal or "")
        return answers

    @cached_property
    def dates(self) -> DateOrder:
        """In which order the file's dates are."""
        order = DateOrder()
        for text in self.texts(("timestamp", "date")):
            order.add(text)
        return order

    @cached_property
    def numbers(self) -> NumberStyle:
        """Which decimal sign the file's numbers have."""
        style = NumberStyle()
        for text in self.texts(("quantity", "price", "fee", "amount")):
            style.add(text)
        return style

    def texts(self, names: tuple[str, ...]) -> Iterator[str]:
        """The texts of the columns of these fields."""
        assert self.profile
        columns = [columns_of(self.profile.columns.get(name)) for name in names]  # type: ignore[call-overload]
        places = [place for of in columns for name in of if (place := self.place.header.place(name)) is not None]
        for _, cells in self.table():
            for place in places:
                if place < len(cells) and isinstance(text := cells[place], str) and (text := text.strip()):
                    yield text

    @cached_property
    def conversion(self) -> Conversion:
        """Its rows as trades; Malformed if the profile does not fit."""
        assert self.profile
        try:
            return Conversion(Layout(self.profile, self.place.header, self.answers), self.table)
        except Refused as error:
            raise Malformed(self.place.header.line, f"{error.field or 'header'}: {error.message}") from None

    # What is asked, and what is said

    def questions(self) -> list[Question]:
        """What has to be asked before the file can be booked."""
        if self.profile is None:
            if self.place.fits:
                return [Question("profile", "Several layouts have these columns. Which one is it?", self.place.fits)]
            return []
        return [question for ask in (self.ask_dates, self.ask_decimal, self.ask_zone) if (question := ask())]

    def ask_dates(self) -> Question | None:
        profile, given = self.profile, self.wishes.answers
        assert profile
        if profile.dates or given.dates:
            return None
        settled = self.dates.settled()
        if settled.order:
            return None
        if settled.clash:
            self.doubts.append(f"{settled.clash[0]} and {settled.clash[1]} are dates in no common order.")
        shown = settled.doubt or (settled.clash or ("",))[0]
        return Question("dates", f"Which comes first in {shown}?", settled.left or ("MDY", "DMY", "YMD"))

    def ask_decimal(self) -> Question | None:
        profile, given = self.profile, self.wishes.answers
        assert profile
        if profile.decimal or given.decimal:
            return None
        settled = self.numbers.settled()
        if settled.decimal:
            return None
        if settled.clash:
            self.doubts.append(f"{settled.clash[0]} and {settled.clash[1]} are numbers of two styles.")
        shown = settled.doubt or (settled.clash or ("",))[0]
        return Question("decimal", f"Which is the decimal sign of {shown}?", (".", ","))

    def ask_zone(self) -> Question | None:
        profile, given = self.profile, self.wishes.answers
        assert profile
        if profile.zone or given.zone or not self.needs_zone():
            return None
        return Question("zone", "In which time zone are the times of this file?")

    def needs_zone(self) -> bool:
        """Whether one of the first trades has a time without a zone of its own."""
        assert self.profile
        if self.profile.columns.get("zone"):
            return False
        first = next(self.texts(("timestamp", "date")), "")
        moment = moment_of(first, self.answers.dates or "DMY")
        return not (moment and moment.offset)

    def choices(self) -> list[str]:
        """What was taken that the file itself does not say."""
        assert self.profile
        profile, given = self.profile, self.wishes.answers
        said = []
        if (zone := given.zone or profile.zone) and self.needs_zone():
            said.append(f"Times are in {zone}.")
        currency = profile.columns.get("currency")
        if isinstance(currency, Source) and currency.value:
            said.append(f"Prices are in {currency.value}.")
        elif given.currency:
            said.append(f"Prices without a currency are in {given.currency}.")
        fee = profile.columns.get("fee")
        if isinstance(fee, Source) and fee.difference:
            said.append(f"The fee is what {fee.difference} differs from quantity times price.")
        if self.conversion.newest_first:
            said.append("The newest trade comes first in the file: it is booked from its end.")
        if self.conversion.nights:
            which = self.answers.repeated_hour or "first"
            said.append(f"{self.conversion.nights} times in an hour that the clocks repeat are the {which} of both.")
        return said


def columns_of(where: Where | None) -> list[str]:
    """The names of the columns that a field comes from, if they are its own."""
    if isinstance(where, Source):
        return [name for names in (where.column, where.divide, *where.sum) for name in columns_of(names)]
    return [where] if isinstance(where, str) else where or []


def shown_row(line: int, cells: list[Cell]) -> dict[str, Any]:
    """A row as a preview shows it."""
    return {"line": line, "cells": [text_of(cell) for cell in cells]}


__all__ = ["Cells", "Question", "Statement", "Wishes"]
