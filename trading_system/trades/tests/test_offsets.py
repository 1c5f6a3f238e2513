"""Timestamps with the offsets that DuckDB, polars and PostgreSQL write: in a POST and in a file alike."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades import staging
from trades.models import Trade

from .book import URL
from .files import counts, send

pytestmark = pytest.mark.django_db
FORMS = (
    "2025-06-06 20:00:00+00",
    "2025-06-06T20:00:00.000000+0000",
    "2025-06-07 01:00:00+05",
    "2025-06-07T01:30:00+0530",
)


@pytest.mark.parametrize("text", FORMS)
def test_a_post_takes_it(api: APIClient, fill: dict[str, Any], text: str) -> None:
    answer = api.post(URL, fill | {"timestamp": text})
    assert (answer.status_code, answer.json()["timestamp"]) == (201, "2025-06-06T20:00:00Z")


def test_a_file_takes_it_without_the_serializer(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "examined", None)
    rows = "".join(f"A,1,{number},buy,{text}\n" for number, text in enumerate(FORMS, 1))
    answer = send(api, f"ticker,price,quantity,side,timestamp\n{rows}")
    assert counts(answer) == (201, len(FORMS), 0, 0)
    assert set(Trade.objects.values_list("timestamp", flat=True)) == {datetime(2025, 6, 6, 20, tzinfo=UTC)}
