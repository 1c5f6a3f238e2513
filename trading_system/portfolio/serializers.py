"""Corporate actions in JSON: a split has `new` and `old`, a rename has `to`."""

from typing import Any

from rest_framework import serializers

from rest.serializers import InstantField, Strict, TickerField

from .models import ABOVE_ZERO, FIELDS_OF, MAX_RATIO, NO_KIND, OTHER_TICKER, CorporateAction, Kind

GIVEN = ("kind", "ticker", "timestamp", "new", "old", "to")


class RatioField(serializers.IntegerField):
    """One of a ratio's two numbers."""

    default_error_messages = {"min_value": ABOVE_ZERO}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_RATIO, required=False, allow_null=True, **options)


class CorporateActionSerializer(Strict, serializers.ModelSerializer[CorporateAction]):
    """After `save`, `is_new` says whether the action was added, or was there already."""

    is_new = False
    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(Kind.choices, error_messages={"invalid_choice": NO_KIND})
    ticker = TickerField()
    timestamp = InstantField(help_text="Trades before it are changed.")
    new = RatioField(help_text="Of a split: so many units there are now")
    old = RatioField(help_text="for so many before. 1 for 8 is a reverse split.")
    to = TickerField(required=False, allow_null=True, help_text="Of a rename: the new ticker.")
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    class Meta:
        model = CorporateAction
        fields = ("id", *GIVEN, "created_at", "updated_at")
        validators = ()  # rules of several fields are the database's alone

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """All fields of the action as it is to be; those of the other kind are None."""
        action: dict[str, Any] = {name: attributes.get(name, getattr(self.instance, name, None)) for name in GIVEN}
        kind, other = (Kind.SPLIT, Kind.RENAME) if action["kind"] == Kind.SPLIT else (Kind.RENAME, Kind.SPLIT)
        foreign = [name for name in FIELDS_OF[other] if attributes.get(name) is not None]
        errors = {name: [f"Belongs to a {other} only."] for name in foreign}
        missing = [name for name in FIELDS_OF[kind] if action[name] is None]
        errors |= {name: ["This field is required."] for name in missing}
        if action["to"] == action["ticker"]:
            errors["to"] = [OTHER_TICKER]
        if errors:
            raise serializers.ValidationError(errors)
        return action | dict.fromkeys(FIELDS_OF[other])

    def create(self, validated_data: dict[str, Any]) -> CorporateAction:
        action, self.is_new = CorporateAction.objects.enter(validated_data, self.context["request"].user)
        return action

    def update(self, instance: CorporateAction, validated_data: dict[str, Any]) -> CorporateAction:
        return CorporateAction.objects.change(instance, validated_data, self.context["request"].user)
