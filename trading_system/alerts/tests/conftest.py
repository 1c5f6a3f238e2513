"""An alert as the watch sends it, and a client to send it with."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from .sent import NEW, URL


@pytest.fixture
def alert(api: APIClient) -> dict[str, Any]:
    return api.post(URL, NEW).json()
