"""Times of day on days on which the offset of their zone does not change: the day is looked up, the time added. Pure.

times.py is the truth: it is asked once for the midnight of each day, written as the day is. It is asked for each time
that is written in another way, or on a day on which the clocks change.
"""

import re
from datetime import time as time_of_day

from .cells import Cell
from .fields import Memo, Refused
from .times import Stamp
from .zones import offset_of_day

MIDNIGHT = "00:00:00"
# What stands before and after a time of day is a part of the day's form; what looks like a part of the time is not.
CLOCK = re.compile(
    r"(?P<before>.*?)(?P<time>(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?)(?P<after>(?:[^0-9.,:].*)?)"
)


class Days:
    """Reads times as `stamp` does, in local time with an offset."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp, self.clock, self.days = stamp, CLOCK.fullmatch, Memo(self.day_of)

    def instant(self, day: Cell | None, time: Cell | None, zone: str | None) -> str | None:
        """The instant of a date, a time and a zone, each empty if there is none; None if it is not certain."""
        if day is None or time is None or zone is None:
            return None
        text = time or day
        if isinstance(text, str) and (found := self.clock(text)):
            before, clock, after = found.groups()
            if known := self.days[day if time else "", before, after, zone]:
                begin, end = known
                return f"{begin}{clock}{end}" if clock[1] != ":" else f"{begin}0{clock}{end}"
        whole = self.stamp.memo[day, time, zone]
        return whole if isinstance(whole, str) else None

    def day_of(self, key: tuple[Cell, str, str, str]) -> tuple[str, str] | None:
        """What stands before a time of such a day, and the offset that follows it; None if that is not certain."""
        day, before, after, zone = key
        times, midnight = self.stamp.times, f"{before}{MIDNIGHT}{after}"
        try:
            moment = times.moment(day, midnight) if day else times.moment(midnight, "")
            offset = offset_of_day(moment.offset or times.zone_of(zone), moment.local.date())
        except Refused:
            return None
        is_midnight = moment.has_time and moment.local.time() == time_of_day.min
        return (f"{moment.local:%Y-%m-%d}T", offset) if offset and is_midnight else None
