"""Candles: what the trades of an interval amount to. PostgreSQL computes them, in exact decimals."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db import connection
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from rest import instants
from rest.forms import BEGIN, midnight
from trades.selection import Selection
from trades.summary import KEY, plain

ORIGIN = "TIMESTAMPTZ '2000-01-01Z'"
UNITS = {"1m": "1 minute", "5m": "5 minutes", "15m": "15 minutes", "1h": "1 hour"}
BUCKETS = {
    **{name: f"date_bin('{unit}', timestamp, {ORIGIN})" for name, unit in UNITS.items()},
    "1d": "(timestamp AT TIME ZONE %s)::date - DATE '0001-01-01' + 1",  # the day's number, in Python's count
}
INTERVALS = tuple(BUCKETS)
LIMIT, MAX_LIMIT = 500, 5000  # candles in an answer
MICROSECOND = timedelta(microseconds=1)


def candles(selection: Selection, interval: str, zone: tzinfo, limit: int, request: Request) -> dict[str, Any]:
    """`{"ticker", "interval", "previous", "results"}`: the newest `limit` candles, oldest first.

    A candle begins at its timestamp. open and close are of the first and last trade by (timestamp, id), volume is the
    sum of quantities, and vwap, the volume-weighted average price, that of price times quantity divided by volume, to
    28 digits. Intervals without trades have none. Days begin at midnight in `zone`, all others by UTC. previous is the
    address of the candles before these.
    """
    found = rows(selection, interval, zone, limit + 1)
    shown = found[:limit][::-1]
    before = instants.render(shown[0][0] - MICROSECOND) if len(found) > limit else None
    return {
        "ticker": selection.tickers[0],
        "interval": interval,
        "previous": replace_query_param(request.build_absolute_uri(), "end_date", before) if before else None,
        "results": [described(*row) for row in shown],
    }


def rows(selection: Selection, interval: str, zone: tzinfo, limit: int) -> list[tuple[Any, ...]]:
    """The newest, each as (begin, open, high, low, close, volume, notional, count)."""
    chosen, parameters = selection.statement()
    bucket = BUCKETS[interval]
    sql = f"""SELECT {bucket} AS begin, (MIN({KEY}))[3], MAX(price), MIN(price), (MAX({KEY}))[3],
        SUM(quantity), SUM(price * quantity), COUNT(*)
        FROM ({chosen}) trades GROUP BY begin ORDER BY begin DESC LIMIT {limit:d}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, (*([str(zone)] if interval == "1d" else []), *parameters))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return [(first_instant(day, zone), *rest) for day, *rest in found] if interval == "1d" else found


def first_instant(day: int, zone: tzinfo) -> datetime:
    """As filters read a date, and not as PostgreSQL does, where clocks show midnight twice; cut off at the year 1."""
    try:
        return midnight(date.fromordinal(day), zone)
    except (ValueError, OverflowError):
        return BEGIN


def described(begin: Any, first: Any, high: Any, low: Any, last: Any, volume: Any, notional: Any, count: int) -> Any:
    return {
        "timestamp": instants.render(begin),
        "open": plain(first),
        "high": plain(high),
        "low": plain(low),
        "close": plain(last),
        "volume": plain(volume),
        "vwap": plain(notional / volume),
        "count": count,
    }


def one_ticker(selection: Selection) -> None:
    if len(selection.tickers) != 1:
        raise ValidationError({"ticker": ["Candles are of one ticker: name it."]})
