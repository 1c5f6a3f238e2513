"""Alerts of before there were rules: what they are now."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rest_framework.test import APIClient

from .sent import ADDED, FALL, NEW, URL

pytestmark = pytest.mark.django_db
OLD = ("id", "kind", "ticker", "price", "timestamp", "seq", "base_price", "base_timestamp", "base_seq", "percent",
       "threshold_percent", "window_seconds", "gap", "received")  # fmt: skip


def migrate(name: str) -> None:
    """In the test's transaction, which takes it back."""
    MigrationExecutor(connection).migrate([("alerts", name)])


def add(alert: dict[str, Any]) -> None:
    """As the ledger did then."""
    base, move = ("low", "rise") if alert["kind"] == "rise" else ("high", "fall")
    names = {"base_price": base, "percent": f"{move}_percent"}
    values = [alert[names.get(column, column.replace("base", base))] for column in OLD]
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(OLD))
        cursor.execute(f"INSERT INTO alerts_alert ({', '.join(OLD)}) VALUES ({places})", values)


def test_alerts_of_an_older_ledger_have_their_kinds_rule(api: APIClient) -> None:
    migrate("0002_longer_tickers")
    for alert in (NEW, FALL):
        add(alert)
    migrate("0004_withdrawn")
    later = {"created_at": None, "held": None, **ADDED}
    found = {one["kind"]: one | later for one in api.get(URL).json()["results"]}
    assert found == {"rise": NEW | later, "fall": FALL | later}
    assert {api.post(URL, one).status_code for one in (NEW, FALL)} == {200}
