"""Trades as rows, and a client."""

import pytest
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient


@pytest.fixture(scope="session")
def api() -> APIClient:
    return ApiClient()
