"""How the rows of one layout become trades, as data: a TOML document, or the same as JSON. Pure.

docs/reference/profiles.md describes it. Profiles that ship are in profiles/, one document each.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec
import re2

Name = Literal[
    "ticker", "price", "quantity", "side", "timestamp", "date", "time", "zone", "kind", "fee", "fee_currency",
    "currency", "external_id", "note", "account", "amount", "amount_currency",
]  # fmt: skip
Names = str | list[str]  # of a column: the first of these that the header has
Kind = Literal["csv", "xlsx", "html", "ofx", "flex"]
Order = Literal["MDY", "DMY", "YMD"]
FOLDER = Path(__file__).with_name("profiles")
MAX_SIZE = 64 * 1024  # bytes of a profile as JSON
MAX_PATTERN = 1000  # characters


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of a profile."""


class Source(Data):
    """Where the text of a field comes from, if it is not just a column."""

    column: Names = ""
    pattern: str = ""  # of the whole cell; its group of the field's name is the text, or its only group
    value: str = ""  # the same for all rows
    sum: list[Names] = []  # of columns; an empty cell is 0
    cost: Literal["positive", "negative", "unsigned"] = "positive"  # the sign that costs have in the file
    difference: Names = ""  # the fee is what this amount of money, divided by `rate`, differs from quantity x price
    rate: Names = ""
    divide: Names = ""  # the price is the money in this column, divided by the quantity
    suffix_of: Names = ""  # a column, by the end of whose text `words` say the value
    words: dict[str, str] = {}  # texts -> what they stand for
    pair: Names = (
        ""  # a column of pairs as BTC/EUR, BTC-EUR or BTCEUR: the coin is the ticker, the other one the currency
    )


Where = Names | Source


class Sides(Data):
    """Which words are which side; or the sign of which number says it: below zero, a quantity is sold, money bought."""

    buy: list[str] = []
    sell: list[str] = []
    trades: list[str] = []  # words of `kind` that are trades, where the side is told elsewhere
    by: Literal["", "quantity", "amount"] = ""


class LeftOut(Data):
    """Which rows are no trades: by words of `kind`, or where one of some columns is empty."""

    words: list[str] = []
    empty: list[str] = []


class Sentence(Data):
    """A column whose text tells the trade: the groups of the pattern are fields."""

    column: Names
    pattern: str


class FeeRows(Data):
    """Fees that are rows of their own: they are booked with the oldest fill that has the same key."""

    column: Names
    words: list[str]
    amount: Names
    key: Names
    currency: Names = ""


class Part(Data):
    """One of the trades that a row tells, where that is not the plain one."""

    when: dict[str, list[str]] = {}  # of rows where each of these columns has one of its words
    columns: dict[Name, Where] = {}
    side: Literal["", "buy", "sell"] = ""
    sentence: Sentence | None = None


class Profile(Data):
    """A layout, and how its rows become trades."""

    title: str
    header: list[str] = []  # names that a row has to have to be its header
    headers: list[list[str]] = []  # or one of several such lists
    kinds: list[Kind] = msgspec.field(default_factory=lambda: ["csv", "xlsx", "html"])
    seen: Any = None  # the day of the newest file whose header is known
    about: str = ""
    zone: str = ""  # of times that do not name theirs
    dates: Order | Literal[""] = ""
    decimal: Literal["", ".", ","] = ""
    order: Literal["", "newest first", "oldest first"] = ""  # where the times of a file do not tell
    ends: Literal["", "blank"] = ""
    strict: bool = False  # whether a column that is not known is an error
    only: dict[str, list[str]] = {}  # rows where one of these columns has another word are no rows of the table
    minor: dict[str, str] = {}  # currencies as the file spells them -> codes
    symbols: dict[str, str] = {}  # what the file calls an instrument -> its ticker
    columns: dict[Name, Where] = {}
    side: Sides = Sides()
    left_out: LeftOut = LeftOut()
    sentence: Sentence | None = None
    fee_rows: FeeRows | None = None
    trade: list[Part] = []

    def all_headers(self) -> list[list[str]]:
        """The lists of names of which a header has to have one."""
        return self.headers or [self.header]


def parse(data: dict[str, Any]) -> Profile:
    """The profile of such data; ValueError says what is wrong with it, and where."""
    try:
        profile = msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        raise ValueError(f"Is no profile: {error}.") from None
    if wrong := next(problems(profile), None):
        raise ValueError(wrong)
    return profile


def problems(profile: Profile) -> Any:
    """What is wrong with a profile that has the right form."""
    if not any(profile.all_headers()):
        yield "header: Names the columns by which the layout is known."
    if profile.zone and not is_zone(profile.zone):
        yield f"zone: There is no time zone {profile.zone}."
    for pattern in patterns(profile):
        try:
            groups = compiled(pattern).groupindex
        except (re2.error, ValueError) as error:
            yield f"pattern: {pattern}: {error}"
            continue
        if unknown := set(groups) - set(get_args(Name)):
            yield f"pattern: Unknown fields: {', '.join(sorted(unknown))}."
    told = {name for part in (profile, *profile.trade) for name in (*part.columns, *groups_of(part.sentence))}
    pairs = any(isinstance(where, Source) and where.pair for where in profile.columns.values())
    needed = [name for name in ("ticker", "quantity", "price") if name not in told]
    if needed and not (pairs and needed == ["ticker"]):
        yield f"columns: Has no {', '.join(needed)}."
    if not told & {"timestamp", "date"}:
        yield "columns: Has no timestamp."
    if not (profile.side.by or told & {"side", "kind"} or (all(part.side for part in profile.trade) and profile.trade)):
        yield "side: Says how a side is known: by a column, or by the sign of a quantity or an amount."


def patterns(profile: Profile) -> set[str]:
    """All regular expressions in it."""
    parts = (profile, *profile.trade)
    found = {part.sentence.pattern for part in parts if part.sentence}
    return found | {
        where.pattern
        for part in parts
        for where in part.columns.values()
        if isinstance(where, Source) and where.pattern
    }


def groups_of(sentence: Sentence | None) -> set[str]:
    """The fields that a sentence tells."""
    try:
        return set(compiled(sentence.pattern).groupindex) if sentence else set()
    except (re2.error, ValueError):
        return set()


@cache
def compiled(pattern: str) -> Any:
    """The pattern, by an engine that takes no longer than the text is long, whoever has written it."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"has more than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    except KeyError:
        return False


@cache
def shipped() -> dict[str, Profile]:
    """The profiles that ship, by name."""
    return {file.stem: parse(tomllib.loads(file.read_text("utf-8"))) for file in sorted(FOLDER.glob("*.toml"))}
