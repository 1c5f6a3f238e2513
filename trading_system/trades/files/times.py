"""When a row's trade was: a date, a time and a zone, of one column or of several. Pure.

A local time in an hour that the clocks repeat is Repeated: the rows before and after it may tell which of both it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from .cells import Cell
from .fields import Fields
from .lookups import Lookup, Memo, Refused, Row, itself, shown, text_of
from .moments import Moment, join, moment_of
from .profile import Name, Source, Where
from .rows import NO_TIMESTAMP
from .zones import is_repeated, is_skipped, is_zone

Columns = Mapping[Name, Where]
Take = Callable[[Row], Any]  # of a cell, or of a part of its text
NO_ZONE = "The file does not say in which time zone its times are."
NO_ORDER = "The file does not say whether the month or the day comes first in its dates."


@dataclass(frozen=True)
class Repeated:
    """A local time that the clocks of its zone show twice."""

    local: datetime
    zone: ZoneInfo

    def instant(self, fold: int) -> str:
        """The first of both for 0, the second for 1."""
        return rendered(self.local.replace(fold=fold), self.zone)


class Times:
    """Reads the times of a table. `zone` is that of times which name none; nothing if it is not known."""

    def __init__(self, fields: Fields, order: str, zone: str) -> None:
        self.fields, self.order, self.zone = fields, order or None, ZoneInfo(zone) if zone else None

    def reader(self, columns: Columns) -> "Stamp":
        """What reads the time of a row."""
        name: Name = "timestamp" if columns.get("timestamp") else "date"
        day, time = self.part(columns, name), self.part(columns, "time")
        if day is None:
            raise Refused("timestamp", "The header has no column of times.")
        return Stamp(self, day, time, self.fields.text(columns.get("zone"), "zone"))

    def part(self, columns: Columns, name: Name) -> Take | None:
        """What takes a cell as it is, or the part of its text that a pattern finds."""
        where = columns.get(name)
        if isinstance(where, Source) and where.pattern:
            return self.fields.text(where, name)
        names = where.column if isinstance(where, Source) else where
        place = self.fields.column(names) if names else None
        return None if place is None else Lookup(place, itself)

    def read(self, key: tuple[Cell, Cell, str]) -> "str | Repeated | Refused":
        """The instant of a date, a time and a zone, each empty if there is none; or what is wrong with them."""
        day, time, named = key
        try:
            moment = self.moment(day, time)
            zone = moment.offset or self.zone_of(named)
            if isinstance(zone, ZoneInfo):
                if is_skipped(moment.local, zone):
                    raise Refused(
                        "timestamp", f"{moment.local} does not exist in {zone}: the clocks skip it. Is that its zone?"
                    )
                if is_repeated(moment.local, zone):
                    return Repeated(moment.local, zone)
            return rendered(moment.local, zone)
        except Refused as error:
            return error

    def moment(self, day: Cell, time: Cell) -> Moment:
        """The local time of such cells."""
        if isinstance(day, datetime) and not time:
            return Moment(day.replace(tzinfo=None), day.tzinfo, True)
        first, second = text_of(day), text_of(time)
        if not first:
            raise Refused("timestamp", NO_TIMESTAMP)
        found = moment_in(first, second, self.order)
        if found is None and self.order is None and moment_in(first, second, "DMY"):
            raise Refused("timestamp", f"{NO_ORDER} {shown(first)} can be both.")
        if found is None:
            raise Refused("timestamp", f"Not a date and time: {shown(f'{first} {second}'.strip())}.")
        return found

    def zone_of(self, named: str) -> tzinfo:
        """The zone that the row names, or else the file's."""
        if named and not is_zone(named):
            raise Refused("timestamp", f"There is no time zone {shown(named)}.")
        zone = ZoneInfo(named) if named else self.zone
        if zone is None:
            raise Refused("timestamp", NO_ZONE)
        return zone


class Stamp:
    """Reads the time of a row: an instant in UTC as RFC 3339 writes it, or Repeated; or it raises Refused."""

    def __init__(self, times: Times, day: Take, time: Take | None, zone: Take | None) -> None:
        self.times, self.day, self.time, self.zone = times, day, time, zone
        self.memo = Memo(times.read)

    def __call__(self, row: Row) -> str | Repeated:
        found = self.memo[self.day(row), self.time(row) if self.time else "", self.zone(row) if self.zone else ""]
        if isinstance(found, Refused):
            raise Refused(found.field, found.message)
        return found  # type: ignore[no-any-return]


def moment_in(day: str, time: str, order: str | None) -> Moment | None:
    """The moment of a date and a time in texts of their own, or in one."""
    return join(day, time, order) if time else moment_of(day, order)


def rendered(local: datetime, zone: tzinfo) -> str:
    """The instant of a local time."""
    try:
        instant = local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise Refused("timestamp", "Must be from the year 1 to 9999.") from None
    return instant.replace(tzinfo=None).isoformat() + "Z"
