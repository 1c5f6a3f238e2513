"""What a trade was, what became of it, when, and by whom: from the events that the database's triggers write."""

import json
from typing import Any

import msgspec
from django.core.signing import BadSignature, Signer
from django.db import connection
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from rest import instants

from .selection import JSON_LINE

PAGE = 100  # events
signer = Signer(salt="trades.history")

# An event keeps the version that it ended. What came then is in the next event, or still in the ledger.
EVENTS = f"""
    WITH events AS (
        SELECT pgh_id, pgh_label, {instants.sql("pgh_created_at")} AS at, NULLIF(pgh_context->>'user', '') AS by,
            NULLIF(pgh_context->>'restored_by', '') AS restored_by, {JSON_LINE} AS before
        FROM trades_tradeevent WHERE pgh_obj_id = %(id)s
    ), chain AS (
        SELECT *, LEAD(before, 1, (SELECT {JSON_LINE} FROM trades_trade WHERE id = %(id)s))
            OVER (ORDER BY pgh_id) AS after
        FROM events
    )
    SELECT pgh_id, pgh_label, at, by, restored_by, before, after FROM chain
    WHERE %(before)s IS NULL OR pgh_id < %(before)s ORDER BY pgh_id DESC LIMIT {PAGE + 1}
"""  # noqa: S608


def history(trade: int, request: Request) -> dict[str, Any]:
    """`{"next", "results"}`: newest first, each event with the trade before and after it, null where there was none."""
    with connection.cursor() as query:
        query.execute(EVENTS, {"id": trade, "before": cursor_of(request)})
        found = query.fetchall()
        if not found:
            query.execute("SELECT 1 FROM trades_trade WHERE id = %s", [trade])
            if not query.fetchone():
                raise NotFound
    more, events = found[PAGE:], found[:PAGE]
    cursor = signer.sign(str(events[-1][0])) if more else None
    return {
        "next": replace_query_param(request.build_absolute_uri(), "cursor", cursor) if cursor else None,
        "results": [told for event in events for told in described(*event[1:])],
    }


def described(
    label: str, at: str, by: str | None, restored_by: str | None, before: str, after: str | None
) -> list[dict[str, Any]]:
    """What came after a deletion was a restoration, which is told as an event of its own: it ended no version."""
    restored = label == "delete" and after
    event = {"event": label, "at": at, "by": by, "before": raw(before), "after": None if restored else raw(after)}
    if not restored:
        return [event]
    begun = json.loads(restored)["updated_at"]
    return [{"event": "restore", "at": begun, "by": restored_by, "before": None, "after": raw(after)}, event]


def raw(trade: str | None) -> msgspec.Raw | None:
    return msgspec.Raw(trade.encode()) if trade else None


def cursor_of(request: Request) -> int | None:
    text = request.query_params.get("cursor")
    try:
        return None if text is None else int(signer.unsign(text))
    except BadSignature:
        raise ValidationError({"cursor": ["Must be one that this service gave out."]}) from None
