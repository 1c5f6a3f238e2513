"""What is held of each ticker, what it cost, and what was earned: positions follow from trades.

All methods use one identity. Of everything that was paid and received, what is not in the position any more was
realised: realised profit = value sold - value bought + cost basis, where the value of a trade is its price times its
quantity, and the basis of a short position is negative, since its units were sold before they are bought. It is the
same with fees: those that are not the share of units still held belong to what was realised.

lots.py says what the methods do, one lot after another. PostgreSQL computes two of them without:

First in, first out: units of a ticker wait in one queue, bought or sold short, and a trade of the other side takes the
oldest. So the k-th unit ever bought meets the k-th unit ever sold, whichever came first: had either been taken by
another, it would not have been the oldest. What is left when both have met as often as they can are the newest units
of the side that has more, as many as the position has; their value is the cost basis.

Average cost: a trade that increases the position adds its value to the basis, one that reduces it takes the basis down
in proportion, so that the average stays; one that goes through zero begins anew at its price. The proportion is a
division: the basis is rounded there to VALUE_DECIMALS decimals, half away from zero. What that leaves out of the basis
is in the realised profit, so the two always add up.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from rest import instants
from rest.amounts import EXACT, decimal_text, quotient
from rest.selection import Selection, records
from trades.summary import KEY, MAX_SUMMARY

from .by_now import Adjusted, Scale, adjusted
from .in_turn import fill_of, trades_by_key
from .lots import FEE_DECIMALS, METHODS, VALUE_DECIMALS
from .models import CorporateAction
from .options import multiplier

# The last trade's price is the third of its key, which compares by (timestamp, id).
TOTALS = f"""SELECT ticker, SUM(quantity) AS net, -SUM(value) AS cash, SUM(fee) AS fees,
    (MAX({KEY}))[3] AS last_price, MAX(timestamp) AS last_timestamp FROM trades GROUP BY ticker"""  # noqa: S608
# Of the heavier side, `left_of` is how much of a trade is held: all that came after it is held before it.
QUEUE = """SELECT ticker, quantity, value, fee, net - SUM(quantity) OVER (
        PARTITION BY ticker ORDER BY timestamp DESC, id DESC ROWS UNBOUNDED PRECEDING) + quantity AS left_of
    FROM trades JOIN totals USING (ticker) WHERE SIGN(quantity) = SIGN(net)"""


def left_of(column: str, decimals: int) -> str:
    """What a trade's column is for the part of it that is held."""
    # A quotient has at least the decimals of its dividend.
    part = f"ROUND(ROUND({column}, {decimals}) * left_of / quantity, {decimals})"
    return f"SUM(CASE WHEN ABS(left_of) >= ABS(quantity) THEN {column} ELSE {part} END)"


IN_SQL = {
    "fifo": f"""SELECT ticker, {left_of("value", VALUE_DECIMALS)} AS basis, {left_of("fee", FEE_DECIMALS)} AS open_fees
        FROM ({QUEUE}) queue WHERE SIGN(left_of) = SIGN(quantity) GROUP BY ticker""",  # noqa: S608
    "average": """SELECT ticker, pool[1] AS basis, pool[2] AS open_fees FROM (
        SELECT ticker, portfolio_pool(quantity, value, fee ORDER BY timestamp, id) AS pool
        FROM trades GROUP BY ticker) pools""",
}
POSITIONS = f"""SELECT ticker, net, cash, fees, COALESCE(basis, 0) AS basis, COALESCE(open_fees, 0) AS open_fees,
    last_price, last_timestamp
    FROM totals LEFT JOIN bases USING (ticker) ORDER BY ticker COLLATE "C" LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608


def positions_of(selection: Selection, method: str) -> list[dict[str, Any]]:
    """A position for each ticker, in the order of their names, also where nothing is held by now.

    `{"ticker", "multiplier", "quantity", "average_cost", "cost_basis", "realised_profit", "realised_profit_after_fees",
    "fees", "last"}`: quantity is below zero for a short position, and so is its cost_basis. average_cost is
    cost_basis / quantity / multiplier, to 28 digits, or None where nothing is held. fees are those of all trades;
    realised_profit_after_fees is less those that are not the share of units still held. last is the last trade.
    All is in units of today: corporate actions have changed the trades before them. ValidationError if there are more
    than MAX_SUMMARY.
    """
    trades = adjusted(selection, CorporateAction.objects.timeline())
    found = from_totals(trades, method) if method in IN_SQL else from_lots(trades, method)
    positions = [position(trades.scale[row["ticker"]], **row) for row in islice(found, MAX_SUMMARY + 1)]
    if len(positions) > MAX_SUMMARY:
        raise ValidationError({"ticker": f"An answer has at most {MAX_SUMMARY} positions; choose some by ticker."})
    return positions


def from_totals(trades: Adjusted, method: str) -> list[dict[str, Any]]:
    """The sums of each ticker's trades, and of what is held of them, from one query."""
    sql = f"WITH trades AS ({trades.sql}), totals AS ({TOTALS}), bases AS ({IN_SQL[method]}) {POSITIONS}"
    return records(sql, trades.parameters)


def from_lots(trades: Adjusted, method: str) -> Iterator[dict[str, Any]]:
    """The same, from each ticker's trades one by one."""
    for (ticker,), rows in trades_by_key(trades):
        lots, net, cash, fees = METHODS[method](), Decimal(0), Decimal(0), Decimal(0)
        for row in rows:
            _, timestamp, price, quantity, value, fee = row
            deque(lots.add(fill_of(row)), maxlen=0)
            net, cash, fees = EXACT.add(net, quantity), EXACT.subtract(cash, value), EXACT.add(fees, fee)
        held = lots.held()
        yield {
            "ticker": ticker, "net": net, "cash": cash, "fees": fees,
            "basis": sum((lot.value for lot in held), Fraction(0)),
            "open_fees": sum((lot.fee for lot in held), Fraction(0)),
            "last_price": price, "last_timestamp": timestamp,
        }  # fmt: skip


def position(
    scale: Scale,
    *,
    ticker: str,
    fees: Decimal,
    last_price: Decimal,
    last_timestamp: datetime,
    **sums: Decimal | Fraction,
) -> dict[str, Any]:
    """A position as it is answered."""
    cash, basis, open_fees = (Fraction(sums[name]) for name in ("cash", "basis", "open_fees"))
    quantity, units = Fraction(sums["net"]) / scale.units, multiplier(ticker)
    realised = (cash + basis) * units
    return {
        "ticker": ticker,
        "multiplier": str(units),
        "quantity": decimal_text(quantity),
        "average_cost": f"{quotient(basis, quantity):f}" if quantity else None,
        "cost_basis": decimal_text(basis * units),
        "realised_profit": decimal_text(realised),
        "realised_profit_after_fees": decimal_text(realised - Fraction(fees) + open_fees),
        "fees": f"{fees:f}",
        "last": {"price": scale.price(last_price), "timestamp": instants.render(last_timestamp)},
    }
