"""What a trade was, what became of it, when, and by whom: from the events that the database's triggers write."""

from typing import Any

import msgspec

from reference.managers import seen_by
from rest import instants
from rest.selection import records

from .author import CHANGED, RESTORED
from .models import Trade
from .selection import JSON_LINE

PAGE = 100  # events

# An event keeps the version that it ended. What came then is in the next event, or still in the ledger. Versions in
# accounts that are not seen are left out.
ACCOUNT = "(SELECT name FROM reference_account account WHERE account.id = account_id) AS account"


def versions(source: str) -> str:
    """The SELECT of rows that are versions of trades, each with the trade as `json`."""
    return f"SELECT *, {JSON_LINE} AS json FROM (SELECT *, {ACCOUNT} FROM {source}) version"  # noqa: S608


EVENTS = f"""
    WITH now AS ({versions("trades_trade WHERE id = %(id)s")}),
    events AS (
        SELECT pgh_id, pgh_label, {instants.sql("pgh_created_at")} AS at, {CHANGED} AS by,
            {RESTORED} AS restored_by, json, account_id
        FROM ({versions("trades_tradeevent WHERE pgh_obj_id = %(id)s")}) event
    ), chain AS (
        SELECT *, LEAD(json, 1, (SELECT json FROM now)) OVER following AS next_json,
            LEAD(account_id, 1, (SELECT account_id FROM now)) OVER following AS next_account
        FROM events WINDOW following AS (ORDER BY pgh_id)
    ), told AS (
        SELECT pgh_id, pgh_label, at, by, restored_by, next_json IS NOT NULL AS goes_on,
            CASE WHEN account_id = ANY(%(seen)s) THEN json END AS before,
            CASE WHEN next_account = ANY(%(seen)s) THEN next_json END AS after
        FROM chain
    )
    SELECT * FROM told WHERE COALESCE(before, after) IS NOT NULL AND (%(before)s IS NULL OR pgh_id < %(before)s)
    ORDER BY pgh_id DESC LIMIT {PAGE + 1}
"""  # noqa: S608


def events_of(trade: int, before: int | None = None, user: Any = None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of events, newest first, and the number that the next page's come before; None if there are no more.

    An event is `{"event", "at", "by", "before", "after"}`, with the trade before and after it as JSON, or None where
    there was none, or where it was in an account that the user does not see. DoesNotExist if no version is seen.
    """
    seen = [id_ for id_, _ in seen_by(user).accounts()]
    found = records(EVENTS, {"id": trade, "before": before, "seen": seen})
    if not found and not Trade.objects.seen_by(user).filter(pk=trade).exists():
        raise Trade.DoesNotExist
    shown = found[:PAGE]
    return [event for row in shown for event in unfolded(row)], shown[-1]["pgh_id"] if len(found) > PAGE else None


def unfolded(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What came after a deletion was a restoration, which is an event of its own here: it ended no version."""
    before, after = raw(row["before"]), raw(row["after"])
    event = {"event": row["pgh_label"], "at": row["at"], "by": row["by"], "before": before, "after": after}
    if row["pgh_label"] != "delete" or not row["goes_on"]:
        return [event]
    events = [event | {"after": None}] if before else []
    if after:
        begun = msgspec.json.decode(after)["updated_at"]
        restored = {"event": "restore", "at": begun, "by": row["restored_by"], "before": None, "after": after}
        events.insert(0, restored)
    return events


def raw(trade: str | None) -> msgspec.Raw | None:
    """A trade as JSON that the renderer passes through."""
    return msgspec.Raw(trade.encode()) if trade else None
