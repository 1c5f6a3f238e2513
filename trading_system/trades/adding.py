"""One trade into the ledger."""

from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError, connection, transaction

from rest.errors import named_rule

from .models import Trade
from .selection import FIELDS


def add(given: dict[str, Any]) -> Trade:
    """Book a trade of validated fields; IntegrityError if the database has a rule against it.

    `Trade.objects.create` would take as long as the INSERT to put the same statement together.
    """
    columns, places = ", ".join(given), ", ".join(["%s"] * len(given))
    sql = f"INSERT INTO trades_trade ({columns}) VALUES ({places}) RETURNING {', '.join(FIELDS)}"  # noqa: S608
    # Only an external_id can be taken, so that there is something to go on with.
    with transaction.atomic() if given.get("external_id") else nullcontext(), connection.cursor() as cursor:
        cursor.execute(sql, list(given.values()))
        return Trade.from_db(connection.alias, FIELDS, cursor.fetchone())


def same(error: IntegrityError, given: dict[str, Any]) -> Trade | None:
    """The trade that has the external_id already, if what was given of it is what it is."""
    rule = named_rule(error)
    if not (rule and rule.unique):
        return None
    existing = Trade.objects.filter(external_id=given["external_id"]).first()
    differs = existing and any(
        value not in ("", None) and getattr(existing, name) != value for name, value in given.items()
    )
    return None if differs else existing
