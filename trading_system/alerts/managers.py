"""Recording each alert once, and selecting alerts."""

from typing import Any

from django.db import connection, models, transaction

from rest.rules import Conflict
from rest.selection import Selecting

from .selection import ALERTS, COLUMNS, JSON_LINE

RECORD = f"""INSERT INTO alerts_alert ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (id) DO NOTHING RETURNING {JSON_LINE}"""  # noqa: S608
# Fields of a delivery, not of the move: after a restart of the watch or the feed, the same alert has another arrival,
# other sequence numbers, and other lost ticks.
OF_EACH_DELIVERY = {"received", "seq", "base_seq", "gap"}


class AlertManager(Selecting, models.Manager):
    """`Alert.objects`: records an alert once by its id, and selects alerts as a Selection."""

    table = ALERTS

    @transaction.atomic
    def record(self, given: dict[str, Any]) -> tuple[str, bool]:
        """Add an alert of validated columns. Return it as JSON, and whether it is new.

        Conflict if another alert has its id; one that differs only in what each delivery has of its own is the same.
        """
        with connection.cursor() as cursor:
            cursor.execute(RECORD, [given[name] for name in COLUMNS])
            if new := cursor.fetchone():
                return new[0], True
        kept = self.get(pk=given["id"])
        if any(getattr(kept, name) != given[name] for name in COLUMNS if name not in OF_EACH_DELIVERY):
            raise Conflict("Another alert has it.", "id")
        [line] = self.selection().where("id = %s", kept.pk).head(1)
        return line, False
