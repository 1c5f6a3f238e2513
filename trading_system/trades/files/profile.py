"""How the rows of one layout become trades, as data: a TOML document, or the same as JSON. Pure.

docs/reference/profiles.md describes it.
"""

from typing import Any, Literal

import msgspec

Name = Literal[
    "ticker", "price", "quantity", "side", "timestamp", "date", "time", "zone", "kind", "fee", "fee_currency",
    "currency", "external_id", "note", "account", "amount", "amount_currency",
]  # fmt: skip
Names = str | list[str]  # of a column: the first of these that the header has
Kind = Literal["csv", "xlsx", "html", "ofx", "flex"]
Order = Literal["MDY", "DMY", "YMD"]


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of a profile."""


class Source(Data, frozen=True):
    """Where the text of a field comes from, if it is not just a column."""

    column: Names = ""
    pattern: str = ""  # of the whole cell; its group of the field's name is the text, or its only group
    otherwise: Names = ""  # a column that tells it where the pattern finds nothing; without one, such a row is refused
    value: str = ""  # the same for all rows; with a column, where a file does not have it
    above: str = ""  # an expression for a cell above the header, which tells it for all rows
    sum: list[Names] = []  # of columns; an empty cell is 0
    same: list[Names] = []  # columns that say the same where they say something; or `otherwise` if none does
    cost: Literal["positive", "negative", "unsigned"] = "positive"  # the sign that costs have in the file
    difference: Names = ""  # the fee is what this amount of money, divided by `rate`, differs from quantity x price
    rate: Names = ""
    divide: Names = ""  # the price is the money in this column, divided by the quantity
    net: bool = False  # that money holds the fee, which is taken off that of a buy, and added to that of a sell
    suffix_of: Names = ""  # a column, by the end of whose text `words` say the value
    words: dict[str, str] = {}  # texts -> what they stand for
    pair: Names = (
        ""  # a column of pairs as BTC/EUR, BTC-EUR or BTCEUR: the coin is the ticker, the other one the currency
    )


Where = Names | Source


class Sides(Data, frozen=True):
    """Which words are which side; or the sign of which number says it: below zero, a quantity is sold, money bought."""

    buy: list[str] = []
    sell: list[str] = []
    trades: list[str] = []  # words of `kind` that are trades, where the side is told elsewhere
    by: Literal["", "quantity", "amount"] = ""
    sold: Literal["", "negative"] = ""  # whether quantities of sells are below zero: another one is a cancellation


class Sentence(Data, frozen=True):
    """A column whose text tells the trade: the groups of the pattern are fields."""

    column: Names
    pattern: str


class LeftOut(Data, frozen=True):
    """Which rows are no trades: by words of `kind`, by expressions of whole texts, or where a column is empty."""

    words: list[str] = []
    empty: list[Names] = []
    like: dict[str, Sentence] = {}  # by what such rows are called, as "options"


class FeeRows(Data, frozen=True):
    """Fees that are rows of their own: they are booked with the oldest fill that has the same key."""

    column: Names
    words: list[str]
    amount: Names
    key: Names
    currency: Names = ""


class Part(Data, frozen=True):
    """One of the trades that a row tells, where that is not the plain one."""

    when: dict[str, list[str]] = {}  # of rows where each of these columns has one of its words
    columns: dict[Name, Where] = {}
    side: Literal["", "buy", "sell"] = ""
    sentence: Sentence | None = None


class Profile(Data, frozen=True):
    """A layout, and how its rows become trades."""

    title: str
    header: list[str] = []  # names that a row has to have to be its header
    headers: list[list[str]] = []  # or one of several such lists
    kinds: list[Kind] = msgspec.field(default_factory=lambda: ["csv", "xlsx", "html"])
    seen: Any = None  # the day of the newest file whose header is known
    about: str = ""
    says: list[str] = []  # what a person has to know of its trades, in sentences
    zone: str = ""  # of times that do not name theirs
    dates: Order | Literal[""] = ""
    decimal: Literal["", ".", ","] = ""
    order: Literal["", "newest first", "oldest first"] = ""  # where the times of a file do not tell
    ends: Names = ""  # what the table ends with: "blank" for an empty row, or the first text of a row
    strict: bool = False  # whether a column that is not known is an error
    accounts: Names = ""  # a column with the accounts of the broker: it is told if trades are of several
    only: dict[str, list[str]] = {}  # rows where one of these columns has another word are no rows of the table
    only_if_there: dict[str, list[str]] = {}  # the same of columns that a file of this layout may lack
    minor: dict[str, str] = {}  # currencies as the file spells them -> codes
    symbols: dict[str, str] = {}  # what the file calls an instrument -> its ticker
    columns: dict[Name, Where] = {}
    side: Sides = Sides()
    left_out: LeftOut = LeftOut()
    refused: dict[str, Sentence] = {}  # expressions of rows that are told as wrong, by what they are called
    sentence: Sentence | None = None
    fee_rows: FeeRows | None = None
    trade: list[Part] = []

    def all_headers(self) -> list[list[str]]:
        """The lists of names of which a header has to have one."""
        return self.headers or [self.header]


def columns_of(where: Where) -> list[str]:
    """The columns that a field comes from."""
    if isinstance(where, Source):
        return [name for names in (where.column, where.divide, *where.sum) for name in names_in(names)]
    return names_in(where)


def names_in(names: str | list[str]) -> list[str]:
    """One name or several as a list."""
    return [name for name in ([names] if isinstance(names, str) else names) if name]
