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

from django.db import connection
from rest_framework.exceptions import ValidationError

from trades.selection import Selection
from trades.summary import MAX_SUMMARY, end, plain

BASIS_DECIMALS = 48  # at least 32 digits that count, of the smallest price times the smallest quantity

SIGNED = "CASE side WHEN 'buy' THEN quantity ELSE -quantity END"
TOTALS = f"""SELECT ticker, SUM({SIGNED}) AS net, -SUM(price * {SIGNED}) AS cash, SUM(fee) AS fees,
    {end("MAX")} AS last FROM trades GROUP BY ticker"""  # noqa: S608
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
POSITIONS = """SELECT ticker, trim_scale(net) AS net, trim_scale(COALESCE(basis, 0)) AS basis,
    trim_scale(cash + COALESCE(basis, 0)) AS realised, fees, last
    FROM totals LEFT JOIN bases USING (ticker) ORDER BY ticker COLLATE "C" """


def positions(selection: Selection, method: str) -> dict[str, Any]:
    """`{"method", "results"}` with an object a ticker, in the order of their names, also where nothing is held by now.

    quantity is below zero for a short position, and so is its cost_basis. average_cost is cost_basis / quantity, to 28
    digits, or null where nothing is held. last is the last trade.
    """
    found = rows(*statement(selection, method))
    if len(found) > MAX_SUMMARY:
        raise ValidationError({"ticker": [f"There are at most {MAX_SUMMARY} positions in an answer; name tickers."]})
    return {"method": method, "results": [described(*row) for row in found]}


def statement(selection: Selection, method: str) -> tuple[str, tuple[Any, ...]]:
    chosen, parameters = selection.statement()
    sql = f"""WITH trades AS (SELECT ticker, side, price, quantity, fee, timestamp, id FROM ({chosen}) chosen),
        totals AS ({TOTALS}), bases AS ({BASES[method]}) {POSITIONS} LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608
    return sql, parameters


def rows(sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def described(ticker: str, net: Any, basis: Any, realised: Any, fees: Any, last: Any) -> dict[str, Any]:
    return {
        "ticker": ticker,
        "quantity": plain(net),
        "average_cost": plain(basis / net) if net else None,
        "cost_basis": plain(basis),
        "realised_profit": plain(realised),
        "fees": plain(fees),
        "last": last,
    }
