"""Candles of longer intervals, of what is known of their minutes. PostgreSQL computes them, in exact decimals."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rest import instants
from rest.columns import in_digits
from rest.intervals import before, begin_of, bucket_of, only_ticker
from rest.selection import Selection, records

MINUTES_OF = {"1m": 1, "5m": 5, "15m": 15, "1h": 60, "1d": 25 * 60}  # at most: clocks go back once a year
# The minutes of an interval are added up, and its first and last are looked up: that is faster than sorting them all.
INTERVALS = """SELECT found.timestamp, opening.open, found.high, found.low, closing.close, found.volume,
        found.ticks, found.gap
    FROM (
        SELECT {bucket} AS timestamp, MIN(timestamp) AS begin, MAX(timestamp) AS end, MAX(high) AS high,
            MIN(low) AS low, SUM(volume) AS volume, SUM(ticks) AS ticks, BOOL_OR(gap) AS gap
        FROM ({minutes}) minutes GROUP BY 1 ORDER BY 1 DESC LIMIT {limit}
    ) found
    JOIN market_candle opening ON (opening.source, opening.ticker, opening.timestamp) = (%s, %s, found.begin)
    JOIN market_candle closing ON (closing.source, closing.ticker, closing.timestamp) = (%s, %s, found.end)
    ORDER BY found.timestamp DESC"""


@dataclass(frozen=True)
class Candles:
    """`rows` oldest first, and `before`, the last instant before them if there are more."""

    rows: list[dict[str, Any]]
    before: datetime | None


def candles_of(selection: Selection, source: str, interval: str, zone: tzinfo, limit: int) -> Candles:
    """The newest `limit` candles of one ticker, of one of SOURCES.

    `{"timestamp", "open", "high", "low", "close", "volume", "ticks", "gap"}`: volume is the sum of what is known, or
    None; gap says that a minute has one. Intervals without ticks have none. Days begin at midnight in `zone`, all
    others by UTC. So many minutes are read as the intervals have at most. ValidationError for any but one ticker.
    """
    ticker = only_ticker(selection)
    bucket, values = bucket_of(interval, zone)
    end = f"ORDER BY timestamp DESC LIMIT {(limit + 1) * MINUTES_OF[interval]:d}"
    minutes, parameters = selection.union([("source = %s", source), ("ticker = %s", ticker)], end)
    sql = INTERVALS.format(bucket=bucket, minutes=minutes, limit=limit + 1)
    found = records(sql, (*values, *parameters, *(source, ticker) * 2))
    candles = [candle(row, zone) for row in found[:limit]]
    return Candles(candles[::-1], before(candles) if len(found) > limit else None)


def candle(row: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """A candle as it is answered."""
    begin = instants.render(begin_of(row["timestamp"], zone))
    return in_digits(row | {"timestamp": begin, "ticks": int(row["ticks"])})
