"""Nouns that the ledger's tests speak of."""

from typing import Any

import pytest
import schemathesis
from django.db import connection
from rest_framework.test import APIClient
from schemathesis.specs.openapi.schemas import OpenApiSchema

from trades.tests.book import URL
from trades.tests.described import document, strict
from trading_system.wsgi import application


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def fill() -> dict[str, Any]:
    """The README's trade, as a client sends it."""
    return {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}


@pytest.fixture
def trade(api: APIClient, fill: dict[str, Any]) -> dict[str, Any]:
    """It in the ledger, as the API answered it."""
    return api.post(URL, fill).json()


@pytest.fixture
def url(trade: dict[str, Any]) -> str:
    """Where it is."""
    return f"{URL}{trade['id']}/"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> OpenApiSchema:
    """The real WSGI application and its document, in the test's transaction: no request's end may close the connection."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    described = schemathesis.openapi.from_dict(strict(document()))
    described.app = application
    return described
