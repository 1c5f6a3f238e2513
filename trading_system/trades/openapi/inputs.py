"""What a request of trades may have in it: parameters and headers."""

from django.forms import CharField

from rest.forms import AmountField
from rest.openapi.inputs import choice, filter_parameters, parameter
from rest.openapi.shapes import ID, TEXT, Schema, or_empty

from ..filters import SideField, TradeFilter
from ..models import Side
from ..upload import OPTIONS
from .shapes import AMOUNT_TEXT, NAME

OWN_SCHEMAS: dict[type, Schema] = {
    AmountField: or_empty(AMOUNT_TEXT),
    SideField: {**TEXT, "enum": ["", *Side.values], "default": ""},
    CharField: or_empty(NAME),
}
FILTERS = filter_parameters(TradeFilter, OWN_SCHEMAS)
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
