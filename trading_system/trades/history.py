"""What a trade was, what became of it, when, and by whom: from the events that the database's triggers write."""

from typing import Any

import msgspec

from rest import instants
from rest.selection import records

from .author import CHANGED, RESTORED
from .models import Trade
from .selection import JSON_LINE

PAGE = 100  # events

# An event keeps the version that it ended. What came then is in the next event, or still in the ledger.
EVENTS = f"""
    WITH events AS (
        SELECT pgh_id, pgh_label, {instants.sql("pgh_created_at")} AS at, {CHANGED} AS by,
            {RESTORED} AS restored_by, {JSON_LINE} AS before
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
    found = records(EVENTS, {"id": trade, "before": before})
    if not found and not Trade.objects.filter(pk=trade).exists():
        raise Trade.DoesNotExist
    shown = found[:PAGE]
    return [event for row in shown for event in unfolded(row)], shown[-1]["pgh_id"] if len(found) > PAGE else None


def unfolded(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What came after a deletion was a restoration, which is an event of its own here: it ended no version."""
    after = raw(row["after"])
    event = {"event": row["pgh_label"], "at": row["at"], "by": row["by"], "before": raw(row["before"]), "after": after}
    if row["pgh_label"] != "delete" or after is None:
        return [event]
    begun = msgspec.json.decode(after)["updated_at"]
    restored = {"event": "restore", "at": begun, "by": row["restored_by"], "before": None, "after": after}
    return [restored, event | {"after": None}]


def raw(trade: str | None) -> msgspec.Raw | None:
    """A trade as JSON that the renderer passes through."""
    return msgspec.Raw(trade.encode()) if trade else None
