"""Alerts in JSON: the object that the watch prints."""

from typing import Any

import msgspec
from rest_framework import serializers

from rest.serializers import FlagField, InstantField, Strict, TextField, TickerField, WholeField, amount_field

from .columns import LARGEST_SEQ, MAX_WINDOWS, NO_REASON, Kind, Severity, Withdrawal
from .fields import kind_field, rule_name_field, severity_field
from .kinds import BASES, MEMBERS, OWN, kinds_with, required
from .models import AFTER, ID_LENGTH, Alert, id_form

RISING = (Kind.RISE, Kind.ABOVE)
LEFT_OUT = {"seq": None, "received": None, "severity": Severity.WARNING.value, "confirmed": True}


def seq_field(**options: Any) -> WholeField:
    """The feed's number of a tick, a JSON number."""
    return WholeField(min_value=0, max_value=LARGEST_SEQ, allow_null=True, required=False, **options)


class AlertSerializer(Strict):
    """Reads an alert as columns of the model; an instance is the JSON text that PostgreSQL wrote.

    After `save`, `is_new` says whether it was added, or was there already.
    """

    is_new = False
    sometimes = ("held",)
    id = TextField(
        max_length=ID_LENGTH, validators=[id_form], help_text="The same spike of the same feed always has the same id."
    )
    kind = kind_field()
    rule = rule_name_field(required=False, help_text="The name of the rule; without it, the kind.")
    severity = severity_field()
    ticker = TickerField()
    price = amount_field()
    timestamp = InstantField()
    seq = seq_field(help_text="The tick's sequence number in the feed.")
    low, high = amount_field(required=False), amount_field(required=False)
    low_timestamp, high_timestamp = InstantField(required=False), InstantField(required=False)
    low_seq, high_seq = seq_field(), seq_field()
    rise_percent, fall_percent = amount_field(required=False), amount_field(required=False)
    threshold_percent = amount_field(required=False)
    level = amount_field(required=False)
    previous_price = amount_field(required=False)
    previous_timestamp, previous_seq = InstantField(required=False), seq_field()
    volume = amount_field(required=False, help_text="What was traded in the window so far.")
    mean_volume = amount_field(required=False, help_text="What was traded on average in the windows before.")
    threshold_times = amount_field(required=False)
    window_seconds = amount_field(required=False)
    windows = WholeField(min_value=1, max_value=MAX_WINDOWS, required=False)
    gap = FlagField(help_text="Whether ticks of the window were lost.")
    confirmed = FlagField(required=False, help_text="false: time alone spoke for the price, and no second tick.")
    received = InstantField(required=False, allow_null=True, help_text="When the tick arrived.")
    created_at = InstantField(read_only=True, help_text="When the ledger stored the alert.")
    acknowledged_at = InstantField(read_only=True, allow_null=True, help_text="When somebody acknowledged it.")
    acknowledged_by = serializers.CharField(read_only=True, allow_null=True, help_text="Who did; null without a login.")
    withdrawn_at = InstantField(read_only=True, allow_null=True, help_text="When a watch withdrew it.")
    withdrawn_reason = serializers.CharField(
        read_only=True, allow_null=True, help_text="What became of the trade that raised it: cancelled or corrected."
    )
    held = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="What the accounts that you see held of the ticker then; null if nothing. Not in the answer to POST.",
    )

    def create(self, validated_data: dict[str, Any]) -> str:
        line, self.is_new = Alert.objects.record(validated_data)
        return line

    def to_representation(self, instance: str) -> dict[str, Any]:
        """Its values as they were written, but for the id."""
        members: dict[str, Any] = msgspec.json.decode(instance, type=dict[str, msgspec.Raw])
        return members | {"id": msgspec.json.decode(members["id"])}

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """The columns of the model: each member that is a kind's own has one name there, whatever the kind."""
        kind = attributes["kind"]
        names = MEMBERS[kind]
        foreign = [name for name in attributes if kinds_with(name) and name not in names.values()]
        errors = {name: [f"Belongs to {kinds_with(name)} only."] for name in foreign}
        missing = [names[column] for column in required(kind) if names[column] not in attributes]
        errors |= {name: ["This field is required."] for name in missing}
        if errors:
            raise serializers.ValidationError(errors)
        found = dict.fromkeys(OWN) | {column: attributes.pop(name, None) for column, name in names.items()}
        contradictions = dict(contradicted(kind, attributes, found))
        if contradictions:
            raise serializers.ValidationError({names[one]: [why] for one, why in contradictions.items()})
        return {**LEFT_OUT, "rule": kind, **attributes, **found}


class WithdrawalSerializer(Strict):
    """Why an alert is withdrawn."""

    reason = serializers.ChoiceField(Withdrawal.choices, error_messages={"invalid_choice": NO_REASON})


def contradicted(kind: str, attributes: dict[str, Any], found: dict[str, Any]) -> list[tuple[str, str]]:
    """The columns whose values cannot be, beside those of the tick that raised it; and why."""
    errors: list[tuple[str, str]] = []
    price, base, level = attributes["price"], found["base_price"], found["level"]
    if base is not None and found["base_timestamp"] > attributes["timestamp"]:
        errors.append(("base_timestamp", AFTER))
    side, other = ("below", "above") if kind in RISING else ("above", "below")
    if kind in BASES and not lies(base, side, price):
        errors.append(("base_price", f"Must be {side} price."))
    if level is not None and not lies(level, side, price):
        errors.append(("level", f"Must be {side} price."))
    elif level is not None and lies(base, other, level):
        errors.append(("base_price", f"Must not be {other} level."))
    return errors


def lies(one: Any, side: str, other: Any) -> bool:
    """Whether one amount is on this side of another."""
    return bool(one < other if side == "below" else one > other)
