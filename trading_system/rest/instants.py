"""Instants in requests and answers, after RFC 3339.

Without an offset they are read as UTC, or in a zone that was named. They are written in UTC, with `Z`: in answers with
the fewest decimals, in files with six, so that their text sorts as time and readers see one form in a column.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo

# Section 5.6 of RFC 3339, with seconds optional, as a browser's date and time input leaves them out, and
# with offsets as DuckDB (+00) and polars (+0000) write them.
OFFSET = r"[Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?"
PATTERN = re.compile(
    rf"(?P<local>\d{{4}}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(?P<fraction>\.\d+)?)?)(?P<offset>{OFFSET})?", re.ASCII
)
BEGIN, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
SECONDS = 'YYYY-MM-DD"T"HH24:MI:SS'  # to PostgreSQL's to_char
FORM = "a date and time such as 2025-06-06T20:00:00Z"


def parse(text: str, zone: tzinfo = UTC, fold: int = 0) -> datetime:
    """Return the instant in UTC; ValueError says what is wrong.

    Without an offset it is in `zone`; of an hour that occurs twice there, `fold` says which one.
    """
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"Must be {FORM}.")
    if len(match["fraction"] or "") > 7:
        raise ValueError("Must have at most 6 decimals in its seconds.")
    try:
        written = datetime.fromisoformat(match["local"] + (match["offset"] or "").upper())
        instant = (written if match["offset"] else written.replace(tzinfo=zone, fold=fold)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Must be a date and time that exists, from the year 1 to 9999.") from None
    if not match["offset"] and zone is not UTC and instant.astimezone(zone).replace(tzinfo=None) != written:
        raise ValueError("Does not exist in its time zone: the clocks skip it.")
    return instant


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant when this day begins in the zone."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def date_in(zone: tzinfo, instant: datetime) -> date:
    """The date of the instant in the zone; one before the year 1 is that of UTC."""
    try:
        return instant.astimezone(zone).date()
    except OverflowError:
        return instant.date()


def render(instant: datetime) -> str:
    """Render with the fewest decimals, of 0, 3 and 6, that lose nothing."""
    precision = "microseconds" if instant.microsecond % 1000 else "milliseconds" if instant.microsecond else "seconds"
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def widened(text: str) -> str:
    """What `render` wrote, as files have it: with six decimals."""
    return f"{text[:19]}.{text[20:-1]:0<6}Z"


def sql(column: str) -> str:
    """The expression that makes PostgreSQL write what `render` writes, in a session whose time zone is UTC."""
    return f"""replace(replace({sql_in_files(column)}, '000Z', 'Z'), '.000Z', 'Z')"""


def sql_in_files(column: str) -> str:
    """The same, for what `widened` makes of it."""
    return f"""to_char({column}, '{SECONDS}.US"Z"')"""
