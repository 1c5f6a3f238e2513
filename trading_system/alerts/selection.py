"""Alerts as PostgreSQL writes them: the objects that the watch prints, and when they came to be here."""

from rest import instants
from rest.tables import Table, json_object, quoted

BASES = {"rise": "low", "fall": "high"}  # what a move is measured from
COLUMNS = (
    "id", "kind", "ticker", "price", "timestamp", "seq", "base_price", "base_timestamp", "base_seq",
    "percent", "threshold_percent", "window_seconds", "gap", "received",
)  # fmt: skip


def or_null(expression: str) -> str:
    """The SQL of a JSON text: that of the expression, or `null` where it is NULL."""
    return f"COALESCE({expression}, 'null')"


def json_expression(kind: str) -> str:
    """The expression that writes an alert of this kind."""
    base = BASES[kind]
    return json_object(
        {
            **{name: quoted(name) for name in ("id", "kind", "ticker", "price")},
            "timestamp": quoted(instants.sql("timestamp")),
            "seq": or_null("seq::text"),
            base: quoted("base_price"),
            f"{base}_timestamp": quoted(instants.sql("base_timestamp")),
            f"{base}_seq": or_null("base_seq::text"),
            f"{kind}_percent": quoted("percent"),
            "threshold_percent": quoted("threshold_percent"),
            "window_seconds": "window_seconds",
            "gap": "CASE WHEN gap THEN 'true' ELSE 'false' END",
            "received": or_null(quoted(instants.sql("received"))),
            "created_at": quoted(instants.sql("created_at")),
        }
    )


JSON_LINE = f"CASE kind WHEN 'rise' THEN {json_expression('rise')} ELSE {json_expression('fall')} END"


ALERTS = Table("alerts", "alerts_alert", (*COLUMNS, "created_at"), JSON_LINE)
