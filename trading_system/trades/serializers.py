"""Trades in JSON: exact decimals as strings, instants in UTC, nothing ignored."""

from typing import Any

from rest_framework import serializers

from rest.columns import ExactDecimalField
from rest.fields import ExactField, InstantField, TextField, TickerField
from rest.serializers import Strict

from .models import EXTERNAL_ID_LENGTH, NO_SIDE, NOTE_LENGTH, Trade, at_most_a_day_ahead, external_id_form, note_form
from .selection import FIELDS


class ExternalIdField(TextField):
    """An empty one is none."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)


class SideField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": NO_SIDE}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.strip(" ").lower() if isinstance(data, str) else data)


class TradeSerializer(Strict, serializers.ModelSerializer[Trade]):
    """After `save`, `is_new` says whether the trade was added, or was there already."""

    is_new = False
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, ExactDecimalField: ExactField}

    serializer_choice_field = SideField

    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**63 - 1)
    ticker = TickerField()
    timestamp = InstantField(
        required=False,
        validators=[at_most_a_day_ahead],
        help_text="In UTC; sent with any offset; now, if left out.",
        style={"input_type": "text"},  # a browser's own field for dates would drop microseconds
    )
    external_id = ExternalIdField(
        required=False,
        allow_null=True,
        max_length=EXTERNAL_ID_LENGTH,
        validators=[external_id_form],
        help_text="Your own name of the trade, unique: adding it again changes nothing.",
    )
    note = TextField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=NOTE_LENGTH,
        validators=[note_form],
        style={"base_template": "textarea.html"},
    )
    created_at = InstantField(read_only=True)
    updated_at = InstantField(read_only=True)

    class Meta:
        model = Trade
        fields = FIELDS
        validators = ()  # rules of several fields are the database's alone
        extra_kwargs = {
            "side": {"help_text": "Sent in any case."},
            "fee": {"help_text": "What the trade cost besides, exact; below zero for a rebate; 0, if left out."},
        }

    def create(self, validated_data: dict[str, Any]) -> Trade:
        trade, self.is_new = Trade.objects.book(validated_data)
        return trade
