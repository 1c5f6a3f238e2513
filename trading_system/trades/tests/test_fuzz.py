"""Requests that the document allows, and others, thousands of them: no answer is a 5xx or one that it does not name.

FUZZ_CASES says how many for each seed; a few show that it works.
"""

import os
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiSchema

CASES = int(os.environ.get("FUZZ_CASES", "8"))
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30 + CASES)]


@pytest.fixture
def trade(api: APIClient, fill: dict[str, Any]) -> dict[str, Any]:
    """One that was changed, so that it has a history; an instrument of its ticker, and a file that waits."""
    api.post("/api/instruments/", {"ticker": fill["ticker"]})
    address = api.post("/api/trades/", fill | {"external_id": "a"})["Location"]
    answer = api.patch(address, {"note": "b"})
    kept = api.post("/api/imports/", "ticker,price,quantity,side\n", content_type="text/csv")
    return answer.json() | {"etag": answer["ETag"], "import": kept.json()["id"]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_answer_surprises(service: "OpenApiSchema", trade: dict[str, Any], seed: int) -> None:
    from trades.tests.conformance import hold

    hold(service, trade, seed, CASES, {})
