"""What the document says of alerts, of which each kind has its own fields, and of what raises and silences them."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework.serializers import Serializer

from rest.openapi.extensions import TEXT, Objects, Schema, choice_parameter, object_schema
from rest.openapi.schema import ETAG, SEEN

from ..alert_rule_serializer import AlertRuleSerializer
from ..kinds import MEMBERS, required
from ..polling import FLAG
from ..previews_api import AlertPreviewSerializer, PreviewAnswerSerializer
from ..serializers import AlertSerializer, WithdrawalSerializer
from ..snoozes_api import AlertSnoozeSerializer

NAMES = {name for members in MEMBERS.values() for name in members.values()}
SECONDS = {"type": "number", "exclusiveMinimum": 0}


class Alerts(Objects):
    target_class = "alerts.serializers.AlertSerializer"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        every = super().map_serializer(auto_schema, direction)
        if direction == "response":
            every["properties"]["window_seconds"] = SECONDS
        return {"oneOf": [of_kind(every, kind, direction) for kind in MEMBERS]}


def of_kind(every: Schema, kind: str, direction: str) -> Schema:
    """The fields of this kind are required, except for the feed's number; those of other kinds are not there."""
    own = set(MEMBERS[kind].values())
    properties = {name: one for name, one in every["properties"].items() if name in own or name not in NAMES}
    needed = own if direction == "response" else {MEMBERS[kind][column] for column in required(kind)}
    names = [name for name in properties if name in needed or (name in every["required"] and name not in NAMES)]
    return every | object_schema(properties | {"kind": {**TEXT, "const": kind}}, names, title=kind.capitalize())


class Seconds(Objects):
    """Of a rule, durations are answered as numbers."""

    target_class = "alerts.alert_rule_serializer.RuleSerializer"
    match_subclasses = True
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        every = super().map_serializer(auto_schema, direction)
        if direction == "response":
            for name in ("window", "confirm", "cooldown", "rearm"):
                every["properties"][name] = {"type": "number", "minimum": 0}
        return every


@extend_schema_serializer(many=False)
class AlertRules(Serializer[Any]):
    results = AlertRuleSerializer(many=True)


@extend_schema_serializer(many=False)
class AlertSnoozes(Serializer[Any]):
    results = AlertSnoozeSerializer(many=True)


@extend_schema_serializer(many=False)
class AlertPreviews(Serializer[Any]):
    results = AlertPreviewSerializer(many=True)


def polled(about: str, answer: Any, *parameters: Any) -> Any:
    """A list that a watch asks for again and again."""
    return extend_schema(
        description=f"{about} 304 as long as none has changed.",
        parameters=[*parameters, SEEN, ETAG],
        responses={200: OpenApiResponse(answer, about), 304: OpenApiResponse(None, "You have this version.")},
        tags=TAGS,
    )


TAGS = ["alerts"]
IN_TAG = extend_schema(tags=TAGS)
ADD_ALERT = "The object that client.py --json prints. The same id again changes nothing, but that it may confirm it."
WITHDRAWN = extend_schema(request=WithdrawalSerializer, responses={200: AlertSerializer})
AS_IT_IS_NOW = extend_schema(request=None, responses={200: AlertSerializer})
ACTIVE = choice_parameter("active", FLAG, "true: only those that are not over.")
PENDING = choice_parameter("pending", FLAG, "true: only those that wait.")


def document_alerts(view: Any) -> Any:
    """The view; what shares the address of another action is out of reach of `extend_schema_view`."""
    AS_IT_IS_NOW(view.reopen)
    return extend_schema_view(
        create=extend_schema(description=ADD_ALERT), acknowledge=AS_IT_IS_NOW, withdraw=WITHDRAWN
    )(view)


document_rules = extend_schema_view(
    list=polled("All rules, by name.", AlertRules),
    create=IN_TAG,
    retrieve=IN_TAG,
    update=extend_schema(description="Optional fields that are left out get their defaults.", tags=TAGS),
    partial_update=extend_schema(description="Of another kind, it gets what applies to that.", tags=TAGS),
    destroy=IN_TAG,
)
document_snoozes = extend_schema_view(
    list=polled("All snoozes, newest first.", AlertSnoozes, ACTIVE),
    create=extend_schema(description="Where it is snoozed already, that ends at the new instant.", tags=TAGS),
    retrieve=IN_TAG,
    destroy=IN_TAG,
)
document_previews = extend_schema_view(
    list=polled("All previews, newest first.", AlertPreviews, PENDING),
    create=extend_schema(description="A watch that runs with --api answers it.", tags=TAGS),
    retrieve=IN_TAG,
    partial_update=extend_schema(
        description="A watch answers; the first answer stays.",
        request=PreviewAnswerSerializer,
        responses={200: AlertPreviewSerializer},
        tags=TAGS,
    ),
)
