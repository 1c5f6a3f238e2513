"""One trade into the ledger. PostgreSQL answers the INSERT with the trade as JSON, as it does in lists."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from .errors import named_rule
from .models import Trade
from .selection import JSON_LINE


@dataclass(frozen=True)
class Added:
    pk: int
    updated_at: datetime
    json: msgspec.Raw


def add(given: dict[str, Any]) -> Added:
    """Book a trade of validated fields; IntegrityError if the database has a rule against it."""
    columns, places = ", ".join(given), ", ".join(["%s"] * len(given))
    sql = f"INSERT INTO trades_trade ({columns}) VALUES ({places}) RETURNING id, updated_at, {JSON_LINE}"  # noqa: S608
    # Only an external_id can be taken, so that there is something to go on with.
    with transaction.atomic() if given.get("external_id") else nullcontext(), connection.cursor() as cursor:
        cursor.execute(sql, list(given.values()))
        pk, updated_at, line = cursor.fetchone()
    return Added(pk, updated_at, msgspec.Raw(line.encode()))


def same(error: IntegrityError, given: dict[str, Any]) -> Trade | None:
    """The trade that has the external_id already, if what was given of it is what it is."""
    rule = named_rule(error)
    if not (rule and rule.unique):
        return None
    existing = Trade.objects.filter(external_id=given["external_id"]).first()
    differs = existing and any(value and getattr(existing, name) != value for name, value in given.items())
    return None if differs else existing
