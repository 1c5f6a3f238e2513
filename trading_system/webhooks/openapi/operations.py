"""What the document says of webhooks. Their deliveries are declared for it alone: no serializer runs."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from rest.openapi.extensions import PAGING, parameter
from rest.serializers import InstantField

from ..events import DELIVERED
from ..serializers import WebhookSerializer

STATES = ("waiting", "delivered")


class Delivery(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    message = serializers.CharField(help_text="The header `webhook-id`: the same in each attempt.")
    type = serializers.ChoiceField(DELIVERED)
    state = serializers.ChoiceField(STATES)
    created_at = InstantField()
    attempts = serializers.IntegerField(min_value=0, help_text="Since the webhook was last enabled.")
    attempted_at = InstantField(allow_null=True, help_text="When the last attempt ended.")
    next_attempt_at = InstantField(allow_null=True, help_text="Not before; null if it was delivered.")
    delivered_at = InstantField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="Of the last answer; null if none came.")
    problem = serializers.CharField(help_text="Why the last attempt failed; empty if it did not.")
    payload = serializers.DictField(help_text="The body: type, timestamp and data.")


@extend_schema_serializer(many=False)
class Deliveries(serializers.Serializer[Any]):
    next, previous = serializers.URLField(allow_null=True), serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False, help_text="Only with count=true.")
    results = Delivery(many=True)


@extend_schema_serializer(many=False)
class Webhooks(serializers.Serializer[Any]):
    results = WebhookSerializer(many=True)


ID = {"type": "integer", "minimum": 1}
DELIVERY = parameter("delivery", ID, "The delivery's id.", "path")

document_webhooks = extend_schema_view(
    list=extend_schema(description="Your webhooks, oldest first.", responses={200: Webhooks}),
    create=extend_schema(description="The answer has the secret, which no other has. It is told what comes after."),
    rotate_secret=extend_schema(request=None, responses={200: WebhookSerializer}),
    ping=extend_schema(request=None, responses={201: Delivery}),
    deliveries=extend_schema(parameters=PAGING, responses={200: Deliveries}),
    redeliver=extend_schema(request=None, parameters=[DELIVERY], responses={200: Delivery}),
)
