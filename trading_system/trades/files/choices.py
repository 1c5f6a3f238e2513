"""Which columns of an unknown layout hold which field, by the words of their names and the forms of their values. Pure.

A choice between columns that fit alike is made by the order of words, and told as a doubt: a person looks at it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .columns import AS_OF, CODES, ISIN_IN, Column
from .parts import QUOTES
from .words import LATE, score_of, words_of

SYMBOL = score_of("ISIN", "ticker")  # surer words name a symbol, others a code of a country, a company, or a product
NAMED = 0.5  # below it a name has the words among others
WEAK = 0.7  # words below it, such as "ref" for an id, are a doubt
OTHER_DAYS = {"expiration", "expiry", "expire", "maturity", "ex", "pay", "verfall", "falligkeit"}
BEFORE_NAME = re.compile(r"(?P<ticker>[A-Z0-9.:-]+) \(.+\)")
ZONE_IN_NAME = re.compile(r"\b(?:UTC|GMT)(?: ?(?P<sign>[+-])0?(?P<hours>[0-9]{1,2})(?::?00)?)?(?![0-9:])")
LITTLE = 0.05  # a column without words that has the form of its field
PAIR = re.compile(rf"[A-Z0-9]{{2,10}}(?:[-/_ ](?P<code>[A-Z]{{3,5}})|(?:{'|'.join(QUOTES)}))")


@dataclass(frozen=True)
class Doubt:
    """What a person should look at: a field (or table) of the profile, a sentence, and what could be chosen instead."""

    field: str
    message: str
    options: tuple[str, ...] = ()  # names of columns, the chosen one first; or what a word may be
    word: str = ""  # of rows, as `side` and `left_out` would name it


@dataclass
class Sheet:
    """The columns of the rows that look like trades; what has been chosen takes a column out of the choice."""

    columns: list[Column]
    doubts: list[Doubt] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def named(self, name: Any) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    def take(self, *columns: Column | None) -> None:
        self.taken |= {column.name for column in columns if column}

    def doubt(self, name: str, message: str, options: Iterable[Column] = ()) -> None:
        self.doubts.append(Doubt(name, message, tuple(column.name for column in options)))

    def ranked(self, name: str, fits: Callable[[Column], bool], least: float = 0.0) -> list[tuple[float, Column]]:
        """The columns that are left and fit, the surest first; those without words have `least`."""
        free = [column for column in self.columns if column.name not in self.taken and column.filled]
        scored = [(max(score_of(column.title, name), least), column) for column in free]
        scored = [(score, column) for score, column in scored if score > 0 and fits(column)]
        return sorted(scored, key=lambda one: -one[0])

    def numbers(self, name: str) -> list[tuple[float, Column]]:
        """The same of columns of numbers."""
        return self.ranked(name, lambda column: column.is_number)


def choose_time(sheet: Sheet) -> dict[str, Any]:
    """One column with date and time; or a date and a time of day; or a date alone."""

    def is_time(column: Column) -> bool:
        words = set(words_of(column.title).split())
        return column.is_moment and not (
            (column.is_number and not score_of(column.title, "timestamp")) or words & OTHER_DAYS
        )

    ranked = sheet.ranked("timestamp", is_time, LITTLE)
    days = [(0.01 if words_of(column.title) in LATE else score, column) for score, column in ranked]
    days.sort(key=lambda one: -one[0])
    clocks = sheet.ranked("timestamp", lambda column: column.is_clock and not column.is_moment, LITTLE)
    clocks = [one for one in clocks if one[0] > LITTLE or not one[1].is_number]  # 093000 may be a code
    whole = [one for one in days if one[1].has_time]
    if not days:
        return {}
    best, chosen = days[0]
    if whole and (whole[0][1] is chosen or not clocks or whole[0][0] > best - 0.1):
        chosen, clocks = whole[0][1], []
    others = [column for _, column in days if column is not chosen and column.cells != chosen.cells]
    if others:
        names = " or ".join(column.name for column in others)
        sheet.doubt("timestamp", f"The time of a trade is that of {chosen.name}, not of {names}.", [chosen, *others])
    if best <= LITTLE:
        sheet.doubt("timestamp", f"{chosen.name} is taken for the time of a trade: is it that?", [chosen])
    sheet.take(*(column for _, column in days), *(column for _, column in clocks[:1]))
    zones = sheet.ranked("zone", lambda column: column.is_zone)
    sheet.take(*(column for _, column in zones[:1]))
    where = moment_in(sheet, chosen)
    found = {"date": where, "time": clocks[0][1].name} if clocks else {"timestamp": where}
    return found | ({"zone": zones[0][1].name} if zones else {})


def zone_in_names(columns: dict[str, Any]) -> dict[str, str]:
    """The zone that the name of a column of times says: "Time (UTC)", "Date (UTC+2)"."""
    names = [name for field in ("timestamp", "time", "date") if isinstance(name := columns.get(field), str)]
    for found in filter(None, map(ZONE_IN_NAME.search, names)):
        hours = int(f"{found['sign'] or '+'}{found['hours'] or 0}")
        return {"zone": f"Etc/GMT{-hours:+d}" if hours else "UTC"}
    return {}


def moment_in(sheet: Sheet, column: Column) -> Any:
    """The column, or the part of its cells that says when a posted trade was made."""
    if not any(AS_OF.match(text) for text in column.texts):
        return column.name
    sheet.doubt("timestamp", f"In {column.name} the day after 'as of' is taken.", [column])
    return {"column": column.name, "pattern": "(?:.* as of )?(?P<timestamp>.*)"}


def choose_ticker(sheet: Sheet, currencies: list[Column]) -> Any:
    """A symbol, or a pair; else an ISIN; else the coin, which some exchanges call the currency; else a name."""

    def fits(column: Column) -> bool:
        currency = column.is_currency and score_of(column.title, "currency") > score_of(column.title, "ticker")
        whole = len(column.filled) == len(column.cells) and bool(column.texts)
        return whole and not (column.is_moment or currency or column.is_isin)

    found = sheet.ranked("ticker", fits)
    isins = sheet.ranked("ticker", lambda column: column.is_isin, WEAK)
    quotes = [column for column in currencies if "quote" in words_of(column.title)]
    coins = [column for column in currencies if column not in quotes] if quotes else []
    others = [one for one in found if one[0] <= SYMBOL]
    for ranked in ([one for one in found if one[0] > SYMBOL], isins, [(1.0, column) for column in coins], others):
        if ranked:
            if ranked is others:
                options = [column for _, column in found]
                sheet.doubt("ticker", f"No column has symbols: {ranked[0][1].name} is taken.", options)
            sheet.take(ranked[0][1])
            return ticker_in(sheet, ranked[0][1])
    return None


def tell_accounts(sheet: Sheet) -> None:
    """A doubt, if rows belong to several accounts."""
    for _, column in sheet.ranked("account", lambda column: 1 < len(column.words) < len(column.cells))[:1]:
        sheet.doubt("account", f"{column.name} has {len(column.words)} values: are all of one account?", [column])


def empty_in(sheet: Sheet, ticker: Any) -> list[str]:
    """The column of the instrument, if rows that look like trades have none: they are left out, and told."""
    column = sheet.named(ticker)
    empty = len(column.cells) - len(column.filled) if column else 0
    if not column or not empty:
        return []
    sheet.doubt("left_out", f"{empty} rows without {column.name} are left out.", [column])
    return [column.name]


def ticker_in(sheet: Sheet, column: Column) -> Any:
    """The column; the first coin of a pair; or the ISIN in a longer text."""
    if is_pair(column):
        example = column.texts[0]
        if example.isalnum():
            sheet.doubt(
                "ticker", f"{example} in {column.name} is taken as a pair: the last part is its currency.", [column]
            )
        return {"pair": column.name}
    if column.holds_isins and not column.is_isin:
        return {"column": column.name, "pattern": ISIN_IN}
    if all(BEFORE_NAME.fullmatch(text) for text in column.texts):
        sheet.doubt("ticker", f"In {column.name} the symbol is what stands before the brackets.", [column])
        return {"column": column.name, "pattern": BEFORE_NAME.pattern}
    if all(" " in text for text in column.texts):
        sheet.doubt("ticker", f"{column.name} has {column.texts[0]!r}: are these symbols, or names?", [column])
    return column.name


def is_pair(column: Column) -> bool:
    found = [PAIR.fullmatch(str(cell).strip()) for cell in column.filled]
    return all(match and (not match["code"] or match["code"] in CODES) for match in found)


def choose_id(sheet: Sheet) -> Column | None:
    """An id that each row has for itself; an order's is none."""
    ranked = sheet.ranked("external_id", lambda column: column.is_unique and (column.is_number or not column.is_moment))
    ranked = [one for one in ranked if one[0] > NAMED]
    if not ranked:
        return None
    score, chosen = ranked[0]
    sheet.take(chosen)
    if score < WEAK or len(ranked) > 1:
        sheet.doubt(
            "external_id",
            f"{chosen.name} is taken as the id of a fill: each row has another.",
            [one for _, one in ranked],
        )
    return chosen
