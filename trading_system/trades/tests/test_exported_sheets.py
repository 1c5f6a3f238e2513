"""An export as a workbook comes back in."""

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

pytestmark = pytest.mark.django_db


def test_a_workbook_of_an_export_is_known_as_what_is_there(client: APIClient) -> None:
    Trade.objects.create(
        ticker="NA", price="170.25", quantity="0.123456789012345678", side="buy", note="'=1", fee="-0.5"
    )
    Trade.objects.create(ticker="AAPL", price="1.5", quantity="3", side="sell", external_id="007")
    workbook = b"".join(client.get("/api/trades/export/?format=xlsx"))  # type: ignore[call-overload]
    answer = client.post("/api/trades/bulk/", workbook, content_type="application/octet-stream")
    body = answer.json()
    assert (body["created"], body["duplicates"], body["repeated"], body["failed"]) == (0, 1, 1, 0), body
    assert body["profile"] == "ledger"
