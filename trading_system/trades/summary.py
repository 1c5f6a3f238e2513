"""What trades amount to, for each ticker, in exact decimals."""

from decimal import Decimal
from typing import Any

from django.db import connection
from rest_framework.exceptions import ValidationError

from rest import instants

from .selection import Selection

MAX_SUMMARY = 10_000  # tickers in one answer

# The first and the last trade in one pass: arrays are compared item by item, and a decimal in one keeps its digits.
KEY = "ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]"


def end(which: str) -> str:
    moment = instants.sql(f"{which}(timestamp)")
    return f"json_build_object('price', ({which}({KEY}))[3]::text, 'timestamp', {moment})"


TOTALS = f"""ticker, COUNT(*) AS count, SUM(quantity) AS volume, SUM(price * quantity) AS notional,
    MAX(price) AS high, MIN(price) AS low, {end("MIN")} AS first, {end("MAX")} AS last,
    COUNT(*) FILTER (WHERE side = 'buy') AS buys, COUNT(*) FILTER (WHERE side = 'sell') AS sells,
    SUM(quantity) FILTER (WHERE side = 'buy') AS bought, SUM(quantity) FILTER (WHERE side = 'sell') AS sold"""


def summary(selection: Selection) -> dict[str, Any]:
    """`{"count", "results"}` with an object a ticker, in the order of their names.

    volume is the sum of quantities, notional that of price times quantity, and vwap, the volume-weighted average
    price, notional / volume, to 28 digits. first and last are trades by (timestamp, id).
    """
    results = [described(row) for row in rows(selection)]
    return {"count": sum(result["count"] for result in results), "results": results}


def rows(selection: Selection) -> list[dict[str, Any]]:
    sql, parameters = selection.statement()
    query = f"""SELECT {TOTALS} FROM ({sql}) trades
        GROUP BY ticker ORDER BY ticker COLLATE "C" LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description]
        found = cursor.fetchall()
    if len(found) > MAX_SUMMARY:
        raise ValidationError({"ticker": [f"A summary has at most {MAX_SUMMARY} tickers; name some."]})
    return [dict(zip(names, row, strict=True)) for row in found]


def described(row: dict[str, Any]) -> dict[str, Any]:
    vwap = row["notional"] / row["volume"]
    return {
        "ticker": row["ticker"],
        "count": row["count"],
        **{name: plain(row[name]) for name in ("volume", "notional")},
        "vwap": plain(vwap),
        **{name: plain(row[name]) for name in ("high", "low")},
        "first": row["first"],
        "last": row["last"],
        "buys": {"count": row["buys"], "volume": plain(row["bought"])},
        "sells": {"count": row["sells"], "volume": plain(row["sold"])},
    }


def plain(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):f}"
