"""Keeping candles, and forgetting old ones.

What is known of a minute is joined, so that neither order nor repetition matters, whatever the parts are: each column
follows from a maximum. Of two parts that begin or end at the same instant, the one with more ticks knows better what
came first or last there; how many those were is kept with its open and its close. Of as many, the lower open and the
higher close count. Candles of different sources are of different markets.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from rest.selection import Selecting
from rest.tables import Table

COLUMNS = ("ticker", "timestamp", "open", "high", "low", "close", "volume", "ticks", "gap", "first", "last")
TYPES = ("text", "timestamptz", *["numeric"] * 5, "bigint", "boolean", "timestamptz", "timestamptz")
MINUTES = Table("market-candles", "market_candle", COLUMNS, json="")  # no row is answered as it is
PRUNE_BATCH = 10_000  # candles that are forgotten in one statement

GIVEN = f"unnest({', '.join(f'%s::{one}[]' for one in TYPES)}) AS given ({', '.join(COLUMNS)})"
ROW = ("source", *COLUMNS, "opening_ticks", "closing_ticks")
OPENS = "(new.first, -new.opening_ticks, new.open) < (kept.first, -kept.opening_ticks, kept.open)"
CLOSES = "(new.last, new.closing_ticks, new.close) > (kept.last, kept.closing_ticks, kept.close)"
JOINED = {  # of the candle that is given, `new`, and of the one that is there
    "open": f"CASE WHEN {OPENS} THEN new.open ELSE kept.open END",
    "opening_ticks": f"CASE WHEN {OPENS} THEN new.opening_ticks ELSE kept.opening_ticks END",
    "high": "GREATEST(new.high, kept.high)",
    "low": "LEAST(new.low, kept.low)",
    "close": f"CASE WHEN {CLOSES} THEN new.close ELSE kept.close END",
    "closing_ticks": f"CASE WHEN {CLOSES} THEN new.closing_ticks ELSE kept.closing_ticks END",
    "volume": "GREATEST(new.volume, kept.volume)",
    "ticks": "GREATEST(new.ticks, kept.ticks)",
    "gap": "CASE WHEN (new.ticks, NOT new.gap) > (kept.ticks, NOT kept.gap) THEN new.gap ELSE kept.gap END",
    "first": "LEAST(new.first, kept.first)",
    "last": "GREATEST(new.last, kept.last)",
}
JOINED = {name: joined.replace("new.", "EXCLUDED.") for name, joined in JOINED.items()}  # as PostgreSQL calls it
# Rows are locked in the order of their keys, so that two who write at once do not wait for each other.
KEEP = f"""INSERT INTO market_candle AS kept ({", ".join(ROW)}) SELECT %s, *, ticks, ticks FROM {GIVEN}
    ORDER BY ticker COLLATE "C", timestamp ON CONFLICT (source, ticker, timestamp) DO UPDATE
    SET ({", ".join(JOINED)}) = ROW({", ".join(JOINED.values())})
    WHERE ({", ".join(f"kept.{name}" for name in JOINED)}) IS DISTINCT FROM ({", ".join(JOINED.values())})"""  # noqa: S608
# Of the minute as it is joined by now, whose close may be another one at the same instant.
KEEP_LAST = """INSERT INTO market_lastprice AS kept (source, ticker, price, timestamp)
    SELECT source, ticker, close, last
    FROM unnest(%s::text[], %s::timestamptz[]) AS newest (ticker, timestamp)
    JOIN market_candle USING (ticker, timestamp) WHERE source = %s ORDER BY ticker COLLATE "C"
    ON CONFLICT (source, ticker) DO UPDATE SET price = EXCLUDED.price, timestamp = EXCLUDED.timestamp
    WHERE EXCLUDED.timestamp >= kept.timestamp
        AND (EXCLUDED.price, EXCLUDED.timestamp) IS DISTINCT FROM (kept.price, kept.timestamp)"""
FORGET = f"""DELETE FROM market_candle WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM market_candle WHERE timestamp < %s LIMIT {PRUNE_BATCH}))"""  # noqa: S608

Given = dict[str, Any]


class CandleManager(Selecting, models.Manager):
    """`Candle.objects`."""

    table = MINUTES

    @transaction.atomic
    def keep(self, candles: list[Given], source: str) -> None:
        """Join these with what is known of their minutes, of the same of SOURCES.

        The newest close becomes a ticker's last price.
        """
        with connection.cursor() as cursor:
            for some in without_repetition(candles):
                cursor.execute(KEEP, [source, *columns_of(some)])
            minutes = newest(candles)
            cursor.execute(KEEP_LAST, [list(minutes), list(minutes.values()), source])

    def forget_before(self, instant: datetime) -> int:
        """Delete candles that began before it, PRUNE_BATCH at a time. How many there were."""
        total = 0
        with connection.cursor() as cursor:
            while True:
                cursor.execute(FORGET, [instant])
                count: int = cursor.rowcount
                total += count
                if count < PRUNE_BATCH:
                    return total


def columns_of(candles: Iterable[Given]) -> list[list[Any]]:
    return [list(column) for column in zip(*([one[name] for name in COLUMNS] for one in candles), strict=True)]


def newest(candles: Iterable[Given]) -> dict[str, datetime]:
    """When the newest minute of each ticker begins."""
    found: dict[str, datetime] = {}
    for one in candles:
        found[one["ticker"]] = max(one["timestamp"], found.get(one["ticker"], one["timestamp"]))
    return found


def without_repetition(candles: Iterable[Given]) -> Iterator[Iterable[Given]]:
    """The same candles in as few parts as have no minute of a ticker twice, which one statement cannot change."""
    parts: list[dict[Any, Given]] = []
    times: dict[Any, int] = {}
    for one in candles:
        key = one["ticker"], one["timestamp"]
        nth = times[key] = times.get(key, -1) + 1
        if nth == len(parts):
            parts.append({})
        parts[nth][key] = one
    return (part.values() for part in parts)
