"""What the document says of lots: those that are open have other fields than closed ones."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework.serializers import ChoiceField, IntegerField, Serializer

from reference.fields import AccountField, CurrencyField
from rest.bodies import JSON
from rest.openapi.examples import CSV, NDJSON
from rest.openapi.extensions import CURSOR, SIZE, Objects, Schema, choice_parameter, object_schema
from rest.openapi.schema import header
from rest.serializers import InstantField, TickerField
from trades.openapi.operations import Count, Link, Sum, Total

from ..in_turn import GROUPS, told_of
from ..lot_list import FIELDS, STATES
from ..lots import METHODS
from .operations import ABOUT_METHODS

FORMATS = ("json", "csv", "ndjson")
FILE_NAME = header("Content-Disposition", {"type": "string"}, "Of a file: its name.", 200, required=False)


class Lot(Serializer[Any]):
    account = AccountField(help_text="Only with group=account.")
    ticker, currency = TickerField(), CurrencyField(help_text="The major unit: GBP for prices in GBX.")
    multiplier = Total(help_text="Units in one: the instrument's; else 100 for the symbol of a listed option, else 1.")
    quantity = Sum(help_text="Negative for units sold short.")
    acquired_at = InstantField(allow_null=True, help_text="When the lot was opened; null at average cost.")
    opened_by = IntegerField(allow_null=True, help_text="The trade that opened it; null at average cost.")
    price = Sum(help_text="Of one unit.")
    disposed_at = InstantField(help_text="When it was closed.")
    closed_by = IntegerField(help_text="The trade that closed it.")
    days_held = Count(allow_null=True, help_text="Midnights in tz between the two; null at average cost.")
    proceeds = Sum(help_text="What was received for it.")
    basis = Sum(help_text="What was paid for it; of an open lot of units sold short, less than zero.")
    fees = Sum(help_text="Its share of the fees of its trades; negative for rebates.")
    profit = Sum(help_text="proceeds - basis.")
    profit_after_fees = Sum(help_text="profit - fees.")


class States(Objects):
    target_class = "portfolio.openapi.lots.Lot"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        every = super().map_serializer(auto_schema, direction)["properties"]
        return {"oneOf": [of_state(every, state) for state in STATES]}


def of_state(every: Schema, state: str) -> Schema:
    names = (*told_of("account"), *FIELDS[state])
    required = [name for name in names if name != "account"]
    return object_schema({name: every[name] for name in names}, required, title=f"{state.capitalize()} lot")


@extend_schema_serializer(many=False)
class Lots(Serializer[Any]):
    state, method = ChoiceField(STATES), ChoiceField(tuple(METHODS))
    next, results = Link(help_text="The address of the next page."), Lot(many=True)


document_lots = extend_schema_view(
    list=extend_schema(
        description="Which units were acquired and disposed of, lot by lot, exactly. With format=csv or "
        "format=ndjson, all of them are in one file.",
        tags=["portfolio"],
        filters=True,
        parameters=[
            choice_parameter("state", STATES, "Lots that are still held, or those that were disposed of."),
            choice_parameter("method", tuple(METHODS), ABOUT_METHODS),
            choice_parameter("group", GROUPS, "Whether each account has lots of its own."),
            choice_parameter("format", FORMATS, "Takes precedence over Accept. A file has no pages."),
            SIZE,
            CURSOR,
            FILE_NAME,
        ],
        responses={
            (200, JSON): OpenApiResponse(Lots, "A page, sorted by ticker; or a file."),
            (200, CSV): str,
            (200, NDJSON): str,
        },
    )
)
