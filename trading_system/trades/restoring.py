"""A deleted trade back into the ledger, as it was when it was deleted."""

from django.db import connection, transaction
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound

from .models import Trade
from .selection import FIELDS

# It keeps its id and when it was created; its version begins now, and never before the deletion.
RESTORE = f"""INSERT INTO trades_trade ({", ".join(FIELDS)})
    SELECT {", ".join(FIELDS[:-1])}, GREATEST(CLOCK_TIMESTAMP(), pgh_created_at + INTERVAL '1 microsecond')
    FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1
    ON CONFLICT (id) DO NOTHING RETURNING {", ".join(FIELDS)}"""  # noqa: S608


class NotDeleted(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "The trade is in the ledger."


def restore(trade: int) -> Trade:
    """NotDeleted if it is there, NotFound if it never was, IntegrityError if another has its external_id by now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RESTORE, [trade])
        found = cursor.fetchone()
    if found:
        return Trade.from_db(connection.alias, FIELDS, found)
    if Trade.objects.filter(pk=trade).exists():
        raise NotDeleted
    raise NotFound("No trade with this id was deleted.")
