"""Candles, slowly and obviously: all trades are read, and put into their intervals one by one."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, localcontext
from typing import Any

from portfolio.by_now import adjusted
from portfolio.candles import Candles, candle
from rest.intervals import before
from rest.selection import Selection, records

MINUTES = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}


def slowly(selection: Selection, interval: str, zone: tzinfo, limit: int, *, is_adjusted: bool) -> Candles:
    """What `candles_of` answers, for AAPL."""
    trades = adjusted(selection, as_booked=not is_adjusted)
    rows = sorted(records(trades.sql, trades.parameters), key=lambda row: (row["timestamp"], row["id"]))
    if not rows:
        return Candles(None, [], None)
    currency = rows[-1]["currency"]
    inside: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["currency"] == currency:
            inside[begin(row["timestamp"], interval, zone)].append(row)
    newest = sorted(inside, reverse=True)
    scale = trades.scale["AAPL"]
    candles = [candle({"timestamp": one, **summed(inside[one])}, zone, scale) for one in newest[:limit]]
    return Candles(currency, candles[::-1], before(candles) if len(newest) > limit else None)


def begin(instant: datetime, interval: str, zone: tzinfo) -> Any:
    """An instant or, of a day, its number."""
    if interval == "1d":
        return instant.astimezone(zone).toordinal()
    return instant - (instant - datetime(2000, 1, 1, tzinfo=UTC)) % timedelta(minutes=MINUTES[interval])


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What trades in the order of (timestamp, id) amount to."""
    prices = [row["price"] for row in rows]
    with localcontext(prec=200):
        return {
            "open": prices[0],
            "high": max(prices, key=lambda price: (price, decimals(price))),
            "low": min(prices, key=lambda price: (price, -decimals(price))),
            "close": prices[-1],
            "volume": sum(abs(row["traded"]) for row in rows),
            "notional": sum(row["value"].copy_abs().copy_sign(row["price"]) for row in rows),
            "count": len(rows),
        }


def decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)
