"""A file of trades, against the slow and obvious way to record them: one POST each. More of them: make fuzz."""

import itertools
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rest.tests.clients import ApiClient
from trades.models import Trade
from trades.selection import OWN_FIELDS

from .book import URL
from .odd_rows import PLAIN, Row, as_cells, as_csv, as_json, odd_rows

CASES = int(os.environ.get("FUZZ_CASES", "12"))
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60 + CASES)]
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson", "json": "application/json"}
Refusals = list[set[tuple[str, str]]]  # of each row that was refused, what of it: a field and a message each


def stored() -> list[dict[str, Any]]:
    """All fields of all trades; a timestamp of today is one that was left out."""
    trades = [dict(trade) for trade in Trade.objects.order_by("id").values(*OWN_FIELDS)]
    today = datetime.now(UTC) - timedelta(minutes=5)
    for trade in trades:
        if today < trade["timestamp"] < today + timedelta(minutes=10):
            trade["timestamp"] = "now"
        trade |= {name: str(trade[name]) for name in ("price", "quantity", "fee")}  # 1.0 is not 1.00
    return trades


def one_by_one(bodies: list[str]) -> tuple[dict[str, int], Refusals, list[dict[str, Any]]]:
    """How many POSTs of these bodies were answered in which way, what was refused, and what is stored then."""
    counts, refused = {"created": 0, "duplicates": 0, "failed": 0}, []
    for body in bodies:
        answer = ApiClient().generic("POST", URL, body, content_type="application/json")
        counts[{201: "created", 200: "duplicates"}.get(answer.status_code, "failed")] += 1
        if answer.status_code >= 400:
            assert answer.status_code in (400, 409)
            errors = answer.json()
            refused.append(set() if "detail" in errors else {(name, text) for name in errors for text in errors[name]})
    return counts, refused, stored()


def at_once(file: bytes, format_: str) -> tuple[dict[str, int], Refusals, list[dict[str, Any]]]:
    answer = ApiClient().generic("POST", f"{URL}bulk/?on_error=skip", file, content_type=MEDIA_TYPES[format_])
    report = answer.json()
    assert answer.status_code == (201 if report["created"] else 200), report
    refused: dict[int, set[tuple[str, str]]] = {}
    for error in report["errors"]:
        refused.setdefault(error["line"], set()).add((error["field"], error["message"]))
    return {name: report[name] for name in ("created", "duplicates", "failed")}, list(refused.values()), stored()


def undone(outcome: Any, *arguments: Any) -> Any:
    """What it returns; nothing of what it did stays."""
    with transaction.atomic():
        result = outcome(*arguments)
        transaction.set_rollback(True)
    return result


def file_of(rows: list[Row], format_: str) -> bytes:
    if format_ == "csv":
        return as_csv(rows)
    objects = [as_json(row) for row in rows]
    return ("\n".join(objects) if format_ == "ndjson" else f"[{','.join(objects)}]").encode()


def dated(row: Row) -> Row:
    """A row of a file needs a timestamp; a POST does not."""
    return row if row.get("timestamp", "null") not in ("null", '""') else row | {"timestamp": PLAIN["timestamp"]}


def contradictory(rows: list[Row]) -> bool:
    """Whether rows that differ have one external_id: a file refuses them all, and of POSTs the first is booked."""
    named = [row for row in rows if row.get("external_id", '""') not in ("null", '""')]
    return any(
        one["external_id"] == other["external_id"] and one != other for one, other in itertools.combinations(named, 2)
    )


@settings(max_examples=CASES)
@given(st.lists(odd_rows(), min_size=1, max_size=6), st.data())
def test_a_file_books_and_refuses_what_a_post_each_does(rows: list[Row], data: st.DataObject) -> None:
    rows = [dated(row) for row in rows]
    rows += data.draw(st.lists(st.sampled_from(rows), max_size=2))
    assume(not contradictory(rows))
    for format_ in MEDIA_TYPES:
        bodies = [as_json(as_cells(row) if format_ == "csv" else row) for row in rows]
        wanted, refused, trades = undone(one_by_one, bodies)
        counts, errors, found = undone(at_once, file_of(rows, format_), format_)
        assert (counts, found) == (wanted, trades)
        assert len(errors) == len(refused)
        # What is no JSON for a single POST may be a field's error in a file.
        assert [error if wanted else wanted for error, wanted in zip(errors, refused, strict=True)] == refused
