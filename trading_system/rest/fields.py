"""Serializer fields: exact decimals as strings, instants in UTC, texts that are texts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from . import instants
from .columns import most_decimals, most_whole
from .forms import NUMBER
from .tickers import TICKER_LENGTH, normal_ticker, ticker_form


class ExactField(serializers.DecimalField):
    """A decimal, from a JSON number or a string of ASCII digits, written back with the digits it was given."""

    default_error_messages = {
        "max_whole_digits": most_whole("{max_whole_digits}"),
        "max_decimal_places": most_decimals("{max_decimal_places}"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        fits = f"At most {self.max_whole_digits} digits before the point and {self.decimal_places} after it."
        self.error_messages["max_digits"] = fits

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not NUMBER.fullmatch(str(data).strip(" ")):
            self.fail("invalid")
        value = super().to_internal_value(data)
        return value or value.copy_abs()  # of PostgreSQL's zeros, none has a sign

    def quantize(self, value: Decimal) -> Decimal:
        return value  # DRF would pad it with zeros

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


class TextField(serializers.CharField):
    """A string as it is; a number or a boolean is none. An empty one is null where null is allowed."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" and self.allow_null else data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class TickerField(TextField):
    """A ticker in any case, upper-cased."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=TICKER_LENGTH, validators=[ticker_form], **options)

    def to_internal_value(self, data: Any) -> str:
        return normal_ticker(super().to_internal_value(data))


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
