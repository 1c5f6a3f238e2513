"""Trades on the wire: exact decimals as strings, instants in UTC, nothing ignored."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from . import instants
from .forms import NUMBER
from .models import TICKER_LENGTH, ExactDecimalField, Trade, at_most_a_day_ahead, normal_ticker, ticker_form

NOT_DATA = {"csrfmiddlewaretoken"}  # sent along by the browsable API's forms


class AmountField(serializers.DecimalField):
    """A decimal, from a JSON number or a string of ASCII digits, written back with the digits it was given."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or (isinstance(data, str) and not NUMBER.fullmatch(data.strip(" "))):
            self.fail("invalid")
        return super().to_internal_value(data)

    def quantize(self, value: Decimal) -> Decimal:
        return value  # DRF would pad it with zeros

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


class TickerField(serializers.CharField):
    """A ticker in any case, upper-cased."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return normal_ticker(data)


class SideField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": 'Must be "buy" or "sell".'}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.lower() if isinstance(data, str) else data)


class InstantField(serializers.DateTimeField):
    """An instant after RFC 3339; ValidationError says what is wrong with one."""

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError(f"Must be {instants.FORM}.")
        try:
            return instants.parse(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None

    def to_representation(self, value: datetime) -> str:
        return instants.render(value)


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
    created_at = InstantField(read_only=True)
    updated_at = InstantField(read_only=True)

    class Meta:
        model = Trade
        fields = ("id", "ticker", "price", "quantity", "side", "timestamp", "created_at", "updated_at")

    def to_internal_value(self, data: Any) -> Any:
        is_form = isinstance(data, QueryDict)
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields) - (NOT_DATA if is_form else set())):
            raise serializers.ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
        if is_form and (repeated := [name for name, values in data.lists() if len(values) > 1]):
            raise serializers.ValidationError({name: ["Given more than once."] for name in repeated})
        return super().to_internal_value(data)
