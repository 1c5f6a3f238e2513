"""Candles: what the trades of an interval amount to. PostgreSQL computes them, in exact decimals."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rest import instants
from rest.amounts import EXACT
from rest.intervals import before, begin_of, bucket_of, only_ticker
from rest.selection import Selection, records
from trades.rollups import sums
from trades.rollups.pieces import LOCAL, answered

from .by_now import Scale
from .models import CorporateAction
from .rollups import CANDLE, rolled_up
from .walk import IN_SPAN, Walk, names_of

# Of equal prices, the one with the most decimals, whichever is read first. OFFSET 0 keeps the order out of the groups:
# they are hashed, where PostgreSQL would sort all trades.
GROUPED = f"""SELECT * FROM (
        SELECT {{bucket}} AS timestamp, (MIN({sums.TRADE}))[3] AS open, {sums.HIGH.format("price")} AS high,
            {sums.LOW.format("price")} AS low, (MAX({sums.TRADE}))[3] AS close, SUM(ABS(traded)) AS volume,
            SUM(SIGN(traded) * value) AS notional, COUNT(*) AS count
        FROM ({{trades}}) trades GROUP BY 1 OFFSET 0
    ) grouped ORDER BY timestamp DESC LIMIT {{count:d}}"""  # noqa: S608
OF_DAYS = f"""SELECT ({LOCAL.format("first_at")} - DATE '0001-01-01' + 1) AS timestamp, {sums.FIRST_PRICE} AS open,
        {sums.HIGH.format("high")} AS high, {sums.LOW.format("low")} AS low, {sums.LAST_PRICE} AS close,
        SUM(volume) AS volume, SUM(notional) AS notional, SUM(count) AS count
    FROM ({{days}}) days WHERE currency = %(currency)s GROUP BY 1 ORDER BY 1 DESC LIMIT %(count)s"""  # noqa: S608


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
    volume-weighted average price, that of price times quantity divided by volume, to 28 digits. Of equal prices, high
    and low have the most decimals. Intervals without trades have none. Days begin at midnight in `zone`, all others by
    UTC. All is in units of today, or of `as_of`, through corporate actions, or with `is_adjusted` False as it was
    booked. ValidationError for any but one ticker.
    """
    ticker = only_ticker(selection)
    accounts = [id_ for id_, _ in selection.scope.accounts()] if selection.scope else []
    actions = CorporateAction.objects.in_effect(selection.instant) if is_adjusted else []
    walk = Walk(selection, accounts, ticker, actions, names_of(ticker, actions))
    currency = walk.currency()
    if currency is None:
        return Candles(None, [], None)
    days = newest_days(walk, currency, zone, limit + 1) if interval == "1d" else None
    found, scale = days or newest_of(walk.in_currency(currency), interval, zone, limit + 1)
    candles = [candle(row, zone, scale) for row in found[:limit]]
    return Candles(currency, candles[::-1], before(candles) if len(found) > limit else None)


def newest_days(walk: Walk, currency: str, zone: tzinfo, count: int) -> tuple[list[dict[str, Any]], Scale] | None:
    """The same as newest_of, of rolled-up days; None if there are none for these trades."""
    days = rolled_up(walk.selection, walk.actions, zone)
    if days is None:
        return None
    sql = f"WITH {days.pieces.sql} {OF_DAYS.format(days=days.by_now('SELECT * FROM pieces', CANDLE))}"  # noqa: S608
    rows = answered(sql, {**days.parameters, "currency": currency, "count": count})
    return rows, days.scale[walk.ticker]


def newest_of(walk: Walk, interval: str, zone: tzinfo, count: int) -> tuple[list[dict[str, Any]], Scale]:
    """What the trades of the newest `count` intervals amount to, newest first, multiplied by the scale."""
    trades = walk.where(*IN_SPAN).trades()
    span, given = walk.span(interval, zone, count)
    bucket, values = bucket_of(interval, zone)
    sql = f"{span} {GROUPED.format(bucket=bucket, trades=trades.sql, count=count)}"
    return records(sql, (*given, *values, *trades.parameters)), trades.scale[walk.ticker]


def candle(row: dict[str, Any], zone: tzinfo, scale: Scale) -> dict[str, Any]:
    """A candle as it is answered."""
    return {
        "timestamp": instants.render(begin_of(row["timestamp"], zone)),
        **{name: scale.price(row[name]) for name in ("open", "high", "low", "close")},
        "volume": scale.quantity(row["volume"]),
        "vwap": f"{EXACT.multiply(row['notional'], scale.units) / row['volume']:f}",
        "count": row["count"],
    }
