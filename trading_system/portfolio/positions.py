"""What is held of each ticker, what it cost, and what was earned: positions follow from trades.

Both methods use one identity. Of everything that was paid and received, what is not in the position any more was
realised: realised profit = value sold - value bought + cost basis, where the value of a trade is its price times its
quantity, and the basis of a short position is negative, since its units were sold before they are bought.

First in, first out: units of a ticker wait in one queue, bought or sold short, and a trade of the other side takes the
oldest. So the k-th unit ever bought meets the k-th unit ever sold, whichever came first: had either been taken by
another, it would not have been the oldest. What is left when both have met as often as they can are the newest units
of the side that has more, as many as the position has; their value is the cost basis. All of this is exact. (The
method: IRS Publication 550, "Identifying stocks or bonds sold"; shorts take part as in any broker's queue.)

Average cost: a trade that increases the position adds its value to the basis, one that reduces it takes the basis down
in proportion, so that the average stays; one that goes through zero begins anew at its price. (The method: HMRC's
section 104 holding, manual CG51575.) The proportion is a division: the basis is rounded there to BASIS_DECIMALS
decimals, half away from zero. What that leaves out of the basis is in the realised profit, so the two always add up.

Fees are in neither: they are summed beside.
"""

from typing import Any

from django.core.exceptions import ValidationError

from rest.columns import in_digits
from rest.selection import Selection, records
from trades.summary import MAX_SUMMARY, trade_at

BASIS_DECIMALS = 48  # at least 32 digits that count, of the smallest price times the smallest quantity

SIGNED = "CASE side WHEN 'buy' THEN quantity ELSE -quantity END"
TOTALS = f"""SELECT ticker, SUM({SIGNED}) AS net, -SUM(price * {SIGNED}) AS cash, SUM(fee) AS fees,
    {trade_at("MAX")} AS last FROM trades GROUP BY ticker"""  # noqa: S608
# Of the heavier side, `newer` units came after those of this trade.
QUEUE = """SELECT ticker, price, quantity, net, SUM(quantity) OVER (
        PARTITION BY ticker ORDER BY timestamp DESC, id DESC ROWS UNBOUNDED PRECEDING) - quantity AS newer
    FROM trades JOIN totals USING (ticker) WHERE side = CASE SIGN(net) WHEN 1 THEN 'buy' WHEN -1 THEN 'sell' END"""
BASES = {
    "fifo": f"""SELECT ticker, SIGN(net) * SUM(price * LEAST(quantity, ABS(net) - newer)) AS basis
        FROM ({QUEUE}) queue WHERE newer < ABS(net) GROUP BY ticker, net""",  # noqa: S608
    "average": f"""SELECT ticker, portfolio_average_basis({SIGNED}, price ORDER BY timestamp, id) AS basis
        FROM trades GROUP BY ticker""",  # noqa: S608
}
METHODS = tuple(BASES)
POSITIONS = """SELECT ticker, trim_scale(net) AS quantity, trim_scale(COALESCE(basis, 0)) AS average_cost,
    trim_scale(COALESCE(basis, 0)) AS cost_basis, trim_scale(cash + COALESCE(basis, 0)) AS realised_profit, fees, last
    FROM totals LEFT JOIN bases USING (ticker) ORDER BY ticker COLLATE "C" """


def positions_of(selection: Selection, method: str) -> list[dict[str, Any]]:
    """A position for each ticker, in the order of their names, also where nothing is held by now.

    `{"ticker", "quantity", "average_cost", "cost_basis", "realised_profit", "fees", "last"}`: quantity is below zero
    for a short position, and so is its cost_basis. average_cost is cost_basis / quantity, to 28 digits, or None where
    nothing is held. last is the last trade. ValidationError if there are more than MAX_SUMMARY.
    """
    chosen, parameters = selection.statement()
    sql = f"""WITH trades AS (SELECT ticker, side, price, quantity, fee, timestamp, id FROM ({chosen}) chosen),
        totals AS ({TOTALS}), bases AS ({BASES[method]}) {POSITIONS} LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608
    found = records(sql, parameters)
    if len(found) > MAX_SUMMARY:
        raise ValidationError({"ticker": f"An answer has at most {MAX_SUMMARY} positions; choose some by ticker."})
    for row in found:
        row["average_cost"] = row["cost_basis"] / row["quantity"] if row["quantity"] else None
    return [in_digits(row) for row in found]
