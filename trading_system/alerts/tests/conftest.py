"""An alert as the watch sends it, and a client to send it with."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from rest.openapi.examples import written

URL = "/api/alerts/"
NEW: dict[str, Any] = written("alerts")["values"]["new"]
FALL = {
    **{name: value for name, value in NEW.items() if not name.startswith(("low", "rise"))},
    "id": "fall",
    "kind": "fall",
    "high": "180.5",
    "high_timestamp": "2025-06-06T20:00:10Z",
    "high_seq": None,
    "fall_percent": "3.379501385041551246537396122",
}


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def alert(api: APIClient) -> dict[str, Any]:
    return api.post(URL, NEW).json()
