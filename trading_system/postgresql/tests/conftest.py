"""Connections as a server has them: kept from one request to the next, and in no transaction."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection


def a_connection() -> Iterator[Any]:
    """One that is kept from one request to the next."""
    kept: Any = connection.copy()
    kept.settings_dict = kept.settings_dict | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    yield kept
    kept.close()


@pytest.fixture
def kept(db: None) -> Iterator[Any]:
    yield from a_connection()


@pytest.fixture
def other(db: None) -> Iterator[Any]:
    """Another user of the database."""
    yield from a_connection()
