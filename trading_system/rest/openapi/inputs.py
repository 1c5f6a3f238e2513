"""What a request may have in it: parameters and headers."""

from collections.abc import Iterable
from typing import Any

from ..forms import MAX_TICKERS, MomentField, TickersField, ZoneField
from ..pagination import MAX_PAGE_SIZE, NEWEST_FIRST, OLDEST_FIRST, PAGE_SIZE
from .shapes import GIVEN_TICKER, KEY, TEXT, Schema, array

# A filter that is empty is none: so forms send those that were not filled in.
FILTER_SCHEMAS: dict[type, Schema] = {
    TickersField: array(GIVEN_TICKER, maxItems=MAX_TICKERS, default=[]),
    MomentField: {**TEXT, "anyOf": [{"format": "date"}, {"format": "date-time"}, {"const": ""}], "default": ""},
    ZoneField: {**TEXT, "default": "UTC"},
}


def parameter(name: str, schema: Schema, description: str, where: str = "query", **more: Any) -> Schema:
    return {"name": name, "in": where, "description": description, "schema": schema, **more}


def choice(name: str, values: tuple[str, ...], description: str) -> Schema:
    """A parameter with some values, of which the first is the default."""
    return parameter(name, {**TEXT, "enum": list(values), "default": values[0]}, description)


def filter_parameters(filterset: Any, schemas: dict[type, Schema], names: Iterable[str] = ()) -> list[Schema]:
    """Parameters for the filters of a FilterSet; `schemas` are of the kinds of fields that are its own."""
    return [
        filter_parameter(name, filterset.base_filters[name], FILTER_SCHEMAS | schemas)
        for name in names or filterset.base_filters
    ]


def filter_parameter(name: str, given: Any, schemas: dict[type, Schema]) -> Schema:
    schema = schemas[given.field_class]
    several: Schema = {"style": "form", "explode": False} if schema["type"] == "array" else {}
    return parameter(name, schema, given.extra["help_text"], **several)


SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
CURSOR = parameter("cursor", TEXT, "Where the page begins: it is in the addresses that next and previous give.")
PAGING = [
    choice("ordering", (NEWEST_FIRST, OLDEST_FIRST), "Newest first, or oldest first."),
    parameter("page_size", SIZES, "How many a page has."),
    choice("count", ("false", "true"), "Whether to count those of all pages."),
    CURSOR,
]
IDEMPOTENCY_KEY = parameter(
    "Idempotency-Key", KEY, "A name of this request: however often it is sent, it is carried out once.", "header"
)
