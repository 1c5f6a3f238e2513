"""Nouns that the ledger's tests speak of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from rest_framework.test import APIClient

from .book import TRADE, URL
from .databases import empty_database

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiSchema


@pytest.fixture
def fill() -> dict[str, Any]:
    """The README's trade, as a client sends it."""
    return dict(TRADE)


@pytest.fixture
def trade(api: APIClient, fill: dict[str, Any]) -> dict[str, Any]:
    """It in the ledger, as the API answered it."""
    return api.post(URL, fill).json()


@pytest.fixture
def url(trade: dict[str, Any]) -> str:
    """Where it is."""
    return f"{URL}{trade['id']}/"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> "OpenApiSchema":
    from trades.tests.conformance import documented_service

    return documented_service(monkeypatch)


@pytest.fixture
def empty(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A database without any table, beside that of the tests."""
    with empty_database() as other:
        yield other
