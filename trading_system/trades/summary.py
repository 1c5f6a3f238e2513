"""What trades amount to, for each ticker and currency, in exact decimals."""

from typing import Any

from django.core.exceptions import ValidationError

from rest import instants
from rest.columns import in_digits
from rest.selection import Selection, records

MAX_SUMMARY = 10_000  # tickers and currencies in one answer

# The first and the last trade in one pass: arrays are compared item by item, and a decimal in one keeps its digits.
KEY = "ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]"


def trade_at(which: str) -> str:
    """The price and timestamp of the first (`MIN`) or last (`MAX`) trade of a group."""
    moment = instants.sql(f"{which}(timestamp)")
    return f"json_build_object('price', ({which}({KEY}))[3]::text, 'timestamp', {moment})"


def of_side(side: str) -> str:
    """How many trades of a group are of this side, and their volume."""
    volume = f"COALESCE(SUM(quantity) FILTER (WHERE side = '{side}'), 0)::text"
    return f"json_build_object('count', COUNT(*) FILTER (WHERE side = '{side}'), 'volume', {volume})"


TOTALS = f"""ticker, currency, COUNT(*) AS count, SUM(quantity) AS volume, SUM(price * quantity) AS notional,
    SUM(price * quantity) AS vwap, MAX(price) AS high, MIN(price) AS low,
    {trade_at("MIN")} AS first, {trade_at("MAX")} AS last, {of_side("buy")} AS buys, {of_side("sell")} AS sells"""


def sum_up(selection: Selection) -> dict[str, Any]:
    """`{"count", "results"}` with an object for each ticker and currency, in the order of their names.

    volume is the sum of quantities, notional that of price times quantity, and vwap, the volume-weighted average
    price, notional / volume, to 28 digits. first and last are trades by (timestamp, id). ValidationError if there are
    more than MAX_SUMMARY tickers.
    """
    sql, parameters = selection.statement()
    query = f"""SELECT {TOTALS} FROM ({sql}) trades
        GROUP BY ticker, currency ORDER BY ticker COLLATE "C", currency COLLATE "C" LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608
    found = records(query, parameters)
    if len(found) > MAX_SUMMARY:
        raise ValidationError({"ticker": f"A summary has at most {MAX_SUMMARY} tickers; choose some by ticker."})
    for row in found:
        row["vwap"] /= row["volume"]
    return {"count": sum(row["count"] for row in found), "results": [in_digits(row) for row in found]}
