"""What a trade was, what became of it, when, and by whom: from the events that the database's triggers write."""

import json
from typing import Any

import msgspec
from django.db import connection

from rest import instants

from .models import Trade
from .selection import JSON_LINE

PAGE = 100  # events

# An event keeps the version that it ended. What came then is in the next event, or still in the ledger.
EVENTS = f"""
    WITH events AS (
        SELECT pgh_id, pgh_label, {instants.sql("pgh_created_at")} AS at, pgh_context->>'user' AS by,
            pgh_context->>'restored_by' AS restored_by, {JSON_LINE} AS before
        FROM trades_tradeevent WHERE pgh_obj_id = %(id)s
    ), chain AS (
        SELECT *, LEAD(before, 1, (SELECT {JSON_LINE} FROM trades_trade WHERE id = %(id)s))
            OVER (ORDER BY pgh_id) AS after
        FROM events
    )
    SELECT pgh_id, pgh_label, at, by, restored_by, before, after FROM chain
    WHERE %(before)s IS NULL OR pgh_id < %(before)s ORDER BY pgh_id DESC LIMIT {PAGE + 1}
"""  # noqa: S608


def events_of(trade: int, before: int | None = None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of events, newest first, and the number that the next page's come before; None if there are no more.

    An event is `{"event", "at", "by", "before", "after"}`, with the trade before and after it as JSON, or None where
    there was none. DoesNotExist if the trade never was.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"id": trade, "before": before})
        found = cursor.fetchall()
    if not found and not Trade.objects.filter(pk=trade).exists():
        raise Trade.DoesNotExist
    shown = found[:PAGE]
    return [event for row in shown for event in unfolded(*row[1:])], shown[-1][0] if len(found) > PAGE else None


def unfolded(
    label: str, at: str, by: str | None, restored_by: str | None, before: str, after: str | None
) -> list[dict[str, Any]]:
    """What came after a deletion was a restoration, which is an event of its own here: it ended no version."""
    restored = label == "delete" and after
    event = {"event": label, "at": at, "by": by, "before": raw(before), "after": None if restored else raw(after)}
    if not restored:
        return [event]
    begun = json.loads(restored)["updated_at"]
    return [{"event": "restore", "at": begun, "by": restored_by, "before": None, "after": raw(after)}, event]


def raw(trade: str | None) -> msgspec.Raw | None:
    return msgspec.Raw(trade.encode()) if trade else None
