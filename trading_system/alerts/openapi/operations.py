"""What the document says of alerts: a rise has the fields of its low, a fall those of its high."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.extensions import TEXT, Objects, Schema, object_schema

from ..selection import BASES


class Moves(Objects):
    target_class = "alerts.serializers.AlertSerializer"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        every = super().map_serializer(auto_schema, direction)
        if direction == "response":
            every["properties"]["window_seconds"] = {"type": "number", "exclusiveMinimum": 0}
        return {"oneOf": [of_kind(every, *kinds) for kinds in (("rise", "fall"), ("fall", "rise"))]}


def of_kind(every: Schema, kind: str, other: str) -> Schema:
    """The fields of this kind are required, except for the feed's number; those of the other kind are not there."""
    own, foreign = ((BASES[one], f"{one}_percent") for one in (kind, other))
    properties = {name: one for name, one in every["properties"].items() if not name.startswith(foreign)}
    has_to_be = (*every["required"], own[0], f"{own[0]}_timestamp", own[1])
    needed = [name for name in properties if name in has_to_be]
    return every | object_schema(properties | {"kind": {**TEXT, "const": kind}}, needed, title=kind.capitalize())


ABOUT = "The object that client.py --json prints. The same id again changes nothing."
document_alerts = extend_schema_view(create=extend_schema(description=ABOUT))
