"""When an exchange is open, by the calendars of the package exchange-calendars, which is an extra.

A session is open from its begin until before its end, without its break. The calendars know about twenty years back
and one ahead; beyond that the hours are not known: the exchange counts as open, and that is said once.
"""

import warnings
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

INSTALL = "needs exchange-calendars: pip install -r requirements-hours.txt"


def check_hours(code: str) -> None:
    """ValueError if there is no calendar of this code, or if the package is not installed: then it says how to."""
    edges_of(code)


@cache
def edges_of(code: str) -> tuple[datetime, ...]:
    """The instants in UTC at which an exchange opens and closes by turns, beginning with an opening.

    The first calendar takes a second, for the packages that it needs. Raises ValueError.
    """
    try:
        import exchange_calendars
    except ImportError:
        raise ValueError(INSTALL) from None
    try:
        with warnings.catch_warnings(action="ignore"):  # of pandas, to those who wrote the calendars
            calendar = exchange_calendars.get_calendar(code)
    except exchange_calendars.errors.InvalidCalendarName:
        raise ValueError(f"is the code of no exchange: {code!r}") from None
    opens, closes = _instants(calendar.opens), _instants(calendar.closes)
    begins, ends = _instants(calendar.break_starts), _instants(calendar.break_ends)
    return tuple(sorted([*opens, *closes, *begins, *ends]))


def _instants(column: Any) -> list[datetime]:
    """Those of a column of pandas, which are in UTC; sessions without a break have none."""
    return [instant.astimezone(UTC) for instant in column.dropna().dt.to_pydatetime()]


class Hours:
    """The hours of one exchange; `say` gets a line if they are asked for beyond what is known."""

    def __init__(self, code: str, say: Callable[[str], None]) -> None:
        self.code, self.say = code, say
        self._edges = edges_of(code)
        self._begin = self._end = self._edges[0]  # between these, nothing changes
        self._is_open = self._has_said = False

    def is_open(self, instant: datetime) -> bool:
        """Whether the exchange is open at an instant, in UTC; True if that is not known."""
        if not self._begin <= instant < self._end:
            self._look_up(instant)
        return self._is_open

    def _look_up(self, instant: datetime) -> None:
        place = bisect_right(self._edges, instant)
        if 0 < place < len(self._edges):
            self._begin, self._end = self._edges[place - 1 : place + 1]
            self._is_open = place % 2 == 1
            return
        self._begin = self._end = self._edges[0]
        self._is_open = True
        if not self._has_said:
            self._has_said = True
            self.say(f"the hours of {self.code} on {instant:%Y-%m-%d} are not known: its rules act as if it was open")
