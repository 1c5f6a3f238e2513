"""Candles: what the trades of an interval amount to. PostgreSQL computes them, in exact decimals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.core.exceptions import ValidationError

from rest import instants
from rest.amounts import EXACT
from rest.instants import midnight
from rest.selection import Selection, records
from trades.summary import KEY

from .by_now import Scale, adjusted

ORIGIN = "TIMESTAMPTZ '2000-01-01Z'"
UNITS = {"1m": "1 minute", "5m": "5 minutes", "15m": "15 minutes", "1h": "1 hour"}
BUCKETS = {
    **{name: f"date_bin('{unit}', timestamp, {ORIGIN})" for name, unit in UNITS.items()},
    "1d": "(timestamp AT TIME ZONE %s)::date - DATE '0001-01-01' + 1",  # the day's number, in Python's count
}
INTERVALS = tuple(BUCKETS)
LIMIT, MAX_LIMIT = 500, 5000  # candles in an answer
NEWEST = "ORDER BY timestamp DESC, id DESC LIMIT 1"
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Candles:
    """`rows` oldest first, `before` the last instant before them if there are more, and what the prices are in."""

    currency: str | None
    rows: list[dict[str, Any]]
    before: datetime | None


def candles_of(selection: Selection, interval: str, zone: tzinfo, limit: int, *, is_adjusted: bool = True) -> Candles:
    """The newest `limit` candles of one ticker, in the currency of its newest trade.

    `{"timestamp", "open", "high", "low", "close", "volume", "vwap", "count"}`: a candle begins at its timestamp. open
    and close are of the first and last trade by (timestamp, id), volume is the sum of quantities, and vwap, the
    volume-weighted average price, that of price times quantity divided by volume, to 28 digits. Intervals without
    trades have none. Days begin at midnight in `zone`, all others by UTC. All is in units of today, or of `as_of`,
    through corporate actions, or with `is_adjusted` False as it was booked. ValidationError for any but one ticker.
    """
    [ticker, *others] = selection.tickers or ("", "")
    if others:
        raise ValidationError({"ticker": "Candles need exactly one ticker."})
    trades = adjusted(selection, as_booked=not is_adjusted)
    newest = records(f"SELECT currency FROM ({trades.sql}) trades {NEWEST}", trades.parameters)  # noqa: S608
    currency = newest[0]["currency"] if newest else None
    sql = f"""SELECT {BUCKETS[interval]} AS timestamp, (MIN({KEY}))[3] AS open, MAX(price) AS high, MIN(price) AS low,
        (MAX({KEY}))[3] AS close, SUM(ABS(traded)) AS volume, SUM(SIGN(traded) * value) AS notional,
        COUNT(*) AS count
        FROM ({trades.sql}) trades WHERE currency = %s GROUP BY 1 ORDER BY 1 DESC LIMIT {limit + 1:d}"""  # noqa: S608
    found = records(sql, (*([str(zone)] if interval == "1d" else []), *trades.parameters, currency))
    scale = trades.scale[ticker]
    candles = [candle(row, zone, scale) for row in found[:limit]]
    before = instants.parse(candles[-1]["timestamp"]) - MICROSECOND if len(found) > limit else None
    return Candles(currency, candles[::-1], before)


def candle(row: dict[str, Any], zone: tzinfo, scale: Scale) -> dict[str, Any]:
    """A candle as it is answered. The row's timestamp is an instant or, of a day, its ordinal in the zone."""
    begin = row["timestamp"]
    begin = first_instant(begin, zone) if isinstance(begin, int) else begin
    return {
        "timestamp": instants.render(begin),
        **{name: scale.price(row[name]) for name in ("open", "high", "low", "close")},
        "volume": scale.quantity(row["volume"]),
        "vwap": f"{EXACT.multiply(row['notional'], scale.units) / row['volume']:f}",
        "count": row["count"],
    }


def first_instant(day: int, zone: tzinfo) -> datetime:
    """As filters read a date, and not as PostgreSQL does, where clocks show midnight twice; cut off at the year 1."""
    try:
        return midnight(date.fromordinal(day), zone)
    except (ValueError, OverflowError):
        return instants.BEGIN
