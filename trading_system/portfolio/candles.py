"""Candles: what the trades of an interval amount to. PostgreSQL computes them, in exact decimals."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rest import instants
from rest.amounts import EXACT
from rest.intervals import before, begin_of, bucket_of, only_ticker
from rest.selection import Selection, records
from trades.summary import KEY

from .by_now import Scale, adjusted

NEWEST = "ORDER BY timestamp DESC, id DESC LIMIT 1"


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
    ticker = only_ticker(selection)
    trades = adjusted(selection, as_booked=not is_adjusted)
    newest = records(f"SELECT currency FROM ({trades.sql}) trades {NEWEST}", trades.parameters)  # noqa: S608
    currency = newest[0]["currency"] if newest else None
    bucket, values = bucket_of(interval, zone)
    sql = f"""SELECT {bucket} AS timestamp, (MIN({KEY}))[3] AS open, MAX(price) AS high, MIN(price) AS low,
        (MAX({KEY}))[3] AS close, SUM(ABS(traded)) AS volume, SUM(SIGN(traded) * value) AS notional,
        COUNT(*) AS count
        FROM ({trades.sql}) trades WHERE currency = %s GROUP BY 1 ORDER BY 1 DESC LIMIT {limit + 1:d}"""  # noqa: S608
    found = records(sql, (*values, *trades.parameters, currency))
    scale = trades.scale[ticker]
    candles = [candle(row, zone, scale) for row in found[:limit]]
    return Candles(currency, candles[::-1], before(candles) if len(found) > limit else None)


def candle(row: dict[str, Any], zone: tzinfo, scale: Scale) -> dict[str, Any]:
    """A candle as it is answered."""
    return {
        "timestamp": instants.render(begin_of(row["timestamp"], zone)),
        **{name: scale.price(row[name]) for name in ("open", "high", "low", "close")},
        "volume": scale.quantity(row["volume"]),
        "vwap": f"{EXACT.multiply(row['notional'], scale.units) / row['volume']:f}",
        "count": row["count"],
    }
