"""Times of day on days on which the offset of their zone does not change: the day is looked up, the time added. Pure.

times.py is the truth: it is asked once for the midnight of each day, in the very form that the times have. It is asked
for each time that is written in another way, or on a day on which the clocks change.
"""

import re
from datetime import time as time_of_day

from .cells import Cell
from .lookups import Memo, Refused
from .times import Stamp
from .zones import offset_of_day

# What stands before and after a time of day is a part of the day's form; what looks like a part of the time is not, and
# +02:00 behind 093005 is no time.
CLOCK = re.compile(
    r"(?P<before>(?:.*?[\sTt,;])?)(?P<hour>[0-9]{1,2})(?P<rest>:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?)"
    r"(?P<half>\s?[AaPp][Mm])?(?P<after>(?:[^0-9.,:].*)?)"
)
MIDNIGHT = ":00:00.000000"  # without its hour
# Hours as they are written, with what stands behind the time, as two digits of 24.
HOURS = {(form.format(hour), None): f"{hour:02}" for hour in range(24) for form in ("{}", "{:02}")} | {
    (form.format(hour), half): f"{hour % 12 + later:02}"
    for hour in range(1, 13)
    for form in ("{}", "{:02}")
    for space in ("", " ")
    for letters, later in (("AM", 0), ("PM", 12))
    for half in (space + letters, space + letters.lower())
}


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
            before, hour, rest, half, after = found.groups()
            known = self.days[day if time else "", before, len(hour), len(rest), half, after, zone]
            if known and (hour := HOURS.get((hour, half))):
                begin, end = known
                return f"{begin}{hour}{rest}{end}"
        whole = self.stamp.memo[day, time, zone]
        return whole if isinstance(whole, str) else None

    def day_of(self, key: tuple[Cell, str, int, int, str | None, str, str]) -> tuple[str, str] | None:
        """What stands before a time of such a day, and the offset that follows it; None if that is not certain."""
        day, before, hour, rest, half, after, zone = key
        clock = ("12" if half else "00"[:hour]) + MIDNIGHT[:rest] + (half or "").replace("P", "A").replace("p", "a")
        times, midnight = self.stamp.times, f"{before}{clock}{after}"
        try:
            moment = times.moment(day, midnight) if day else times.moment(midnight, "")
            offset = offset_of_day(moment.offset or times.zone_of(zone), moment.local.date())
        except Refused:
            return None
        is_midnight = moment.has_time and moment.local.time() == time_of_day.min
        return (f"{moment.local:%Y-%m-%d}T", offset) if offset and is_midnight else None
