"""Trades as rows, and a client."""

import pytest
from rest_framework.test import APIClient


@pytest.fixture(scope="session")
def api() -> APIClient:
    return APIClient()
