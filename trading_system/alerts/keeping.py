"""One alert into the book of alerts, once."""

from typing import Any

from django.db import connection, transaction

from rest.errors import Conflict

from .models import Alert
from .rows import COLUMNS, JSON_LINE

KEEP = f"""INSERT INTO alerts_alert ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (id) DO NOTHING RETURNING {JSON_LINE}"""  # noqa: S608
READ = f"SELECT {JSON_LINE} FROM alerts_alert WHERE id = %s"  # noqa: S608
# What the watch and the feed say of their own doing, and not of the move: after a restart of either, the same is told
# with another arrival, other numbers, and other ticks lost.
OF_EACH_DELIVERY = {"received", "seq", "base_seq", "gap"}


@transaction.atomic
def keep(given: dict[str, Any]) -> tuple[str, bool]:
    """Return the alert as JSON, and whether it is new; Conflict if another alert has its id."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [given[name] for name in COLUMNS])
        if new := cursor.fetchone():
            return new[0], True
        kept = Alert.objects.get(pk=given["id"])
        if any(getattr(kept, name) != given[name] for name in COLUMNS if name not in OF_EACH_DELIVERY):
            raise Conflict({"id": ["Another alert has it."]})
        cursor.execute(READ, [kept.pk])
        return cursor.fetchone()[0], False
