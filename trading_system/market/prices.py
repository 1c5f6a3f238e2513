"""The last price of each ticker, and the one that its day's change is counted from."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from rest import instants
from rest.columns import in_digits
from rest.selection import records

MAX_PRICES = 5000  # in an answer
PRICES = f"""SELECT priced.ticker, price, priced.timestamp, close AS previous_close, last AS previous_timestamp
    FROM market_lastprice priced LEFT JOIN LATERAL (
        SELECT close, last FROM market_candle
        WHERE source = %(source)s AND ticker = priced.ticker AND timestamp < %(midnight)s
        ORDER BY timestamp DESC LIMIT 1
    ) previous ON TRUE
    WHERE source = %(source)s AND (%(tickers)s::text[] IS NULL OR priced.ticker = ANY(%(tickers)s))
    ORDER BY priced.ticker LIMIT {MAX_PRICES + 1}"""  # noqa: S608


def prices_of(source: str, tickers: tuple[str, ...], midnight: datetime) -> list[dict[str, Any]]:
    """`{"ticker", "price", "timestamp", "previous_close", "previous_timestamp"}` of these tickers, or of all, by name.

    They are of one of SOURCES. previous_close is the last close before midnight, and None if none is known.
    ValidationError for more than MAX_PRICES.
    """
    found = records(PRICES, {"source": source, "midnight": midnight, "tickers": list(tickers) or None})
    if len(found) > MAX_PRICES:
        raise ValidationError({"ticker": f"An answer has at most {MAX_PRICES} prices; choose some by ticker."})
    return [as_answered(row) for row in found]


def as_answered(row: dict[str, Any]) -> dict[str, Any]:
    written = {name: value and instants.render(value) for name, value in row.items() if name.endswith("timestamp")}
    return in_digits(row | written)
