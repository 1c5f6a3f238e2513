"""JSON Schemas that more than one resource speaks in."""

from typing import Any

from idempotency.models import KEY_LENGTH

from .. import tickers
from ..tickers import TICKER_LENGTH

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def any_of(*names: str) -> Schema:
    return {"anyOf": [ref(name) for name in names]}


def ecma(pattern: str) -> str:
    return pattern.replace(r"\A", "^").replace(r"\Z", "$")


def text(pattern: str, **more: Any) -> Schema:
    return {"type": "string", "pattern": pattern, **more}


def array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def whole(properties: Schema, optional: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object with all of these."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        **more,
    }


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def or_empty(schema: Schema) -> Schema:
    """The text of a parameter that may be left empty."""
    return {**schema, "pattern": f"^$|{schema['pattern']}", "minLength": 0, "default": ""}


TEXT: Schema = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
ID = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
INSTANT = text("Z$", format="date-time", description="UTC, with the fewest decimals that lose nothing.")
LINK = {"type": ["string", "null"], "format": "uri"}
TOTAL = text(r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")
TICKER = text(ecma(tickers.TICKER), maxLength=TICKER_LENGTH)
GIVEN_TICKER = text("^[A-Za-z0-9][A-Za-z0-9._/:=^-]*$", maxLength=TICKER_LENGTH)
KEY = text(r"^[!-~]([ -~]*[!-~])?$", minLength=1, maxLength=KEY_LENGTH)
REQUEST_ID = {**TEXT, "description": "By which the log knows the request; X-Request-ID in every answer."}

COMPONENTS: Schema = {
    "Detail": whole({"detail": TEXT, "request_id": REQUEST_ID}),
    "FieldErrors": {
        **whole({"request_id": REQUEST_ID}),
        "minProperties": 2,
        "additionalProperties": array({"type": "string"}, minItems=1),
        "description": "What is wrong with each field, parameter or header.",
    },
}
