"""Alerts as PostgreSQL writes them: the objects that the watch prints, and when they came to be here."""

from dataclasses import dataclass

from django.db import connection

from rest import instants
from rest.sql import Condition, json_object, order, quoted

BASES = {"rise": "low", "fall": "high"}  # what a move is measured from
COLUMNS = (
    "id", "kind", "ticker", "price", "timestamp", "seq", "base_price", "base_timestamp", "base_seq",
    "percent", "threshold_percent", "window_seconds", "gap", "received",
)  # fmt: skip


def or_null(expression: str) -> str:
    return f"COALESCE({expression}, 'null')"


def line(kind: str) -> str:
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


JSON_LINE = f"CASE kind WHEN 'rise' THEN {line('rise')} ELSE {line('fall')} END"


@dataclass(frozen=True)
class Alerts:
    """Alerts that keep all conditions."""

    conditions: tuple[Condition, ...] = ()
    resource = "alerts"

    def first(self, limit: int, *, ascending: bool, beyond: Condition | None = None) -> list[str]:
        """The first by (timestamp, id), each as a JSON object."""
        kept = [*self.conditions, *([beyond] if beyond else [])]
        return [text for (text,) in self.ask(JSON_LINE, kept, f"{order(ascending)} LIMIT {limit:d}")]

    def count(self) -> int:
        [(count,)] = self.ask("COUNT(*)", self.conditions, "")
        return int(count)

    def ask(self, what: str, kept: list[Condition] | tuple[Condition, ...], end: str) -> list[tuple]:
        where = " AND ".join(condition.sql for condition in kept) or "TRUE"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {what} FROM alerts_alert WHERE {where} {end}",  # noqa: S608
                [condition.value for condition in kept],
            )
            return list(cursor.fetchall())
