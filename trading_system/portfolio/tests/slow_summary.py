"""What trades amount to, slowly and obviously: digit for digit as PostgreSQL keeps them."""

from collections import defaultdict
from decimal import Decimal, localcontext
from typing import Any

from rest import instants

from .slow_book import Asked, trades


def summary(asked: Asked) -> list[dict[str, Any]]:
    """`results` of trades.summary.sum_up, digit for digit."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in trades(asked):
        if asked.tickers is None or row["ticker"] in asked.tickers:
            found[row["ticker"], row["currency"]].append(row)
    return [
        {"ticker": ticker, "currency": currency, **added_up(rows)} for (ticker, currency), rows in sorted(found.items())
    ]


def added_up(rows: list[dict[str, Any]]) -> dict[str, Any]:
    with localcontext(prec=200):
        notional = sum((row["price"] * row["quantity"] for row in rows), Decimal(0))
    prices = [row["price"] for row in rows]
    return {
        "count": len(rows),
        "volume": f"{volume(rows):f}",
        "notional": f"{notional:f}",
        "vwap": f"{notional / volume(rows):f}",
        "high": f"{max(prices, key=lambda price: (price, decimals(price))):f}",
        "low": f"{min(prices, key=lambda price: (price, -decimals(price))):f}",
        "first": told(rows[0]),
        "last": told(rows[-1]),
        **{f"{side}s": of_side([row for row in rows if row["side"] == side]) for side in ("buy", "sell")},
    }


def volume(rows: list[dict[str, Any]]) -> Decimal:
    with localcontext(prec=200):
        return sum((row["quantity"] for row in rows), Decimal(0))


def decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def told(row: dict[str, Any]) -> dict[str, str]:
    return {"price": f"{row['price']:f}", "timestamp": instants.render(row["timestamp"])}


def of_side(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(rows), "volume": f"{volume(rows):f}"}
