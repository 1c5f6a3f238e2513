"""Trades on the wire: exact decimals as strings, instants in UTC, nothing ignored."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from . import instants
from .forms import NUMBER
from .models import (
    DECIMALS,
    EXTERNAL_ID_LENGTH,
    NOTE_LENGTH,
    TICKER_LENGTH,
    WHOLE_DIGITS,
    ExactDecimalField,
    Trade,
    at_most_a_day_ahead,
    external_id_form,
    normal_ticker,
    note_form,
    ticker_form,
)
from .selection import FIELDS

NOT_DATA = {"csrfmiddlewaretoken"}  # sent along by the browsable API's forms


class AmountField(serializers.DecimalField):
    """A decimal, from a JSON number or a string of ASCII digits, written back with the digits it was given."""

    default_error_messages = {
        "max_digits": f"At most {WHOLE_DIGITS} digits before the point and {DECIMALS} after it.",
        "max_whole_digits": f"At most {WHOLE_DIGITS} digits before the point.",
        "max_decimal_places": f"At most {DECIMALS} digits after the point.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not NUMBER.fullmatch(str(data).strip(" ")):
            self.fail("invalid")
        return super().to_internal_value(data)

    def quantize(self, value: Decimal) -> Decimal:
        return value  # DRF would pad it with zeros

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


class TextField(serializers.CharField):
    """A string as it is; a number or a truth value is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class ExternalIdField(TextField):
    """An empty one is none."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)


class TickerField(serializers.CharField):
    """A ticker in any case, upper-cased."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return normal_ticker(data)


class SideField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": 'Must be "buy" or "sell".'}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.strip(" ").lower() if isinstance(data, str) else data)


class InstantField(serializers.DateTimeField):
    """An instant after RFC 3339; ValidationError says what is wrong with one."""

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError(f"Must be {instants.FORM}.")
        try:
            return instants.parse(value.strip(" "))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None

    def to_representation(self, value: datetime) -> str:
        return instants.render(value)


@cache
def shared() -> "TradeSerializer":
    """One serializer for all: to make its fields takes longer than to use them. It keeps nothing of what it reads."""
    return TradeSerializer()


class TradeSerializer(serializers.ModelSerializer[Trade]):
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, ExactDecimalField: AmountField}

    serializer_choice_field = SideField

    ticker = TickerField(max_length=TICKER_LENGTH, validators=[ticker_form])
    timestamp = InstantField(
        required=False,
        validators=[at_most_a_day_ahead],
        help_text="UTC, or with an offset; now, if left out.",
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

    def to_internal_value(self, data: Any) -> Any:
        is_form = isinstance(data, QueryDict)
        if isinstance(data, Mapping) and (unknown := data.keys() - FIELDS - (NOT_DATA if is_form else set())):
            raise serializers.ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
        if is_form and (repeated := [name for name, values in data.lists() if len(values) > 1]):
            raise serializers.ValidationError({name: ["Given more than once."] for name in repeated})
        return super().to_internal_value(data)
