"""Rules in JSON: the fields that do not apply to a rule's kind are not there, and are refused."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from rest.serializers import ExactField, InstantField, Strict, TextField, TickerField

from .alert_rules import (
    DEFAULTS,
    HOURS_LENGTH,
    LARGEST,
    MARGIN_DECIMALS,
    MAX_GLOBS,
    MAX_MARGIN,
    MAX_NOTIFY,
    MAX_SECONDS,
    NOTIFY_LENGTH,
    OF_SOME,
    OUT_OF_RANGE,
    SECOND_DECIMALS,
    SMALLEST,
    AlertRule,
    hours_form,
    notify_form,
)
from .columns import DECIMALS, MAX_WINDOWS, WHOLE_DIGITS, Severity
from .fields import WholeField, kind_field, rule_name_field, severity_field
from .kinds import nouns
from .told import number

GENERAL: dict[str, Any] = {  # what a rule of any kind has if it does not say
    "tickers": ["*"],
    "cooldown": Decimal(0),
    "hours": None,
    "severity": Severity.WARNING.value,
    "notify": [],
}
ABOVE_ZERO, NOT_BELOW = "Must be above zero.", "Must not be below zero."


class SecondsField(ExactField):
    """A duration: sent as a number or a string, answered as a number."""

    def __init__(self, *, zero: bool = True, **options: Any) -> None:
        self.is_positive = not zero
        digits = {"max_digits": 5 + SECOND_DECIMALS, "decimal_places": SECOND_DECIMALS}
        super().__init__(**digits, required=False, **options)

    def validate_precision(self, value: Decimal) -> Decimal:
        """Also its range, of which a number with too many digits would be told as such."""
        if value < 0 or (self.is_positive and value == 0):
            raise serializers.ValidationError(ABOVE_ZERO if self.is_positive else NOT_BELOW)
        if value > MAX_SECONDS:
            raise serializers.ValidationError(f"Must be at most {MAX_SECONDS}.")
        return super().validate_precision(value)

    def to_representation(self, value: Decimal) -> Any:
        return number(value)


class MarginField(ExactField):
    """A percentage from 0 to below MAX_MARGIN."""

    def __init__(self) -> None:
        super().__init__(max_digits=2 + MARGIN_DECIMALS, decimal_places=MARGIN_DECIMALS, required=False)

    def validate_precision(self, value: Decimal) -> Decimal:
        if not 0 <= value < MAX_MARGIN:
            raise serializers.ValidationError(f"Must be from 0 to below {MAX_MARGIN}.")
        return super().validate_precision(value)


class ThresholdField(ExactField):
    """From SMALLEST to LARGEST."""

    def __init__(self) -> None:
        about = "Percent of a rise or fall, the price of a level, or how many times the usual volume."
        super().__init__(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, help_text=about)

    def validate_precision(self, value: Decimal) -> Decimal:
        if not SMALLEST <= value <= LARGEST:
            raise serializers.ValidationError(OUT_OF_RANGE)
        return super().validate_precision(value)


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


class RuleSerializer(Strict):
    """What a rule says, without when it was said."""

    name = rule_name_field()
    kind = kind_field()
    tickers = ListField(TickerField(), MAX_GLOBS, min_length=1, help_text='Globs, with * ? and [...]; default ["*"].')
    threshold = ThresholdField()
    window = SecondsField(zero=False, help_text="Seconds; default 60. Not of levels.")
    confirm = SecondsField(help_text="Seconds to wait for a second tick; default 2. Not of volumes.")
    cooldown = SecondsField(help_text="Seconds without another alert of the ticker; default 0.")
    rearm = SecondsField(help_text="Seconds; default 5. Of rises and falls.")
    margin = MarginField()
    windows = WholeField(min_value=1, max_value=MAX_WINDOWS, required=False, help_text="Default 10. Of volumes.")
    hours = TextField(
        max_length=HOURS_LENGTH,
        validators=[hours_form],
        required=False,
        allow_null=True,
        help_text="The code of an exchange: ticks outside its hours do not count.",
    )
    severity = severity_field()
    notify = ListField(TextField(max_length=NOTIFY_LENGTH, validators=[notify_form]), MAX_NOTIFY)
    sometimes = OF_SOME

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """All fields of the rule as it is to be; those of other kinds are None."""
        before = self.instance if self.partial else None
        kind = attributes.get("kind") or getattr(before, "kind", None)
        own = DEFAULTS[str(kind)]
        foreign = [name for name in OF_SOME if name in attributes and name not in own]
        if foreign:
            raise serializers.ValidationError({name: [f"Belongs to {kinds_with(name)} only."] for name in foreign})
        kept = {name: value for name in (*own, *GENERAL) if (value := getattr(before, name, None)) is not None}
        return dict.fromkeys(OF_SOME) | GENERAL | dict(own) | kept | attributes

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Of a rule, or of one that was told already."""
        if isinstance(instance, dict):
            return instance
        told = super().to_representation(instance)
        return {name: value for name, value in told.items() if name not in OF_SOME or value is not None}


class AlertRuleSerializer(RuleSerializer):
    """After `save`, `is_new` is True: a name that is taken is a conflict."""

    is_new = True
    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**31 - 1)
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    def create(self, validated_data: dict[str, Any]) -> AlertRule:
        return AlertRule.objects.enter(validated_data)

    def update(self, instance: AlertRule, validated_data: dict[str, Any]) -> AlertRule:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        return instance


def kinds_with(field: str) -> str:
    """The kinds that have the field, as an error names them."""
    return nouns(kind for kind, own in DEFAULTS.items() if field in own)
