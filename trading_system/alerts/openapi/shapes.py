"""The JSON Schemas of alerts."""

from typing import Any

from rest.openapi.shapes import (
    COUNT,
    GIVEN_TICKER,
    INSTANT,
    LINK,
    TICKER,
    Schema,
    array,
    ecma,
    or_null,
    ref,
    text,
    whole,
)

from ..models import DECIMALS, ID, ID_LENGTH, LARGEST_SEQ, WHOLE_DIGITS
from ..rows import BASES

EXACT = text(rf"^(0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}})(\.[0-9]{{1,{DECIMALS}}})?$", description="Exact.")
SEQ = or_null({"type": "integer", "format": "int64", "minimum": 0, "maximum": LARGEST_SEQ})
NAME = text(ecma(ID), minLength=1, maxLength=ID_LENGTH)
SECONDS = {"type": "number", "exclusiveMinimum": 0}
GIVEN_INSTANT = {"type": "string", "format": "date-time"}


def of_kind(kind: str) -> Schema:
    """What is told of a move of this kind alone."""
    base = BASES[kind]
    return {base: EXACT, f"{base}_timestamp": INSTANT, f"{base}_seq": SEQ, f"{kind}_percent": EXACT}


def members(kinds: list[str], ticker: Schema, instant: Schema) -> dict[str, Any]:
    own = {name: schema for kind in kinds for name, schema in of_kind(kind).items()}
    return {
        "id": {**NAME, "description": "The same spike of the same feed always has the same."},
        "kind": {"type": "string", "enum": kinds},
        "ticker": ticker,
        "price": EXACT,
        "timestamp": instant,
        "seq": {**SEQ, "description": "The feed's number of the tick."},
        **{name: instant if name.endswith("_timestamp") else schema for name, schema in own.items()},
        "threshold_percent": EXACT,
        "window_seconds": SECONDS,
        "gap": {"type": "boolean", "description": "Whether ticks of the window were lost."},
        "received": {**or_null(instant), "description": "When the tick arrived."},
    }


def kept(kind: str) -> Schema:
    created = {"created_at": {**INSTANT, "description": "When the alert came to be kept."}}
    return whole({**members([kind], TICKER, INSTANT), **created})


def given(kind: str) -> Schema:
    optional = ("seq", f"{BASES[kind]}_seq", "received")
    return whole(members([kind], GIVEN_TICKER, GIVEN_INSTANT), optional=optional)


COMPONENTS: Schema = {
    "Alert": {"oneOf": [kept(kind) for kind in BASES]},
    "NewAlert": {"oneOf": [given(kind) for kind in BASES]},
    "AlertPage": whole(
        {
            "count": {**COUNT, "description": "Of all pages; with count=true."},
            "next": LINK,
            "previous": LINK,
            "results": array(ref("Alert")),
        },
        optional=("count",),
    ),
}
