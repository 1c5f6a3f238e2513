"""Imports as they are listed: which ones a user sees, and how PostgreSQL writes one as JSON.

An import is seen by who made it, and by those who see all accounts that it went into. A file that is not booked yet has
gone into none, and is forgotten after KEPT_FOR.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import models

from reference.managers import seen_by
from rest import instants
from rest.selection import Selecting, Selection
from rest.tables import Table, escaped, json_object

from .author import username_of

STATE = "CASE WHEN undone_at IS NOT NULL THEN 'undone' WHEN booked_at IS NOT NULL THEN 'booked' ELSE 'kept' END"
COUNTS = ("created", "duplicates", "repeated", "corrected", "failed")
LEFT_OUT = "(SELECT COALESCE(SUM((kind->>'rows')::bigint), 0) FROM jsonb_array_elements(left_out) kind)"


def instant(column: str) -> str:
    """A column of an instant, or null."""
    return f"COALESCE('\"' || {instants.sql(column)} || '\"', 'null')"


def number(expression: str) -> str:
    return f"COALESCE(({expression})::text, 'null')"


COUNTED = json_object({**{name: number(name) for name in COUNTS}, "left_out": number(LEFT_OUT)})
JSON_LINE = json_object(
    {
        "id": number("id"),
        "name": escaped("name"),
        "state": escaped(STATE),
        "created_at": instant("created_at"),
        "created_by": escaped("created_by"),
        "booked_at": instant("booked_at"),
        "undone_at": instant("undone_at"),
        "profile": escaped("profile"),
        "counts": COUNTED,
        "left_out": "left_out::text",
        "choices": "COALESCE(made->'choices', '[]')::text",
    }
)
COLUMNS = ("id", "timestamp", "created_at", "name", "created_by", "booked_at", "undone_at", "profile", *COUNTS,
           "left_out", "made")  # fmt: skip
SOURCE = "(SELECT *, created_at AS timestamp FROM trades_import) import"
IMPORTS = Table("imports", SOURCE, COLUMNS, JSON_LINE, moment="created_at")
KEPT_FOR = timedelta(days=1)  # that a file waits to be booked
SEEN = """(booked_at IS NOT NULL OR created_at > NOW() - %s) AND (created_by IS NOT DISTINCT FROM %s OR (
    EXISTS (SELECT FROM trades_importedlines line WHERE line.import_id = {id}) AND NOT EXISTS (
        SELECT FROM trades_importedlines line WHERE line.import_id = {id}
            AND line.account_id NOT IN (SELECT id FROM reference_accounts(%s, FALSE)))))"""


class ImportManager(Selecting, models.Manager[Any]):
    """`Import.objects`. A `user` is a request's; None is somebody who is not logged in."""

    table = IMPORTS

    def selection_for(self, user: Any) -> Selection:
        return replace(self.selection(), conditions=((SEEN.format(id="import.id"), *who(user)),))

    def seen_by(self, user: Any) -> models.QuerySet[Any]:
        """The imports that the user sees."""
        return self.extra(where=[SEEN.format(id="trades_import.id")], params=who(user))  # noqa: S610  # constants


def who(user: Any) -> list[Any]:
    """The parameters of SEEN: how long files are kept, the name that imports keep, and whose accounts are seen."""
    return [KEPT_FOR, username_of(user), *seen_by(user).parameters]
