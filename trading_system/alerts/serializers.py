"""Alerts in JSON: the object that the watch prints."""

from typing import Any

import msgspec
from rest_framework import serializers

from rest.columns import above_zero
from rest.serializers import ExactField, InstantField, Strict, TextField, TickerField

from .models import DECIMALS, ID_LENGTH, LARGEST_SEQ, NO_KIND, WHOLE_DIGITS, Alert, Kind, id_form
from .selection import BASES


def amount_field(**options: Any) -> ExactField:
    """A decimal above zero within the columns' digits, from a number or a string."""
    digits = {"max_digits": WHOLE_DIGITS + DECIMALS, "decimal_places": DECIMALS}
    return ExactField(**digits, validators=[above_zero], **options)


class SeqField(serializers.IntegerField):
    """The feed's number of a tick, a JSON number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_SEQ, allow_null=True, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


class GapField(serializers.BooleanField):
    """A JSON boolean alone: not the texts and numbers that DRF takes for one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class AlertSerializer(Strict):
    """Reads an alert as columns of the model; an instance is the JSON text that PostgreSQL wrote.

    After `save`, `is_new` says whether it was added, or was there already.
    """

    is_new = False
    id = TextField(
        max_length=ID_LENGTH, validators=[id_form], help_text="The same spike of the same feed always has the same id."
    )
    kind = serializers.ChoiceField(Kind.choices, error_messages={"invalid_choice": NO_KIND})
    ticker = TickerField()
    price = amount_field()
    timestamp = InstantField()
    seq = SeqField(required=False, help_text="The tick's sequence number in the feed.")
    low, high = amount_field(required=False), amount_field(required=False)
    low_timestamp, high_timestamp = InstantField(required=False), InstantField(required=False)
    low_seq, high_seq = SeqField(required=False), SeqField(required=False)
    rise_percent, fall_percent = amount_field(required=False), amount_field(required=False)
    threshold_percent = amount_field()
    window_seconds = amount_field()
    gap = GapField(help_text="Whether ticks of the window were lost.")
    received = InstantField(required=False, allow_null=True, help_text="When the tick arrived.")
    created_at = InstantField(read_only=True, help_text="When the ledger stored the alert.")

    def create(self, validated_data: dict[str, Any]) -> str:
        line, self.is_new = Alert.objects.record(validated_data)
        return line

    def to_representation(self, instance: str) -> dict[str, Any]:
        """Its values as they were written, but for the id."""
        members: dict[str, Any] = msgspec.json.decode(instance, type=dict[str, msgspec.Raw])
        return members | {"id": msgspec.json.decode(members["id"])}

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """The columns of the model: what a move is measured from has one name there, whichever way it goes."""
        kind = attributes["kind"]
        other = next(name for name in BASES if name != kind)
        foreign = [name for name in own_fields(other).values() if name in attributes]
        names = own_fields(kind)
        missing = [name for name in names.values() if name not in attributes and not name.endswith("_seq")]
        errors = {name: [f"Belongs to a {other} only."] for name in foreign}
        errors |= {name: ["This field is required."] for name in missing}
        if errors:
            raise serializers.ValidationError(errors)
        found = {column: attributes.pop(name, None) for column, name in names.items()}
        self.refuse_contradictions(attributes, found, names)
        return {"seq": None, "received": None, **attributes, **found}

    def refuse_contradictions(self, attributes: dict[str, Any], found: dict[str, Any], names: dict[str, str]) -> None:
        """ValidationError if the base is after the move, or not on the side of the price that `kind` says."""
        price, base = attributes["price"], found["base_price"]
        if found["base_timestamp"] > attributes["timestamp"]:
            raise serializers.ValidationError({names["base_timestamp"]: ["Must not be after timestamp."]})
        if not (base < price if attributes["kind"] == Kind.RISE else base > price):
            side = "below" if attributes["kind"] == Kind.RISE else "above"
            raise serializers.ValidationError({names["base_price"]: [f"Must be {side} price."]})


def own_fields(kind: str) -> dict[str, str]:
    """The columns that have a name of their own in each kind of move, and that name."""
    base = BASES[kind]
    return {
        "base_price": base,
        "base_timestamp": f"{base}_timestamp",
        "base_seq": f"{base}_seq",
        "percent": f"{kind}_percent",
    }
