"""Intervals of candles, of trades or of the market: the SQL that finds the one of a row, and when each begins."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.core.exceptions import ValidationError

from . import instants
from .selection import Selection

ORIGIN = "TIMESTAMPTZ '2000-01-01Z'"
UNITS = {"1m": "1 minute", "5m": "5 minutes", "15m": "15 minutes", "1h": "1 hour"}
BUCKETS = {
    **{name: f"date_bin('{unit}', timestamp, {ORIGIN})" for name, unit in UNITS.items()},
    "1d": "(timestamp AT TIME ZONE %s)::date - DATE '0001-01-01' + 1",  # the day's number, in Python's count
}
INTERVALS = tuple(BUCKETS)
LIMIT, MAX_LIMIT = 500, 5000  # candles in an answer
MICROSECOND = timedelta(microseconds=1)


def bucket_of(interval: str, zone: tzinfo) -> tuple[str, list[str]]:
    """The expression for the interval of a row's `timestamp`, and its parameters. Days begin at midnight in `zone`."""
    return BUCKETS[interval], [str(zone)] if interval == "1d" else []


def begin_of(bucket: Any, zone: tzinfo) -> datetime:
    """When an interval begins that PostgreSQL found: at an instant or, of a day, by its ordinal in the zone."""
    return first_instant(bucket, zone) if isinstance(bucket, int) else bucket


def first_instant(day: int, zone: tzinfo) -> datetime:
    """As filters read a date, and not as PostgreSQL does, where clocks show midnight twice; cut off at the year 1."""
    try:
        return instants.midnight(date.fromordinal(day), zone)
    except (ValueError, OverflowError):
        return instants.BEGIN


def only_ticker(selection: Selection) -> str:
    """The one that candles are asked of; ValidationError for none or several."""
    [ticker, *others] = selection.tickers or ("", "")
    if others:
        raise ValidationError({"ticker": "Candles need exactly one ticker."})
    return ticker


def before(candles: list[dict[str, Any]]) -> datetime:
    """The last instant before these candles, which are newest first."""
    return instants.parse(candles[-1]["timestamp"]) - MICROSECOND
