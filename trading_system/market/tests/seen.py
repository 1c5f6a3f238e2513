"""Candles as a watch sends them, and where to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from market.models import Candle
from rest import instants
from rest.openapi.examples import examples_of

CANDLES, PRICES = "/api/market/candles/", "/api/market/prices/"
CANDLE: dict[str, Any] = examples_of("market")["values"]["candle"]
BEGIN = datetime(2025, 6, 6, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minute(begin: datetime, price: str = "10", **fields: Any) -> dict[str, Any]:
    """A candle in which the price stayed as it was; its ticks were in the first and the last second."""
    prices = dict.fromkeys(("open", "high", "low", "close"), price)
    first, last = instants.render(begin), instants.render(begin + timedelta(seconds=59))
    return {
        "ticker": "AAPL", "timestamp": first, **prices, "volume": "1", "ticks": 2, "gap": False, "first": first,
        "last": last, **fields,
    }  # fmt: skip


def keep(*candles: dict[str, Any], source: str | None = None) -> None:
    """Let the ledger know them, of this source or of its own feed's."""
    Candle.objects.keep([columns(candle) for candle in candles], source or settings.FEED_SOURCE)


def columns(candle: dict[str, Any]) -> dict[str, Any]:
    """As the model has it."""
    return candle | {name: instants.parse(candle[name]) for name in ("timestamp", "first", "last")}
