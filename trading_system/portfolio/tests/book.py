"""Trades as rows, and the position that follows from them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from trades.models import Trade

POSITIONS, LOTS, CANDLES, ACTIONS = "/api/positions/", "/api/lots/", "/api/candles/", "/api/corporate-actions/"
FIRST = datetime(2025, 6, 6, 20, tzinfo=UTC)
Fill = tuple[str, str, str]  # side, quantity, price


def book(fills: Iterable[Fill], ticker: str = "AAPL", minutes: int = 0, **fields: Any) -> None:
    """Fills of a ticker, a minute apart, from so many minutes after FIRST on."""
    Trade.objects.bulk_create(
        Trade(
            ticker=ticker,
            side=side,
            quantity=Decimal(quantity),
            price=Decimal(price),
            timestamp=FIRST + timedelta(minutes=minutes + i),
            **fields,
        )
        for i, (side, quantity, price) in enumerate(fills)
    )


def position(api: APIClient, method: str = "fifo", **parameters: str) -> dict[str, Any]:
    """The only one."""
    answer = api.get(POSITIONS, {"method": method, **parameters})
    assert answer.status_code == 200, answer.content
    [found] = answer.json()["results"]
    return found


def lots(api: APIClient, state: str = "closed", **parameters: str) -> list[dict[str, Any]]:
    """Those of the first page."""
    answer = api.get(LOTS, {"state": state, **parameters})
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])
