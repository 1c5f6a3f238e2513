"""What nobody wants to hear of for a while, over HTTP: /api/alert-snoozes/."""

from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.mixins import DestroyModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from rest.serializers import InstantField, Strict, TickerField
from rest.views import CreateOnceMixin, StrictView

from .fields import id_field, rule_name_field
from .managers import username_of
from .polling import PolledMixin
from .snoozes import AlertSnooze, wrong_until


class AlertSnoozeSerializer(Strict):
    """After `save`, `is_new` says whether it was added, or another end was given to the one that was there."""

    is_new = False
    id = id_field()
    ticker = TickerField()
    rule = rule_name_field(required=False, allow_null=True, help_text="The name of a rule; null: every rule.")
    until = InstantField(help_text="When it ends.")
    created_by = serializers.CharField(read_only=True, allow_null=True)
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    def validate_until(self, until: datetime) -> datetime:
        if message := wrong_until(until):
            raise serializers.ValidationError(message)
        return until

    def create(self, validated_data: dict[str, Any]) -> AlertSnooze:
        given = {"rule": validated_data.get("rule") or "", "by": username_of(self.context["request"].user)}
        snooze, self.is_new = AlertSnooze.objects.enter(**{**validated_data, **given})
        return snooze

    def to_representation(self, instance: AlertSnooze) -> dict[str, Any]:
        told = super().to_representation(instance)
        return told | {"rule": told["rule"] or None}


class AlertSnoozeViewSet(
    StrictView, PolledMixin, CreateOnceMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet[AlertSnooze]
):
    """Tickers whose alerts are told to nobody for a while, the newest first."""

    queryset = AlertSnooze.objects.all()
    serializer_class = AlertSnoozeSerializer
    known_parameters = {"list": {"active"}}

    def get_queryset(self) -> Any:
        """With `active=true`, those that are not over."""
        rows: Any = super().get_queryset()
        return rows.active() if self.is_list_of("active") else rows
