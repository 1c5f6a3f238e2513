"""What trades amount to, for each ticker and currency, in exact decimals."""

from typing import Any

from django.core.exceptions import ValidationError

from rest import instants
from rest.columns import in_digits
from rest.selection import Selection, records

from .rollups import sums
from .rollups.pieces import answered, pieces_of

MAX_SUMMARY = 10_000  # tickers and currencies in one answer


def trade_at(moment: str, price: str) -> str:
    """A trade's price and timestamp as JSON."""
    return f"json_build_object('price', ({price})::text, 'timestamp', {instants.sql(moment)})"


def of_side(side: str, count: str) -> str:
    """How many trades are of this side, and their volume."""
    return f"json_build_object('count', SUM({count}), 'volume', COALESCE(SUM({side}_quantity), 0)::text)"


BOTH = "COALESCE(SUM(buy_{0}), 0) + COALESCE(SUM(sell_{0}), 0)"
TOTALS = f"""ticker, currency, SUM(buys + sells) AS count,
    {BOTH.format("quantity")} AS volume, {BOTH.format("value")} AS notional, {BOTH.format("value")} AS vwap,
    {sums.HIGH.format("high")} AS high, {sums.LOW.format("low")} AS low,
    {trade_at("MIN(first_at)", sums.FIRST_PRICE)} AS first, {trade_at("MAX(last_at)", sums.LAST_PRICE)} AS last,
    {of_side("buy", "buys")} AS buys, {of_side("sell", "sells")} AS sells"""
SUMMARY = f"""SELECT {TOTALS} FROM pieces
    GROUP BY ticker, currency ORDER BY ticker COLLATE "C", currency COLLATE "C" LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608


def sum_up(selection: Selection) -> dict[str, Any]:
    """`{"count", "results"}` with an object for each ticker and currency, in the order of their names.

    volume is the sum of quantities, notional that of price times quantity, and vwap, the volume-weighted average
    price, notional / volume, to 28 digits. first and last are trades by (timestamp, id). Of equal prices, high and low
    have the digits of the longest. ValidationError if there are more than MAX_SUMMARY tickers.
    """
    pieces = pieces_of(selection)
    found = answered(f"WITH {pieces.sql} {SUMMARY}", pieces.parameters) if pieces else from_trades(selection)
    if len(found) > MAX_SUMMARY:
        raise ValidationError({"ticker": f"A summary has at most {MAX_SUMMARY} tickers; choose some by ticker."})
    for row in found:
        row["vwap"] /= row["volume"]
    return {"count": sum(row["count"] for row in found), "results": [in_digits(row) for row in found]}


def from_trades(selection: Selection) -> list[dict[str, Any]]:
    """The totals of trades that are no whole days: they are one piece for each kind of them."""
    sql, parameters = selection.statement()
    pieces = sums.rolled(f"SELECT *, NULL AS day FROM ({sql}) chosen")  # noqa: S608
    return records(f"WITH pieces AS ({pieces}) {SUMMARY}", parameters)
