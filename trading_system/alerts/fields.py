"""Fields that alerts, their rules and previews share: durations, lists, names."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.settings import api_settings

from rest.serializers import ExactField, Strict, TextField

from .columns import NO_KIND, NO_SEVERITY, RULE_LENGTH, Kind, Severity, rule_form
from .ranges import Range
from .told import number

NO_CHOICE = "invalid_choice"


def id_field() -> serializers.IntegerField:
    """The number of a row."""
    return serializers.IntegerField(read_only=True, min_value=1, max_value=2**31 - 1)


def kind_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(Kind.choices, error_messages={NO_CHOICE: NO_KIND})


def severity_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(Severity.choices, required=False, error_messages={NO_CHOICE: NO_SEVERITY})


def rule_name_field(**options: Any) -> TextField:
    return TextField(max_length=RULE_LENGTH, validators=[rule_form], **options)


class RangeField(ExactField):
    """A decimal within a range, which is looked at first: of a number beyond it, the digits do not matter."""

    def __init__(self, range_: Range, **options: Any) -> None:
        self.range = range_
        super().__init__(**range_.digits, **options)

    def validate_precision(self, value: Decimal) -> Decimal:
        if not self.range.has(value):
            raise serializers.ValidationError(self.range.message)
        return super().validate_precision(value)


class SecondsField(RangeField):
    """A duration: sent as a number or a string, answered as a number."""

    def to_representation(self, value: Decimal) -> Any:
        return number(value)


class ListField(serializers.ListField):
    """A JSON array alone."""

    def __init__(self, child: Any, most: int, **options: Any) -> None:
        super().__init__(child=child, max_length=most, required=False, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return super().to_internal_value(data)

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        """The first error, as that of the field: the others are of positions in the list."""
        try:
            return super().run_child_validation(data)
        except serializers.ValidationError as error:
            detail: Any = error.detail
            position, reasons = next(iter(detail.items()))
            raise serializers.ValidationError([f"Number {position + 1}: {reasons[0]}"]) from None


class Nested(Strict):
    """What is wrong with an object inside is named by the way to it: `rule.threshold`, `alerts.0.price`."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(dict(flattened(error.detail))) from None


def flattened(detail: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """The lists of errors in it, each with the way that leads there."""
    if isinstance(detail, list) and not any(isinstance(one, dict) for one in detail):
        yield way, detail
        return
    for name, inner in detail.items() if isinstance(detail, dict) else enumerate(detail):
        is_here = name == api_settings.NON_FIELD_ERRORS_KEY
        yield from flattened(inner, way if is_here and way else f"{way}.{name}".lstrip("."))
