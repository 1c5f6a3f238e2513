"""Requests of alerts, rules, snoozes and previews that the document allows, and others: no answer surprises.

FUZZ_CASES says how many; a few show that it works.
"""

import os
from typing import Any

import pytest
from rest_framework.test import APIClient

from alerts.models import AlertPreview, AlertRule, AlertSnooze

from .rules import FULL, RISE, RULES
from .sent import NEW, URL
from .test_snoozes import in_

CASES = int(os.environ.get("FUZZ_CASES", "8"))
ID = 900_000_000
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30 + CASES)]


@pytest.fixture
def met(api: APIClient) -> dict[str, Any]:
    """One of each resource, all with the same id, which none of those that are added gets."""
    AlertRule.objects.create(id=ID, **RISE, window=60, confirm=2, cooldown=0, rearm=5)
    AlertSnooze.objects.create(id=ID, ticker="AAPL", until=in_(hours=1))
    AlertPreview.objects.create(id=ID, rule=FULL["rise"])
    api.post(URL, NEW | {"id": str(ID)})
    return {"id": ID, "ticker": "AAPL", "etag": api.get(f"{RULES}{ID}/")["ETag"]}


def test_no_answer_surprises(monkeypatch: pytest.MonkeyPatch, met: dict[str, Any]) -> None:
    from trades.tests.conformance import documented_service, hold

    service = documented_service(monkeypatch)
    alone = service.include(path_regex="^/api/alert")
    alone.app = service.app
    hold(alone, met, 1, CASES, {})
