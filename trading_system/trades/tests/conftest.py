"""Nouns that the ledger's tests speak of."""

from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def fill() -> dict[str, Any]:
    """The README's trade, as a client sends it."""
    return {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}
