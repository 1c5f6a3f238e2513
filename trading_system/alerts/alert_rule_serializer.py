"""Rules in JSON: the fields that do not apply to a rule's kind are not there, and are refused."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from rest.serializers import InstantField, Strict, TextField, TickerField, WholeField

from .alert_rules import (
    DEFAULTS,
    HOURS_LENGTH,
    MARGIN,
    MAX_GLOBS,
    MAX_NOTIFY,
    NOTIFY_LENGTH,
    OF_SOME,
    THRESHOLD,
    WAIT,
    WINDOW,
    AlertRule,
    hours_form,
    notify_form,
)
from .columns import MAX_WINDOWS, Severity
from .fields import (
    ListField,
    RangeField,
    SecondsField,
    id_field,
    kind_field,
    rule_name_field,
    severity_field,
)
from .kinds import nouns

GENERAL: dict[str, Any] = {  # what a rule of any kind has if it does not say
    "tickers": ["*"],
    "cooldown": Decimal(0),
    "hours": None,
    "severity": Severity.WARNING.value,
    "notify": [],
}


class RuleSerializer(Strict):
    """What a rule says, without when it was said."""

    name = rule_name_field()
    kind = kind_field()
    tickers = ListField(TickerField(), MAX_GLOBS, min_length=1, help_text='Globs, with * ? and [...]; default ["*"].')
    threshold = RangeField(
        THRESHOLD, help_text="Percent of a rise or fall, the price of a level, or how many times the usual volume."
    )
    window = SecondsField(WINDOW, required=False, help_text="Seconds; default 60. Not of levels.")
    confirm = SecondsField(WAIT, required=False, help_text="Seconds for a second tick; default 2. Not of volumes.")
    cooldown = SecondsField(WAIT, required=False, help_text="Seconds without another alert of the ticker; default 0.")
    rearm = SecondsField(WAIT, required=False, help_text="Seconds; default 5. Of rises and falls.")
    margin = RangeField(MARGIN, required=False, help_text="Percent; default 1. Of levels.")
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
    id = id_field()
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
