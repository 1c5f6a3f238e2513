"""Webhooks in JSON. A secret is told once: in the answer that makes it."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers

from rest.serializers import FlagField, InstantField, Strict, TextField

from .events import EVENTS
from .models import DESCRIPTION_LENGTH, NO_EVENTS, Webhook, url_form
from .receivers import URL_LENGTH, refusal


class EventsField(serializers.ListField):
    """A JSON array of events, each once; answered in the order of EVENTS."""

    child = serializers.ChoiceField(EVENTS)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list) or not data or any(one not in EVENTS for one in data):
            raise serializers.ValidationError(NO_EVENTS)
        if len(set(data)) < len(data):
            raise serializers.ValidationError(NO_EVENTS)
        return [event for event in EVENTS if event in data]


class WebhookSerializer(Strict):
    """After `save`, `is_new` is True: each `POST` adds one."""

    is_new = True
    told: Webhook | None = None  # the one that was added
    sometimes = ("secret",)
    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**31 - 1)
    url = TextField(max_length=URL_LENGTH, validators=[url_form], help_text="Where messages are posted.")
    description = TextField(max_length=DESCRIPTION_LENGTH, required=False, allow_blank=True)
    events = EventsField(help_text="What is told, each once.")
    is_enabled = FlagField(required=False, help_text="true, after it was false: goes on from where it stood.")
    disabled_reason = serializers.CharField(
        read_only=True, help_text="Why the ledger disabled it; empty if somebody did, or nobody."
    )
    secret = serializers.CharField(
        read_only=True, help_text="What messages are signed with. Only in the answers that make one."
    )
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    def validate_url(self, url: str) -> str:
        if text := refusal(url, is_private_allowed=settings.WEBHOOK_PRIVATE_ADDRESSES):
            raise serializers.ValidationError(text)
        return url

    def create(self, validated_data: dict[str, Any]) -> Webhook:
        self.told = Webhook.objects.enter({**validated_data, "owner_id": self.context["request"].user.pk})
        return self.told

    def update(self, instance: Webhook, validated_data: dict[str, Any]) -> Webhook:
        """One that is replaced keeps what is not given."""
        is_enabled = validated_data.pop("is_enabled", instance.is_enabled)
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.keep(*validated_data)
        if is_enabled and not instance.is_enabled:
            instance.enable(timezone.now())
        elif instance.is_enabled and not is_enabled:
            instance.disable("")
        return instance

    def to_representation(self, instance: Webhook) -> dict[str, Any]:
        told = super().to_representation(instance)
        return told if instance is self.told else without_secret(told)


def without_secret(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "secret"}
