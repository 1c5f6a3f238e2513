"""Trades on the wire: exact decimals as strings, instants in UTC, nothing ignored."""

from functools import cache
from typing import Any

from rest_framework import serializers

from rest.columns import ExactDecimalField
from rest.fields import ExactField, InstantField, TextField, TickerField
from rest.serializers import Strict
from rest.tickers import TICKER_LENGTH, ticker_form

from .models import (
    DECIMALS,
    EXTERNAL_ID_LENGTH,
    NOTE_LENGTH,
    WHOLE_DIGITS,
    Trade,
    at_most_a_day_ahead,
    external_id_form,
    note_form,
)
from .selection import FIELDS


class AmountField(ExactField):
    default_error_messages = {
        "max_digits": f"At most {WHOLE_DIGITS} digits before the point and {DECIMALS} after it.",
        "max_whole_digits": f"At most {WHOLE_DIGITS} digits before the point.",
        "max_decimal_places": f"At most {DECIMALS} digits after the point.",
    }


class ExternalIdField(TextField):
    """An empty one is none."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)


class SideField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": 'Must be "buy" or "sell".'}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.strip(" ").lower() if isinstance(data, str) else data)


@cache
def shared() -> "TradeSerializer":
    """One serializer for all: to make its fields takes longer than to use them. It keeps nothing of what it reads."""
    return TradeSerializer()


class TradeSerializer(Strict, serializers.ModelSerializer[Trade]):
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, ExactDecimalField: AmountField}

    serializer_choice_field = SideField

    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**63 - 1)
    ticker = TickerField(max_length=TICKER_LENGTH, validators=[ticker_form])
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
        extra_kwargs = {
            "side": {"help_text": "Sent in any case."},
            "fee": {"help_text": "What the trade cost besides, exact; below zero for a rebate; 0, if left out."},
        }
