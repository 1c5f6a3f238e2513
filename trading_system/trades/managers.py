"""Booking, restoring and selecting trades."""

from contextlib import nullcontext
from typing import Any, TypeVar

import pgtrigger
from django.db import IntegrityError, connection, models, transaction

from rest.rules import Conflict, broken_rule
from rest.selection import Selecting

from .author import SIGNED
from .selection import FIELDS, TRADES

Trade = TypeVar("Trade", bound=models.Model)  # the model, which imports this module

# It keeps its id and when it was created; its version begins now, and never before the deletion.
RESTORE = f"""INSERT INTO trades_trade ({", ".join(FIELDS)})
    SELECT {", ".join(FIELDS[:-1])}, GREATEST(CLOCK_TIMESTAMP(), pgh_created_at + INTERVAL '1 microsecond')
    FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1
    ON CONFLICT (id) DO NOTHING RETURNING {", ".join(FIELDS)}"""  # noqa: S608

# It ended no version, and so it has no event of its own: the event of the deletion names who restored the trade.
SIGN = f"""UPDATE trades_tradeevent
    SET pgh_context = {SIGNED}
    WHERE pgh_id = (SELECT MAX(pgh_id) FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete')"""  # noqa: S608
KEEPS_OUT = "trades.TradeEvent:append_only"  # all other changes of events


class TradeManager(Selecting, models.Manager[Trade]):
    """`Trade.objects`: books and restores trades, and selects them as a Selection."""

    table = TRADES

    def book(self, given: dict[str, Any]) -> tuple[Trade, bool]:
        """Add a trade of validated fields. Return it and True; or False with the same trade of the same external_id.

        IntegrityError if the database has a rule against it, as where another trade has the external_id. The method
        `create` would take as long as the INSERT to put the same statement together.
        """
        columns, places = ", ".join(given), ", ".join(["%s"] * len(given))
        sql = f"INSERT INTO trades_trade ({columns}) VALUES ({places}) RETURNING {', '.join(FIELDS)}"  # noqa: S608
        try:
            # Only an external_id can be taken, so that there is something to go on with.
            with transaction.atomic() if given.get("external_id") else nullcontext(), connection.cursor() as cursor:
                cursor.execute(sql, list(given.values()))
                return self.model.from_db(connection.alias, FIELDS, cursor.fetchone()), True
        except IntegrityError as error:
            if not ((rule := broken_rule(error)) and rule.unique):
                raise
            same = {name: value for name, value in given.items() if value not in ("", None)}
            if existing := self.filter(**same).first():
                return existing, False
            raise

    def restore(self, trade: int) -> Trade:
        """Put a deleted trade back as it was when it was deleted.

        Conflict if it is there, DoesNotExist if none was deleted, IntegrityError if another has its external_id by now.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RESTORE, [trade])
            found = cursor.fetchone()
            if found:
                with pgtrigger.ignore(KEEPS_OUT):
                    cursor.execute(SIGN, [trade])
        if found:
            return self.model.from_db(connection.alias, FIELDS, found)
        if self.filter(pk=trade).exists():
            raise Conflict("The trade is in the ledger.")
        raise self.model.DoesNotExist("No trade with this id was deleted.")  # type: ignore[attr-defined]  # as each model has
