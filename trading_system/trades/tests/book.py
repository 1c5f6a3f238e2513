"""Trades as tests record and find them."""

from datetime import UTC, datetime
from typing import Any

from rest_framework.test import APIClient

from trades.models import Trade

URL = "/api/trades/"
FIRST = datetime(2025, 6, 1, tzinfo=UTC)
# The README's trade, as a client sends it.
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}


def record(*instants: datetime, **fields: Any) -> list[Trade]:
    """Trades at these instants, in this order."""
    usual = {"ticker": "AAPL", "price": 1, "quantity": 1, "side": "buy"}
    return Trade.objects.bulk_create(Trade(timestamp=instant, **usual | fields) for instant in instants)


def found(api: APIClient, **parameters: str) -> list[int]:
    """The ids on the first page."""
    answer = api.get(URL, parameters)
    assert answer.status_code == 200, answer.content
    return [trade["id"] for trade in answer.json()["results"]]


def walk(api: APIClient, url: str | None, link: str) -> tuple[list[list[int]], str | None]:
    """The ids on each page, from `url` along `link`, and the address of the last."""
    pages, last = [], url
    while url:
        answer = api.get(url).json()
        pages.append([trade["id"] for trade in answer["results"]])
        last, url = url, answer[link]
    return pages, last
