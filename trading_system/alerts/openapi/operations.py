"""What the document says of alerts, of which each kind has its own fields, and of what raises and silences them."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.extensions import TEXT, Objects, Schema, choice_parameter, object_schema
from rest.openapi.schema import ETAG, SEEN

from ..kinds import MEMBERS, required
from ..previews_api import ALL, AlertPreviewSerializer, PreviewAnswerSerializer
from ..serializers import AlertSerializer

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


def polled(about: str, *parameters: Any) -> Any:
    """A list that a watch asks for again and again."""
    return extend_schema(description=about, parameters=[*parameters, SEEN, ETAG])


ABOUT = "The object that client.py --json prints. The same id again changes nothing, but that it may confirm the alert."
AS_IT_IS_NOW = extend_schema(request=None, responses={200: AlertSerializer})


def document_alerts(view: Any) -> Any:
    """The view; what shares the address of another action is out of reach of `extend_schema_view`."""
    AS_IT_IS_NOW(view.reopen)
    return extend_schema_view(create=extend_schema(description=ABOUT), acknowledge=AS_IT_IS_NOW)(view)


document_rules = extend_schema_view(
    list=polled("All rules, by name. 304 if none has changed."),
    update=extend_schema(description="Optional fields that are left out get their defaults."),
)
document_snoozes = extend_schema_view(
    list=polled(
        "All snoozes, newest first. 304 if none has changed.",
        choice_parameter("active", ALL, "Only those that are not over."),
    ),
    create=extend_schema(description="Where the ticker is snoozed for the rule already, that one ends then."),
)
document_previews = extend_schema_view(
    list=polled(
        "All previews, newest first. 304 if none has changed.",
        choice_parameter("pending", ALL, "Only those that wait."),
    ),
    create=extend_schema(description="A watch that runs with --api answers it."),
    partial_update=extend_schema(
        description="A watch answers; the first answer stays.",
        request=PreviewAnswerSerializer,
        responses={200: AlertPreviewSerializer},
    ),
)
