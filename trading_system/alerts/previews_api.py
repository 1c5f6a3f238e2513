"""What a rule would have raised, over HTTP: /api/alert-previews/. People ask, a watch answers."""

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from rest.serializers import InstantField, WholeField
from rest.views import CreateOnceMixin, StrictView

from .alert_rule_serializer import RuleSerializer
from .alert_rules import AlertRule
from .columns import LARGEST_SEQ
from .fields import Nested, id_field
from .polling import PolledMixin
from .previews import MAX_SHOWN, AlertPreview
from .serializers import AlertSerializer
from .told import as_told

AT_MOST: Any = {"max_length": MAX_SHOWN}  # of the list
STATUSES = ("waiting", "done")


def count_field(**options: Any) -> WholeField:
    return WholeField(min_value=0, max_value=LARGEST_SEQ, **options)


class AlertPreviewSerializer(Nested):
    """What a person asks, and what was answered."""

    is_new = True
    id = id_field()
    rule = RuleSerializer()
    status = serializers.ChoiceField(STATUSES, read_only=True)
    begin, end = InstantField(read_only=True, allow_null=True), InstantField(read_only=True, allow_null=True)
    ticks, count = count_field(read_only=True, allow_null=True), count_field(read_only=True, allow_null=True)
    alerts = serializers.ListField(
        child=serializers.DictField(), read_only=True, max_length=MAX_SHOWN, help_text="The first of them."
    )
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    def create(self, validated_data: dict[str, Any]) -> AlertPreview:
        return AlertPreview.objects.ask(dict(RuleSerializer(AlertRule(**validated_data["rule"])).data))


class PreviewAnswerSerializer(Nested):
    """What a watch answers, in full. The first answer stays."""

    begin = InstantField(allow_null=True, help_text="What it looked at begins here; null if it has seen nothing.")
    end = InstantField(allow_null=True)
    ticks = count_field(help_text="How many it looked at.")
    count = count_field(help_text="How many alerts the rule would have raised.")
    alerts: Any = AlertSerializer(many=True, **AT_MOST, help_text="The first, as the watch prints alerts.")

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        begin, end = attributes["begin"], attributes["end"]
        if (begin is None) != (end is None):
            raise serializers.ValidationError({"end": ["Is there if begin is."]})
        if begin is not None and end < begin:
            raise serializers.ValidationError({"end": ["Must not be before begin."]})
        if attributes["count"] < len(attributes["alerts"]):
            raise serializers.ValidationError({"count": ["Must not be below the number of alerts."]})
        return attributes | {"alerts": [as_told(alert) for alert in attributes["alerts"]]}

    def update(self, instance: AlertPreview, validated_data: dict[str, Any]) -> AlertPreview:
        if instance.ticks is None:
            for name, value in validated_data.items():
                setattr(instance, name, value)
            instance.save()
        return instance


class AlertPreviewViewSet(StrictView, PolledMixin, CreateOnceMixin, RetrieveModelMixin, GenericViewSet[AlertPreview]):
    """What rules would have raised, the newest first. They are forgotten after an hour."""

    queryset = AlertPreview.objects.all()
    serializer_class = AlertPreviewSerializer
    known_parameters = {"list": {"pending"}}

    def get_queryset(self) -> Any:
        """With `pending=true`, those that no watch has answered."""
        rows: Any = super().get_queryset().kept()  # type: ignore[attr-defined]
        if self.action == "partial_update":
            return rows.select_for_update()
        return rows.pending() if self.is_list_of("pending") else rows

    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A watch answers."""
        preview = self.get_object()
        answer = PreviewAnswerSerializer(preview, data=request.data)
        answer.is_valid(raise_exception=True)
        answer.save()
        return Response(self.get_serializer(preview).data)
