"""An import in the document: PostgreSQL writes it."""

from typing import Any

from rest_framework import serializers

from rest.serializers import InstantField

from .imports import NAME_LENGTH, State

Count = serializers.IntegerField


def counted(help_text: str) -> serializers.IntegerField:
    return Count(min_value=0, allow_null=True, help_text=help_text)


class LeftOut(serializers.Serializer[Any]):
    """Rows that are no trades."""

    kind, rows = serializers.CharField(help_text="What the rows are."), Count(min_value=0)
    lines = serializers.ListField(child=Count(min_value=0), help_text="The first of their lines.")


class ImportCounts(serializers.Serializer[Any]):
    """What became of the rows; null where it is not known, of imports of before."""

    created, duplicates = counted("Trades that were added."), counted("Rows that were known.")
    repeated, corrected = counted("Rows that equalled trades."), counted("Trades that were changed.")
    failed, left_out = counted("Rows that were refused."), Count(min_value=0, help_text="Rows that are no trades.")


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    name = serializers.CharField(max_length=NAME_LENGTH, help_text="Of the file; empty if it has none.")
    state = serializers.ChoiceField([state.value for state in State])
    created_at = InstantField()
    created_by = serializers.CharField(allow_null=True, help_text="The user's name; null without a login.")
    booked_at, undone_at = InstantField(allow_null=True), InstantField(allow_null=True)
    profile = serializers.CharField(help_text="How its layout was read; empty for the ledger's own columns.")
    counts: Any = ImportCounts()
    left_out = LeftOut(many=True)
    choices = serializers.ListField(child=serializers.JSONField(), help_text="What was chosen where a file was open.")
