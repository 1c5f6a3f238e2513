"""Recording each alert once, acknowledging and withdrawing it, and selecting alerts."""

from dataclasses import replace
from typing import Any

from django.db import connection, models, transaction

from rest.rules import Conflict
from rest.selection import Selecting, Selection

from . import holdings
from .changes import AFTER, AlertPlace, ChangedAlert
from .selection import ALERTS, COLUMNS, json_line

RECORD = f"""INSERT INTO alerts_alert ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (id) DO NOTHING RETURNING {ALERTS.json}"""  # noqa: S608
CONFIRM = "UPDATE alerts_alert SET confirmed = TRUE WHERE id = %s AND NOT confirmed"
ACKNOWLEDGE = """UPDATE alerts_alert SET acknowledged_at = STATEMENT_TIMESTAMP(), acknowledged_by = %s
    WHERE id = %s AND acknowledged_at IS NULL"""
REOPEN = """UPDATE alerts_alert SET acknowledged_at = NULL, acknowledged_by = NULL
    WHERE id = %s AND acknowledged_at IS NOT NULL"""
WITHDRAW = """UPDATE alerts_alert SET withdrawn_at = STATEMENT_TIMESTAMP(), withdrawn_reason = %s
    WHERE id = %s AND withdrawn_at IS NULL"""
# Fields of a delivery, not of what happened: after a restart of the watch or the feed, the same alert has another
# arrival, other sequence numbers, other lost ticks; and a rule may have got another severity.
OF_EACH_DELIVERY = {"received", "seq", "base_seq", "gap", "confirmed", "severity"}
# What happened is one tick beyond the level, or one window: which tick was before it, or when the window was seen to
# be full, is another matter.
OF_EACH_DELIVERY_OF = {
    "above": {"base_price", "base_timestamp"},
    "below": {"base_price", "base_timestamp"},
    "volume": {"price", "timestamp", "volume", "mean_volume", "windows"},
}


class AlertManager(Selecting, models.Manager):
    """`Alert.objects`: records an alert once by its id, and selects alerts as a Selection."""

    table = ALERTS

    def selection_for(self, user: Any) -> Selection:
        """All alerts, with what was held of each in the accounts that the user sees."""
        return Selection(replace(ALERTS, json=json_line(holdings.json_for(user))))

    def changed_after(self, place: AlertPlace, user: Any, limit: int) -> list[ChangedAlert]:
        """What became of alerts after the place, the earliest first, each with what was held in accounts of the user.

        An alert that changed several times comes as often, each time as it is by now.
        """
        with connection.cursor() as cursor:
            cursor.execute(AFTER.format(json_line(holdings.json_for(user))), [str(place.xid), place.change, limit])
            rows = cursor.fetchall()
        return [ChangedAlert(AlertPlace(int(xid), change), *more) for xid, change, *more in rows]

    @transaction.atomic
    def record(self, given: dict[str, Any]) -> tuple[str, bool]:
        """Add an alert of validated columns. Return it as JSON, without what was held, and whether it is new.

        Conflict if another alert has its id; one that differs only in what each delivery has of its own is the same.
        It is confirmed as soon as one delivery says so.
        """
        with connection.cursor() as cursor:
            cursor.execute(RECORD, [given[name] for name in COLUMNS])
            if new := cursor.fetchone():
                holdings.keep(given["id"], given["ticker"], given["timestamp"])
                return new[0], True
            self.require_same(given)
            if given["confirmed"]:
                cursor.execute(CONFIRM, [given["id"]])
        [line] = self.selection().where("id = %s", given["id"]).head(1)
        return line, False

    def require_same(self, given: dict[str, Any]) -> None:
        """Conflict if the alert that has the id tells of something else."""
        kept = self.get(pk=given["id"])
        apart = OF_EACH_DELIVERY | OF_EACH_DELIVERY_OF.get(given["kind"], set())
        if any(getattr(kept, name) != given[name] for name in COLUMNS if name not in apart):
            raise Conflict("Another alert has it.", "id")

    def acknowledge(self, alert: str, user: Any) -> None:
        """Somebody has seen it. The first one stays."""
        with connection.cursor() as cursor:
            cursor.execute(ACKNOWLEDGE, [username_of(user), alert])

    def reopen(self, alert: str) -> None:
        """It is as if nobody had acknowledged it."""
        with connection.cursor() as cursor:
            cursor.execute(REOPEN, [alert])

    def withdraw(self, alert: str, reason: str) -> None:
        """The venue took back a trade that it was raised by. The first reason stays."""
        with connection.cursor() as cursor:
            cursor.execute(WITHDRAW, [reason, alert])


def username_of(user: Any) -> str | None:
    """The name that is recorded of a request's user; None without a login."""
    return user.get_username() or None
