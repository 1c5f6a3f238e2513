"""Imports: each act of booking many trades at once, which lines of which file it booked, and in which accounts.

A trade knows its import by number. An import knows the range in which its trades' ids lie: no index is needed to find
them, and none slows the ledger down.
"""

import re
from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from .author import USERNAME_LENGTH
from .import_list import ImportManager

NAME_LENGTH = 255  # of a file, or of a profile
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class State(StrEnum):
    """What has become of a file: it waits to be booked, is booked, or was booked and taken out again."""

    KEPT = "kept"
    BOOKED = "booked"
    UNDONE = "undone"


class LinesField(models.Field):
    """Lines of a file, as PostgreSQL writes a multirange: `{[2,5),[7,9)}`."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


def count_of_rows() -> models.PositiveBigIntegerField:
    """NULL: not known of what was imported before 2026-11-29."""
    return models.PositiveBigIntegerField(null=True)


def name_of_file() -> models.CharField:
    return models.CharField(max_length=NAME_LENGTH, default="", db_default="", blank=True)


class Import(models.Model):
    """A file, by the SHA-256 of its bytes, and what became of its rows.

    `made` is whatever the reader was told or has found: choices, mapping, zone. `left_out` counts the rows that are no
    trades, as `[{"kind", "rows", "lines"}]`. The ids of its trades are from `first_trade` to `last_trade`, among
    others'; both are NULL if it added none, or before trades knew their import.
    """

    digest = models.BinaryField()
    name = name_of_file()
    profile = name_of_file()  # empty for the ledger's own columns
    made = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_by = models.CharField(max_length=USERNAME_LENGTH, null=True)  # noqa: DJ001  # nobody's name
    created_at = models.DateTimeField(db_default=Now())
    booked_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    created, duplicates, repeated = count_of_rows(), count_of_rows(), count_of_rows()
    corrected, failed = count_of_rows(), count_of_rows()
    left_out = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    first_trade = models.BigIntegerField(null=True)
    last_trade = models.BigIntegerField(null=True)

    objects = ImportManager()

    class Meta:
        indexes = (
            models.Index(fields=["digest"], name="import_digest"),
            models.Index(fields=["created_at", "id"], name="import_created_at"),
        )

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.name or 'a file'}, {self.state}"

    @property
    def state(self) -> State:
        if self.undone_at:
            return State.UNDONE
        return State.BOOKED if self.booked_at else State.KEPT


class ImportedLines(models.Model):
    """Which lines of the file an import booked, or took as corrections, in an account."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="lines", db_column="import_id")
    account = models.IntegerField(db_column="account_id")
    lines = LinesField()
    corrected = ArrayField(models.BigIntegerField(), default=list, db_default=[])  # ids of trades that were changed

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "account"], name="importedlines_account_unique"),)

    def __str__(self) -> str:
        return f"Lines {self.lines} of import {self.source_id} in account {self.account}"


def legible_name(text: str) -> str:
    """The name of a file as it can be kept and shown: without folders and control characters, cut to NAME_LENGTH."""
    return CONTROL.sub("", re.split(r"[/\\]", text)[-1]).strip()[:NAME_LENGTH]
