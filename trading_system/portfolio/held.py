"""What was held of a ticker at an instant, in each account: what the alerts of the watch keep."""

from datetime import datetime
from decimal import Decimal

from rest.selection import records
from trades.models import Trade

from .by_now import adjusted_by
from .models import CorporateAction

SUMS = "SELECT account_id, SUM(quantity) AS quantity FROM ({}) trades GROUP BY account_id HAVING SUM(quantity) <> 0"


def held_at(ticker: str, instant: datetime) -> dict[int, Decimal]:
    """The quantity by the account's id, below zero for a short position; accounts that held nothing are not there.

    Of all trades up to the instant that are known by now, in units of the instant. A part of a unit that has no end
    as a decimal has 28 digits.
    """
    happened = [one for one in CorporateAction.objects.in_effect(None) if one.timestamp <= instant]
    trades = adjusted_by(happened, Trade.objects.of(ticker).where("timestamp <= %s", instant))
    scale = trades.scale[ticker]
    rows = records(SUMS.format(trades.sql), trades.parameters)
    return {int(row["account_id"]): Decimal(scale.quantity(row["quantity"])) for row in rows}
