"""What became of alerts, in the order of `rest.commits`, so that whoever follows them misses nothing.

A trigger writes a row for each alert that is added or changed, with the id of its transaction. Such ids mean nothing in
another server, such as one that a backup was restored into: each row has its server's identifier, and those of another
are passed over.
"""

from dataclasses import dataclass

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from rest import instants
from rest.columns import transaction_column
from rest.commits import open_since

from .selection import COLUMNS, LATER

SYSTEM = "(SELECT system_identifier FROM pg_control_system())"
ALERT = ", ".join(f"alert.{name}" for name in (*COLUMNS, *LATER))
AFTER = f"""SELECT xid::text, change_id, is_new, {instants.sql("at")}, {{}} FROM (
        SELECT change.xid, change.id AS change_id, is_new, at, {ALERT}
        FROM alerts_alertchange change JOIN alerts_alert alert ON alert.id = alert_id
        WHERE (xid, change.id) > (%s::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
            AND system = {SYSTEM}
        ORDER BY xid, change.id LIMIT %s
    ) chosen ORDER BY xid, change_id"""  # noqa: S608


@dataclass(frozen=True)
class AlertPlace:
    """How far somebody has come: up to this change, which a transaction wrote."""

    xid: int
    change: int

    @classmethod
    def parse(cls, text: str) -> "AlertPlace":
        """Read what `text` wrote."""
        return cls(*map(int, text.split("-")))

    def text(self) -> str:
        return f"{self.xid}-{self.change}"


@dataclass(frozen=True)
class ChangedAlert:
    """An alert that was added or changed, as it is by now, as JSON; `place` is where to go on.

    `at` is the instant of the change, as RFC 3339 writes it.
    """

    place: AlertPlace
    is_new: bool
    at: str
    line: str


class AlertChange(models.Model):
    """An alert was added or changed. Written by a trigger alone."""

    xid = transaction_column()
    system = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    alert = models.ForeignKey("Alert", models.CASCADE, related_name="+")
    is_new = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=["xid", "id"], name="alertchange_xid"),)

    def __str__(self) -> str:
        return f"{'added' if self.is_new else 'changed'}: {self.alert_id}"


def keep_changes() -> pgtrigger.Trigger:
    """Of the alerts' table: each row that is written, whoever writes it, is a change, unless nothing is changed."""
    return pgtrigger.Trigger(
        name="changes",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF TG_OP = 'INSERT' OR NEW *<> OLD THEN
                INSERT INTO alerts_alertchange (system, alert_id, is_new)
                    SELECT system_identifier, NEW.id, TG_OP = 'INSERT' FROM pg_control_system();
            END IF;
            RETURN NULL;
        """,
    )


def present_place() -> AlertPlace:
    """Where to begin, so that all that is committed from now on comes, and hardly anything from before."""
    return AlertPlace(open_since(), 0)
