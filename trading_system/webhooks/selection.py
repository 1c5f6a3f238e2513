"""Deliveries as PostgreSQL writes them in JSON."""

from rest import instants
from rest.tables import Table, escaped, json_object, quoted


def instant(column: str) -> str:
    """A column of an instant, or null."""
    return f"COALESCE({quoted(instants.sql(column))}, 'null')"


JSON_LINE = json_object(
    {
        "id": "id::text",
        "message": quoted("message"),
        "type": quoted("event"),
        "state": "CASE WHEN delivered_at IS NULL THEN '\"waiting\"' ELSE '\"delivered\"' END",
        "created_at": instant("created_at"),
        "attempts": "attempts::text",
        "attempted_at": instant("attempted_at"),
        "next_attempt_at": instant("next_attempt_at"),
        "delivered_at": instant("delivered_at"),
        "status": "COALESCE(status::text, 'null')",
        "problem": escaped("problem"),
        "payload": "body",
    }
)
COLUMNS = ("id", "timestamp", "created_at", "hook_id", "message", "event", "attempts", "attempted_at",
           "next_attempt_at", "delivered_at", "status", "problem", "body")  # fmt: skip
SOURCE = "(SELECT *, created_at AS timestamp FROM webhooks_webhookdelivery) delivery"
DELIVERIES = Table("webhook-deliveries", SOURCE, COLUMNS, JSON_LINE, moment="created_at")
