"""Days as files write them, in numbers or with the name of a month. Pure.

An order is asked of dates such as 3/4/25 alone: those that begin with four digits, or name the month, have one.
"""

import re
from contextlib import suppress
from datetime import date
from functools import lru_cache

from .months import is_weekday, month_of

CACHED = 16_384  # dates
PIVOT = 69  # POSIX: years of two digits below it are of this century

Day = tuple[int, int, int]  # year, month, day

LONG = "(?:19|20|21)[0-9]{2}"
YEAR, SHORT_YEAR = f"(?P<year>{LONG})", f"(?P<year>{LONG}|'?[0-9]{{2}})"
WORD = r"(?P<word>[^\W\d_]{3,12})\.?"
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|º|\.)?"
OF = r"(?:\s+(?:de\s+)?|[-/.]|)"
WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{2,}(?:-feira)?)\.?,?\s+)?"
DATES = (
    rf"{YEAR}(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<day>[0-9]{{1,2}})",
    rf"{WEEKDAY}(?P<one>[0-9]{{1,2}})(?P<mark>[-/]|\.\s?)(?P<two>[0-9]{{1,2}})(?P=mark)(?P<three>{LONG}|[0-9]{{2}})",
    rf"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
    rf"{WEEKDAY}{WORD}\s*{DAY},?\s+{SHORT_YEAR}",
    rf"{WEEKDAY}{DAY}{OF}{WORD}{OF},?\s*{SHORT_YEAR}",
    rf"{YEAR}{OF}{WORD}{OF}{DAY}",
)
DATE_SHAPES = tuple(map(re.compile, DATES))


@lru_cache(CACHED)
def date_of(text: str, order: str | None) -> Day | None:
    """Year, month and day, if there is such a day."""
    for shape in DATE_SHAPES:
        if found := shape.fullmatch(text):
            with suppress(ValueError):
                day = day_of(found.groupdict(), order)
                date(*day)
                return day
    return None


def day_of(parts: dict[str, str], order: str | None) -> Day:
    """ValueError: a word that is no month or no day of the week, or an order that is not known."""
    if parts.get("weekday") and not is_weekday(parts["weekday"]):
        raise ValueError
    if "one" in parts:
        return in_order(parts["one"], parts["two"], parts["three"], order)
    month = month_of(parts["word"]) if "word" in parts else int(parts["month"])
    if month is None:
        raise ValueError
    return year_of(parts["year"]), month, int(parts["day"])


def in_order(one: str, two: str, three: str, order: str | None) -> Day:
    """A year that comes first has two digits here."""
    if order == "YMD" and len(one) == len(three) == 2:
        return year_of(one), int(two), int(three)
    if order == "MDY":
        return year_of(three), int(one), int(two)
    if order == "DMY":
        return year_of(three), int(two), int(one)
    raise ValueError


def year_of(text: str) -> int:
    """Two digits: 00 to 68 are of this century."""
    year = int(text.lstrip("'"))
    return year if len(text) == 4 else year + (2000 if year < PIVOT else 1900)
