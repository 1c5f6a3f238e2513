"""What the document says of changes: what was deleted is told by its id alone."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.serializers import BooleanField, CharField, ChoiceField, IntegerField, Serializer

from rest.bodies import JSON
from rest.openapi.extensions import TEXT, Objects, Schema, choice_parameter, object_schema, parameter
from rest.serializers import InstantField

from ..change_stream import EventStreamRenderer
from ..changes_api import CHANGES, MAX_CHANGES, MAX_WAIT
from ..serializers import TradeSerializer

DELETE, OTHERS = "delete", ("insert", "update", "restore")


class RemovedTrade(Serializer[Any]):
    id = IntegerField(min_value=1, max_value=2**63 - 1)
    external_id = CharField(allow_null=True)
    account = CharField(help_text="The one that it was in.")


class LedgerChange(Serializer[Any]):
    change, at = ChoiceField((*OTHERS, DELETE)), InstantField()
    trade = TradeSerializer(help_text="As it was then.")
    removed = RemovedTrade(help_text="It was deleted, or has moved to an account that is not followed.")


class Kinds(Objects):
    target_class = "trades.openapi.changes.LedgerChange"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        every = super().map_serializer(auto_schema, direction)["properties"]
        kept, removed = every["trade"], every["removed"]
        return {"oneOf": [of_kinds(every, OTHERS, kept), of_kinds(every, (DELETE,), removed)]}


def of_kinds(every: Schema, kinds: tuple[str, ...], trade: Schema) -> Schema:
    kind = {**TEXT, "enum": list(kinds)}
    return object_schema({"change": kind, "at": every["at"], "trade": trade}, title=f"Change: {', '.join(kinds)}")


class ChangePage(Serializer[Any]):
    results: Any = LedgerChange(many=True)
    cursor = CharField(help_text="Behind this page: what was at or before it is complete.")
    more = BooleanField(help_text="Whether there are more already.")
    lag = CharField(
        help_text="Seconds since the oldest transaction began that still writes: newer changes wait for it."
    )


SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_CHANGES, "default": CHANGES}
WAITS = {"type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": 0}
document_changes = extend_schema(
    description="Every insertion, update, deletion and restoration in the accounts that you see, in an order in which "
    "nothing is missed. 409 says that the cursor does not hold any more: begin anew, without it.",
    parameters=[
        parameter(
            "after", TEXT, "The cursor of the page before. now is the present end; without it, all from the first."
        ),
        choice_parameter("format", ("json", "sse"), "A page, or server-sent events. Takes precedence over Accept."),
        parameter("wait", WAITS, "How many seconds to wait for a change, if there is none."),
        parameter("page_size", SIZES, "Changes per page, at most."),
    ],
    filters=True,
    responses={(200, JSON): ChangePage, (200, EventStreamRenderer.media_type): str},
)
