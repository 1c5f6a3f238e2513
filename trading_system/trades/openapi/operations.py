"""The ledger's description in OpenAPI, an operation for each of its actions.

drf-spectacular finds the routes and serves the document. What it would guess of them is written out here instead,
since requests and answers differ, and most answers are not made by a serializer.
"""

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.body_sizes import MAX_UPLOAD
from rest.openapi.answers import ASK, DISPOSITION, ERRORS, ETAG, LOCATION, REPLAYED, SEND, Answers
from rest.openapi.examples import CSV, FORMS, JSON, NDJSON
from rest.openapi.inputs import CURSOR, IDEMPOTENCY_KEY, PAGING
from rest.openapi.shapes import TEXT, Schema, any_of, array, ref

from ..api import TradeViewSet
from ..parsers import FORMATS
from . import inputs
from .examples import EXCHANGES

told = Answers(EXCHANGES)
ALIASES = ", ".join(name for name in FORMATS if name not in (CSV, NDJSON, JSON))


def trade_body(action: str, component: str) -> Schema:
    return told.body(action, {type_: ref(component) for type_ in (JSON, *FORMS)})


LIST = {
    "operationId": "list_trades",
    "summary": "List trades",
    "description": "A page of the trades that all the filters allow. "
    "next and previous lead on, and stay right while trades arrive.",
    "tags": ["trades"],
    "parameters": [*inputs.FILTERS, *PAGING],
    "responses": told.done("list", 200, "A page.", "Page") | told.refused("list", ASK),
}
CREATE = {
    "operationId": "add_trade",
    "summary": "Add a trade",
    "tags": ["trades"],
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": trade_body("create", "NewTrade"),
    "responses": told.done("create", 200, "The trade was there already, by its external_id.", "Trade", ETAG, REPLAYED)
    | told.done("create", 201, "The trade was added.", "Trade", ETAG, LOCATION, REPLAYED)
    | told.refused("create", (*SEND, 422)),
}
RETRIEVE = {
    "operationId": "get_trade",
    "summary": "Get a trade",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID, inputs.IF_NONE_MATCH],
    "responses": told.done("retrieve", 200, "The trade.", "Trade", ETAG)
    | told.answer("retrieve", 304, "You have this version.", {}, ETAG)
    | told.refused("retrieve", (*ASK, 404)),
}
UPDATE = {
    "operationId": "replace_trade",
    "summary": "Replace a trade",
    "description": "What is left out, of the fields that may be, stays as it was.",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID, inputs.IF_MATCH],
    "requestBody": trade_body("update", "NewTrade"),
    "responses": told.done("update", 200, "The trade as it is now.", "Trade", ETAG)
    | told.refused("update", (*SEND, 404, 412)),
}
PARTIAL_UPDATE = {
    "operationId": "change_trade",
    "summary": "Change a trade",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID, inputs.IF_MATCH],
    "requestBody": trade_body("partial_update", "TradeChange"),
    "responses": told.done("partial_update", 200, "The trade as it is now.", "Trade", ETAG)
    | told.refused("partial_update", (*SEND, 404, 412)),
}
DESTROY = {
    "operationId": "delete_trade",
    "summary": "Delete a trade",
    "description": "Its history stays readable.",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID, inputs.IF_MATCH],
    "responses": told.answer("destroy", 204, "It is gone.") | told.refused("destroy", (*ASK, 404, 412)),
}
RESTORE = {
    "operationId": "restore_trade",
    "summary": "Restore a trade",
    "description": "A deleted trade is back as it was, with its id and its history.",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID],
    "responses": told.done("restore", 200, "The trade.", "Trade", ETAG) | told.refused("restore", (*ASK, 404, 409)),
}
HISTORY = {
    "operationId": "get_trade_history",
    "summary": "History of a trade",
    "description": "What was, what became of it, when, and by whom, newest first; of deleted trades, too.",
    "tags": ["trades"],
    "parameters": [inputs.TRADE_ID, CURSOR],
    "responses": told.done("history", 200, "A page of events.", "History") | told.refused("history", (*ASK, 404)),
}
SUMMARY = {
    "operationId": "sum_up_trades",
    "summary": "Sum up trades",
    "description": "What the trades that all the filters allow amount to, for each ticker, exactly.",
    "tags": ["trades"],
    "parameters": inputs.FILTERS,
    "responses": told.done("summary", 200, "A sum for each ticker, by their names.", "Summary")
    | told.refused("summary", ASK),
}
EXPORT = {
    "operationId": "export_trades",
    "summary": "Export trades",
    "description": "All trades that the filters allow, oldest first. An import reads the same trades from it.",
    "tags": ["files"],
    "parameters": [inputs.FORMAT, *inputs.FILTERS],
    "responses": told.answer("export", 200, "A file.", {CSV: TEXT, NDJSON: TEXT}, DISPOSITION)
    | told.refused("export", ASK),
}
BULK = {
    "operationId": "import_trades",
    "summary": "Import trades",
    "description": "All trades of a file are added, or with on_error=skip those that are trades. "
    f"{ALIASES} mean {NDJSON}. A file has at most {MAX_UPLOAD // 2**20} MiB.",
    "tags": ["files"],
    "parameters": [*inputs.UPLOADING, IDEMPOTENCY_KEY],
    "requestBody": told.body("bulk", {JSON: array(ref("NewTrade")), NDJSON: TEXT, CSV: TEXT}),
    "responses": told.done("bulk", 200, "Nothing had to be added.", "Report", REPLAYED)
    | told.done("bulk", 201, "Trades were added.", "Report", REPLAYED)
    | told.refused("bulk", (*SEND, 422))
    | told.answer("bulk", 400, ERRORS[400][0], {JSON: any_of("Report", "FieldErrors", "Detail")}),
}
ACTIONS = {
    "list": LIST,
    "create": CREATE,
    "retrieve": RETRIEVE,
    "update": UPDATE,
    "partial_update": PARTIAL_UPDATE,
    "destroy": DESTROY,
    "restore": RESTORE,
    "history": HISTORY,
    "summary": SUMMARY,
    "export": EXPORT,
    "bulk": BULK,
}


def described(view: type[TradeViewSet]) -> type[TradeViewSet]:
    actions = {name: extend_schema(operation=operation) for name, operation in ACTIONS.items()}
    made: type[TradeViewSet] = extend_schema_view(**actions)(view)
    return made
