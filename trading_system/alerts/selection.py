"""Alerts as PostgreSQL writes them: the objects that the watch prints, when they came to be here, and who saw them."""

from rest import instants
from rest.tables import Table, escaped, json_object, quoted

from .kinds import MEMBERS, OWN

COLUMNS = (
    "id",
    "kind",
    "rule",
    "severity",
    "ticker",
    "price",
    "timestamp",
    "seq",
    *OWN,
    "gap",
    "confirmed",
    "received",
)
LATER = (
    "created_at",
    "acknowledged_at",
    "acknowledged_by",
    "withdrawn_at",
    "withdrawn_reason",
)  # which the ledger adds
TEXTS = ("id", "kind", "rule", "severity", "ticker")
NUMBERS = ("window_seconds", "windows")


def or_null(expression: str) -> str:
    """The SQL of a JSON text: that of the expression, or `null` where it is NULL."""
    return f"COALESCE({expression}, 'null')"


def value(column: str) -> str:
    """The expression that writes a column as JSON."""
    if column.endswith("timestamp"):
        return quoted(instants.sql(column))
    if column.endswith("seq"):
        return or_null(f"{column}::text")
    return f"{column}::text" if column in NUMBERS else quoted(column)


def flag(column: str) -> str:
    return f"CASE WHEN {column} THEN 'true' ELSE 'false' END"


def json_expression(kind: str, held: str = "") -> str:
    """The expression that writes an alert of this kind; `held` writes what was held, if that is to be told."""
    return json_object(
        {
            **{name: quoted(name) for name in (*TEXTS, "price")},
            "timestamp": value("timestamp"),
            "seq": value("seq"),
            **{member: value(column) for column, member in MEMBERS[kind].items()},
            "gap": flag("gap"),
            "confirmed": flag("confirmed"),
            "received": or_null(quoted(instants.sql("received"))),
            "created_at": quoted(instants.sql("created_at")),
            "acknowledged_at": or_null(quoted(instants.sql("acknowledged_at"))),
            "acknowledged_by": escaped("acknowledged_by"),
            "withdrawn_at": or_null(quoted(instants.sql("withdrawn_at"))),
            "withdrawn_reason": or_null(quoted("withdrawn_reason")),
            **({"held": held} if held else {}),
        }
    )


def json_line(held: str = "") -> str:
    """The expression that writes an alert, as `json_expression`."""
    kinds = " ".join(f"WHEN '{kind}' THEN {json_expression(kind, held)}" for kind in MEMBERS)
    return f"CASE kind {kinds} END"


ALERTS = Table("alerts", "alerts_alert", (*COLUMNS, *LATER), json_line())
