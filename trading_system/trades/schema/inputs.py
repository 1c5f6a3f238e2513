"""What a request may have in it: parameters, headers, and bodies with their examples."""

from typing import Any

from django.forms import CharField

from ..filters import TradeFilter
from ..forms import MAX_TICKERS, AmountField, MomentField, SideField, TickersField, ZoneField
from ..models import Side
from ..pagination import MAX_PAGE_SIZE, NEWEST_FIRST, OLDEST_FIRST, PAGE_SIZE
from ..upload import OPTIONS
from .examples import FORMS, JSON, examples
from .shapes import AMOUNT_TEXT, GIVEN_TICKER, ID, KEY, NAME, TEXT, Schema, array, or_empty

# A filter that is empty is none: so forms send those that were not filled in.
FILTER_SCHEMAS: dict[type, Schema] = {
    TickersField: array(GIVEN_TICKER, maxItems=MAX_TICKERS, default=[]),
    MomentField: {**TEXT, "anyOf": [{"format": "date"}, {"format": "date-time"}, {"const": ""}], "default": ""},
    AmountField: or_empty(AMOUNT_TEXT),
    SideField: {**TEXT, "enum": ["", *Side.values], "default": ""},
    ZoneField: {**TEXT, "default": "UTC"},
    CharField: or_empty(NAME),
}


def parameter(name: str, schema: Schema, description: str, where: str = "query", **more: Any) -> Schema:
    return {"name": name, "in": where, "description": description, "schema": schema, **more}


def choice(name: str, values: tuple[str, ...], description: str) -> Schema:
    """A parameter with some values, of which the first is the default."""
    return parameter(name, {**TEXT, "enum": list(values), "default": values[0]}, description)


def filter_parameter(name: str) -> Schema:
    given = TradeFilter.base_filters[name]
    schema = FILTER_SCHEMAS[given.field_class]
    several: Schema = {"style": "form", "explode": False} if schema["type"] == "array" else {}
    return parameter(name, schema, given.extra["help_text"], **several)


FILTERS = [filter_parameter(name) for name in TradeFilter.base_filters]
SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
CURSOR = parameter("cursor", TEXT, "Where the page begins: it is in the addresses that next and previous give.")
PAGING = [
    choice("ordering", (NEWEST_FIRST, OLDEST_FIRST), "Newest first, or oldest first."),
    parameter("page_size", SIZES, "How many trades a page has."),
    choice("count", ("false", "true"), "Whether to count the trades of all pages."),
    CURSOR,
]
UPLOADING = [
    choice("on_error", OPTIONS["on_error"], "Rows that are no trades: abort writes nothing then, skip the others."),
    choice("dry_run", OPTIONS["dry_run"], "Whether to write nothing, and only report."),
    choice("again", OPTIONS["again"], "Whether to add the trades of a file that was imported before."),
]
FORMAT = choice("format", ("csv", "ndjson"), "In place of Accept.")
TRADE_ID = parameter("id", ID, "The trade's id.", "path", required=True, example=1)
IF_MATCH = parameter(
    "If-Match", {**TEXT, "default": "*"}, "ETags of versions, one of which the trade has to be; or * for any.", "header"
)
IF_NONE_MATCH = parameter(
    "If-None-Match", {**TEXT, "default": '""'}, "ETags of versions that you have, and need not be sent again.", "header"
)
IDEMPOTENCY_KEY = parameter(
    "Idempotency-Key", KEY, "A name of this request: however often it is sent, it is carried out once.", "header"
)


def body(action: str, schemas: dict[str, Schema]) -> Schema:
    """A body of one of these media types."""
    return {
        "required": True,
        "content": {
            type_: {
                "schema": schema,
                **examples(action, "body", media_type=JSON if type_ in FORMS else type_, accepted=True),
            }
            for type_, schema in schemas.items()
        },
    }
