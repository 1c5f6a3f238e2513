"""Dates and times as files write them: which local time, in which zone, if the text names one. Pure.

The order of day and month is never guessed: "03/04/2025" is no moment until its order is known. Dates that do not exist
are no moments either, nor are years before 1900. zones.py knows the words for zones, and makes instants of local times.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import combinations

from .dates import date_of
from .zones import zone_of

MAX_MOMENT = 80  # characters
ORDERS = ("MDY", "DMY", "YMD")
SEEN = 16_384  # dates that are remembered
FIRST_EPOCH, LAST_EPOCH = 1_000_000_000, 4_102_444_800  # seconds: September 2001 to the end of 2099


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says. `local` is naive, cut to microseconds; midnight where there is no time of day."""

    local: datetime
    offset: tzinfo | None = None  # of a zone that the text itself names
    has_time: bool = True


CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,:](?P<fraction>[0-9]{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\b\.?)?"
)
DIGITS = r"(?P<hhmmss>[0-9]{6}|[0-9]{4})(?:\.(?P<rest>[0-9]{1,9}))?"
ZONE = r"(?:\s*(?P<zone>[A-Za-z+\[-][^\s\[(]*)(?:\s?[\[(][^\])]*[\])])?)?"  # brackets behind it explain it
BETWEEN = r"(?:\s*[Tt;,]\s*|\s+(?:at\s+|um\s+|à\s+|-\s+)?|(?<=^[0-9]{8}))"
WHOLE = re.compile(rf"(?P<date>.{{6,}}?)(?:{BETWEEN}(?:{CLOCK}|{DIGITS}){ZONE})?")
ISO = re.compile(  # the most usual form, and the fastest
    r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
TIME_FIRST = re.compile(r"^([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?),? ([0-9]\S+)$")
EPOCH = re.compile(r"(?P<seconds>[0-9]{10})(?:\.(?P<point>[0-9]{1,9})|(?P<more>[0-9]{3}|[0-9]{6}|[0-9]{9}))?")


def moment_of(text: str, order: str | None) -> Moment | None:
    """The moment of a text; `order` (MDY, DMY, YMD) is asked of dates such as 3/4/25 alone, and None refuses those.

    Read are ISO 8601 and its relatives, 20250606;155959, OFX's 20250606155959.000[-5:EST], 6.6.2025 9:05, names of
    months, AM and PM, 9:05 2025-06-06, words for zones (zones.py), and Unix time in (milli-, micro-, nano-) seconds.
    Digits after the microsecond are cut off.
    """
    text = text.strip()
    with suppress(ValueError):
        if ISO.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return Moment(moment.replace(tzinfo=None), moment.tzinfo)
        return read(text, order) if len(text) <= MAX_MOMENT else None
    return None


def read(text: str, order: str | None) -> Moment | None:
    """ValueError: its time of day does not exist."""
    text = TIME_FIRST.sub(r"\2 \1", text) if ":" in text[:3] else text
    found = WHOLE.fullmatch(text)
    day = date_of(found["date"], order) if found else None
    if not found or not day:  # of "6 Jun 2025" the year may look like a time of day
        day = date_of(text, order)
        return Moment(datetime(*day), has_time=False) if day else epoch_of(text)  # noqa: DTZ001 (local)
    offset = zone_of(found["zone"]) if found["zone"] else None
    if found["zone"] and offset is None:
        return None
    return Moment(datetime(*day, *time_of(found)), offset, bool(found["hour"] or found["hhmmss"]))  # noqa: DTZ001


def time_of(found: re.Match[str]) -> tuple[int, int, int, int]:
    """Hour, minute, second, microsecond; ValueError for 13 PM."""
    if digits := found["hhmmss"]:
        return int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0), micros(found["rest"])
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return hour, int(found["minute"] or 0), int(found["second"] or 0), micros(found["fraction"])


def micros(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def epoch_of(text: str) -> Moment | None:
    """Unix time, of this century; its length says in which unit."""
    found = EPOCH.fullmatch(text)
    if not found or not FIRST_EPOCH <= int(found["seconds"]) < LAST_EPOCH:
        return None
    passed = timedelta(seconds=int(found["seconds"]), microseconds=micros(found["point"] or found["more"]))
    return Moment(datetime(1970, 1, 1) + passed, UTC)  # noqa: DTZ001 (naive, in UTC)


def join(day: str, time: str, order: str | None) -> Moment | None:
    """Date and time of two columns. The date's own time counts only if the other is empty, or if it is midnight."""
    date = moment_of(day, order)
    if date is None or not time.strip():
        return date
    if date.offset or date.local.time() != datetime.min.time():
        return None
    return moment_of(f"{date.local:%Y-%m-%d} {time.strip()}", order)


def orders(text: str) -> frozenset[str]:
    """The orders in which it is a date: MDY and DMY for 03/04/2025, all three where the order does not matter."""
    return frozenset(order for order in ORDERS if moment_of(text, order))


@dataclass(frozen=True)
class Order:
    """The order of a file's dates. Neither order nor clash: it has to be asked which of `left` it is."""

    order: str | None
    left: tuple[str, ...] = ()
    doubt: str | None = None  # a date that is another one in each order that is left
    clash: tuple[str, str] | None = None  # two dates that no order has both


class DateOrder:
    """The order that all dates of a file allow, found while they pass. What is no date in any order is no evidence."""

    def __init__(self) -> None:
        self.against: dict[str, str] = {}  # the first date that excludes an order
        self.doubts: dict[tuple[str, str], str] = {}  # the first date that is another one in these two orders
        self.seen: set[str] = set()  # dates, with the hour if there is one

    def left(self) -> tuple[str, ...]:
        return tuple(order for order in ORDERS if order not in self.against)

    def add(self, text: str) -> None:
        day = text.partition(":")[0]
        if text[:4].isdecimal() or day in self.seen:
            return  # it says nothing new
        read = {order: moment for order in ORDERS if (moment := moment_of(text, order))}
        for order in set(ORDERS) - set(read) if read else ():
            self.against.setdefault(order, text)
        for pair in combinations(read, 2):
            if read[pair[0]] != read[pair[1]]:
                self.doubts.setdefault(pair, text)
        if len(self.seen) >= SEEN:
            self.seen.clear()
        if read:
            self.seen.add(day)

    def settled(self) -> Order:
        """As far as has been seen."""
        left = self.left()
        if not left:
            return Order(None, clash=self.clash())
        doubts = [text for pair, text in self.doubts.items() if set(pair) <= set(left)]
        return Order(None, left, doubts[0]) if doubts else Order(left[0], left)

    def clash(self) -> tuple[str, str]:
        """Two of the dates that exclude all orders; two that agree in none, if there are."""
        pairs = list(combinations(self.against.values(), 2))
        return next((pair for pair in pairs if not orders(pair[0]) & orders(pair[1])), pairs[0])
