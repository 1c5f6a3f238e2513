"""A deleted trade back into the ledger, as it was when it was deleted."""

import pgtrigger
from django.db import connection, transaction
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound

from .author import AUTHOR
from .models import Trade
from .selection import FIELDS

# It keeps its id and when it was created; its version begins now, and never before the deletion.
RESTORE = f"""INSERT INTO trades_trade ({", ".join(FIELDS)})
    SELECT {", ".join(FIELDS[:-1])}, GREATEST(CLOCK_TIMESTAMP(), pgh_created_at + INTERVAL '1 microsecond')
    FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1
    ON CONFLICT (id) DO NOTHING RETURNING {", ".join(FIELDS)}"""  # noqa: S608

# It ended no version, and so it has no event of its own: who restored the trade is stored with its deletion.
SIGN = f"""UPDATE trades_tradeevent
    SET pgh_context = COALESCE(pgh_context, '{{}}') || jsonb_build_object('restored_by', {AUTHOR})
    WHERE pgh_id = (SELECT MAX(pgh_id) FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete')"""  # noqa: S608
KEEPS_OUT = "trades.TradeEvent:append_only"  # all other changes of events


class NotDeleted(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "The trade is in the ledger."


def restore(trade: int) -> Trade:
    """The trade with this id, back in the ledger.

    NotDeleted if it is there, NotFound if it never was, IntegrityError if another has its external_id by now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RESTORE, [trade])
        found = cursor.fetchone()
        if found:
            with pgtrigger.ignore(KEEPS_OUT):
                cursor.execute(SIGN, [trade])
    if found:
        return Trade.from_db(connection.alias, FIELDS, found)
    if Trade.objects.filter(pk=trade).exists():
        raise NotDeleted
    raise NotFound("No trade with this id was deleted.")
