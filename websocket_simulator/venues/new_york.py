"""The regular hours of the US exchanges of shares: 9:30 to 16:00 in New York, Monday to Friday. Pure.

Trades that are made outside these hours carry a condition, and the clock decides only where there is none. It knows no
holidays, on which nothing is traded, and no half days: after 13:00 of one, only the condition tells.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
OPEN, CLOSE = time(9, 30), time(16)
BEHIND = timedelta(hours=5)  # in winter; when shares are traded, 4:00 to 20:00, the date is right in summer as well
SATURDAY = 5
MAX_TRADING_DAYS = 100  # that are remembered


def trading_day(instant: datetime) -> date:
    """The date in New York of an instant in UTC, between 4:00 and 20:00 there."""
    return (instant - BEHIND).date()


def is_regular(instant: datetime) -> bool:
    """Whether an instant in UTC is in the regular hours: from the opening until before the close."""
    opening, close = _hours_of(trading_day(instant))
    return opening <= instant < close


@lru_cache(MAX_TRADING_DAYS)
def _hours_of(day: date) -> tuple[datetime, datetime]:
    """When the exchanges open and close, in UTC; twice the same instant at weekends."""
    opening, close = (datetime.combine(day, at, NEW_YORK).astimezone(UTC) for at in (OPEN, CLOSE))
    return opening, opening if day.weekday() >= SATURDAY else close
