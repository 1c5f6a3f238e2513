"""Zones that files name, and instants of local times. Pure, but for the tables of zones, which zoneinfo reads.

A local time that the clocks of its zone skip is no instant: times.py refuses it. One that they repeat is settled by the
order of its rows, or it is a doubt: nothing here takes the first of the two without being told to.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CACHED = 16_384  # days of zones, 45 years of one
MAX_NAME = 40  # characters
HOURS = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
         "MDT": -6, "PST": -8, "PDT": -7}  # fmt: skip
EITHER = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+\u2212-])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?")
OFX = re.compile(r"\[(?P<hours>[+-]?[0-9]{1,2}(?:\.[0-9]{1,2})?)(?::[A-Za-z]*)?\]")
DAY = timedelta(days=1)


def zone_of(name: str) -> tzinfo | None:
    """The zone of a word such as EST, ET, +02:00, GMT-4, [-5:EST] (OFX) or Europe/Berlin; None if it is not known.

    EST and EDT are offsets, as CET and CEST are; ET is New York's time of the season. Of abbreviations that are used in
    several countries those of the United States are known (CST), and no others (BST, IST).
    """
    word = name.strip()
    return zone_named(word) if len(word) <= MAX_NAME else None


@lru_cache(CACHED)
def zone_named(word: str) -> tzinfo | None:
    if (hours := HOURS.get(word.upper())) is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    if found := OFFSET.fullmatch(word):
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        return fixed(-minutes if found["sign"] != "+" else minutes)
    if found := OFX.fullmatch(word):
        return fixed(round(Fraction(found["hours"]) * 60))
    return of_tables(EITHER.get(word.upper(), word))


def fixed(minutes: int) -> tzinfo | None:
    """None beyond a day."""
    return timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else None


def of_tables(key: str) -> tzinfo | None:
    """A zone of the IANA's tables: Region/City."""
    try:
        return ZoneInfo(key) if "/" in key else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # names of folders and impossible ones
        return None


def is_zone(name: str) -> bool:
    """Whether the IANA's tables have a zone of this name: a profile, and an answer, name one of those."""
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


@lru_cache(CACHED)
def offset_of_day(zone: tzinfo, day: date) -> str | None:
    """Its offset from UTC, "+01:00", or None on a day on which it changes (or if it has seconds, as before 1900)."""
    ends = [datetime.combine(day, at, zone) for at in (time.min, time.max)]
    offsets = {end.replace(fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    offset = offsets.pop()
    if offsets or offset is None or offset.seconds % 60:
        return None
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def offsets_of(local: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """Before and after a change of clocks that this local time is within; else equal."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first or timedelta(), second or timedelta()


def is_repeated(local: datetime, zone: tzinfo) -> bool:
    """Does this local time come twice?"""
    if offset_of_day(zone, local.date()):
        return False
    first, second = offsets_of(local, zone)
    return first > second


def is_skipped(local: datetime, zone: tzinfo) -> bool:
    """Do the clocks jump over this local time?"""
    if offset_of_day(zone, local.date()):
        return False
    first, second = offsets_of(local, zone)
    return first < second


def instant(local: datetime, zone: tzinfo, fold: int = 0) -> datetime:
    """In UTC; `fold` 1 is the second of two equal local times. Not of one that the clocks skip."""
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def settle_night(
    locals_: Sequence[datetime],
    zone: tzinfo,
    *,
    newest_first: bool,
    before: datetime | None = None,
    after: datetime | None = None,
) -> list[int] | None:
    """Which of two equal local times each is (fold 0 or 1), of the repeated times of one night in file order.

    Their order settles it if time goes forward in exactly one reading: 02:40, then 02:15, is summer time, then
    winter time. `before` and `after`: instants of the rows that happened just before and after them. None: a doubt.
    """
    oldest_first = list(reversed(locals_)) if newest_first else list(locals_)
    readings = splits(oldest_first, zone, before, after)
    if len(readings) != 1:
        return None
    folds = [0] * readings[0] + [1] * (len(oldest_first) - readings[0])
    return folds[::-1] if newest_first else folds


def splits(run: list[datetime], zone: tzinfo, before: datetime | None, after: datetime | None) -> list[int]:
    """How many of them can be summer time, so that none happens before the one that stands before it."""
    if not run:
        return [0]
    steps = [at for at, (one, next_) in enumerate(pairwise(run), 1) if next_ < one]
    if len(steps) > 1:
        return []

    def fits(summer: int) -> bool:
        first = instant(run[0], zone, 0 if summer else 1)
        last = instant(run[-1], zone, 0 if summer == len(run) else 1)
        return (before is None or before <= first) and (after is None or last <= after)

    some = steps or sorted({0, 1, min(2, len(run)), len(run)})  # between the first and the last all fit, or none
    return [summer for summer in some if fits(summer)]
