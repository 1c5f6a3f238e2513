"""The JSON Schemas of positions and candles."""

from rest.openapi.shapes import COUNT, INSTANT, LINK, TICKER, TOTAL, Schema, array, or_null, ref, text, whole
from trades.openapi.shapes import AMOUNT, EDGE

from ..candles import INTERVALS
from ..positions import METHODS

SIGNED = text(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$")

COMPONENTS: Schema = {
    "Positions": whole({"method": {"type": "string", "enum": list(METHODS)}, "results": array(ref("Position"))}),
    "Position": whole(
        {
            "ticker": TICKER,
            "quantity": {**SIGNED, "description": "Below zero for a short position."},
            "average_cost": or_null({**TOTAL, "description": "cost_basis / quantity, to 28 digits."}),
            "cost_basis": {**SIGNED, "description": "Of what is held; below zero for a short position."},
            "realised_profit": {**SIGNED, "description": "Value sold - value bought + cost_basis, before fees."},
            "fees": {**SIGNED, "description": "The sum; below zero where rebates were more."},
            "last": EDGE,
        }
    ),
    "Candles": whole(
        {
            "ticker": TICKER,
            "interval": {"type": "string", "enum": list(INTERVALS)},
            "previous": {**LINK, "description": "The address of the candles before these."},
            "results": array(ref("Candle")),
        }
    ),
    "Candle": whole(
        {
            "timestamp": {**INSTANT, "description": "When the interval begins."},
            **dict.fromkeys(("open", "high", "low", "close"), AMOUNT),
            "volume": {**TOTAL, "description": "The sum of quantities."},
            "vwap": {**TOTAL, "description": "The volume-weighted average price, to 28 digits."},
            "count": COUNT,
        }
    ),
}
