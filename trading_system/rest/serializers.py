"""Serializers that ignore nothing, and their fields: decimals as strings, instants in UTC, texts as they are."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BindingDict

from . import instants
from .amounts import NUMBER, without_zeros
from .columns import DECIMALS, MOST_DECIMALS, MOST_WHOLE, WHOLE_DIGITS, above_zero
from .tickers import TICKER_LENGTH, normal_ticker, ticker_form

NOT_DATA = {"csrfmiddlewaretoken"}  # sent along by the browsable API's forms


class ExactField(serializers.DecimalField):
    """A decimal, from a JSON number or a string of ASCII digits, written back with the digits it was given."""

    default_error_messages = {"max_whole_digits": MOST_WHOLE, "max_decimal_places": MOST_DECIMALS}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        fits = f"At most {self.max_whole_digits} digits before the point and {self.decimal_places} after it."
        self.error_messages["max_digits"] = fits

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not NUMBER.fullmatch(str(data).strip(" ")):
            self.fail("invalid")
        value = super().to_internal_value(data)
        return value or value.copy_abs()  # of PostgreSQL's zeros, none has a sign

    def validate_precision(self, value: Decimal) -> Decimal:
        return super().validate_precision(without_zeros(value, self.decimal_places))

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


class WholeField(serializers.IntegerField):
    """A whole number: a JSON number alone, not the texts and truth values that DRF takes for one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


class FlagField(serializers.BooleanField):
    """A JSON boolean alone: not the texts and numbers that DRF takes for one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


def amount_field(**options: Any) -> ExactField:
    """A decimal above zero within the digits of what the watch sends, from a number or a string."""
    digits = {"max_digits": WHOLE_DIGITS + DECIMALS, "decimal_places": DECIMALS}
    return ExactField(**digits, validators=[above_zero], **options)


class Strict(serializers.Serializer[Any]):
    """An unknown field, or one that a form has twice, is an error. Read-only fields may be sent, and change nothing."""

    @property
    def fields(self) -> BindingDict:
        return shared_fields(type(self), bool(self.partial))

    def to_internal_value(self, data: Any) -> Any:
        is_form = isinstance(data, QueryDict)
        if isinstance(data, Mapping) and (unknown := data.keys() - set(self.fields) - (NOT_DATA if is_form else set())):
            raise serializers.ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
        if is_form and (repeated := [name for name, values in data.lists() if len(values) > 1]):
            raise serializers.ValidationError({name: ["Given more than once."] for name in repeated})
        return super().to_internal_value(data)


@cache
def shared_fields(kind: type[Strict], partial: bool) -> BindingDict:
    """The fields of all serializers of a class: making them takes longer than using them, and they have no state.

    Their `root`, which they ask whether it is partial, is a serializer without data.
    """
    return super(Strict, kind(partial=partial)).fields
