"""The JSON Schemas of what the ledger is sent and of what it answers, as OpenAPI's components."""

from rest.openapi.shapes import (
    COUNT,
    GIVEN_TICKER,
    ID,
    INSTANT,
    LINK,
    REQUEST_ID,
    TICKER,
    TOTAL,
    Schema,
    array,
    ecma,
    or_null,
    ref,
    text,
    whole,
)

from ..models import DECIMALS, EXTERNAL_ID, EXTERNAL_ID_LENGTH, NOTE, NOTE_LENGTH, WHOLE_DIGITS
from ..models import Side as Sides
from ..rows import NEEDED
from ..selection import FIELDS, OWN_FIELDS
from ..serializers import TradeSerializer

SIDE = {"type": "string", "enum": Sides.values}
AMOUNT = text(
    rf"^(0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}})(\.[0-9]{{1,{DECIMALS}}})?$",
    description="Exact, with the digits that it was given.",
)
AMOUNT_TEXT = text(rf"^[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{DECIMALS}}})?$")
GIVEN_AMOUNT = {
    "oneOf": [AMOUNT_TEXT, {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10**WHOLE_DIGITS}],
    "description": f"Above zero, with at most {WHOLE_DIGITS} digits before the point and {DECIMALS} after it.",
}
FEE = text(
    rf"^(0|-?0\.[0-9]{{1,{DECIMALS}}}|-?[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}}(\.[0-9]{{1,{DECIMALS}}})?)$",
    description="Exact, with the digits that it was given; below zero for a rebate.",
)
GIVEN_FEE = {
    "oneOf": [
        text(rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{DECIMALS}}})?$"),
        {"type": "number", "exclusiveMinimum": -(10**WHOLE_DIGITS), "exclusiveMaximum": 10**WHOLE_DIGITS},
    ],
}
NAME = text(ecma(EXTERNAL_ID), minLength=1, maxLength=EXTERNAL_ID_LENGTH)


def described(schemas: Schema) -> Schema:
    """Each with its field's own help text, if it has one."""
    fields = TradeSerializer().fields
    helps = {name: fields[name].help_text for name in schemas}
    return {
        name: {**schema, **({"description": helps[name]} if helps[name] else {})} for name, schema in schemas.items()
    }


TRADE: Schema = {
    "id": ID,
    "ticker": TICKER,
    "price": AMOUNT,
    "quantity": AMOUNT,
    "side": SIDE,
    "timestamp": INSTANT,
    "fee": FEE,
    "external_id": or_null(NAME),
    "note": text(ecma(NOTE), maxLength=NOTE_LENGTH),
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
GIVEN: Schema = {
    **{name: TRADE[name] for name in OWN_FIELDS},
    "ticker": {**GIVEN_TICKER, "description": "In any case."},
    "price": GIVEN_AMOUNT,
    "quantity": GIVEN_AMOUNT,
    "side": {**SIDE, "description": "In any case."},
    "timestamp": {"type": "string", "format": "date-time"},
    "fee": GIVEN_FEE,
}
EDGE = whole({"price": AMOUNT, "timestamp": INSTANT})
HALF = whole({"count": COUNT, "volume": TOTAL})

COMPONENTS: Schema = {
    "Trade": whole({name: TRADE[name] for name in FIELDS}),
    "NewTrade": whole(
        described(GIVEN),
        optional=tuple(name for name in OWN_FIELDS if name not in NEEDED),
        additionalProperties=False,
    ),
    "TradeChange": {"type": "object", "properties": described(GIVEN), "additionalProperties": False},
    "Page": whole(
        {
            "count": {**COUNT, "description": "Of all pages; with count=true."},
            "next": {**LINK, "description": "The address of the page that follows in the order asked for."},
            "previous": {**LINK, "description": "The address of the page before."},
            "results": array(ref("Trade")),
        },
        optional=("count",),
    ),
    "Report": whole(
        {
            "created": {**COUNT, "description": "Trades added; with dry_run, that would be."},
            "duplicates": {**COUNT, "description": "Trades that were in the ledger already."},
            "failed": {**COUNT, "description": "Rows that are no trades."},
            "errors": array(
                whole({"line": COUNT, "field": {"type": ["string", "null"]}, "message": {"type": "string"}}),
                description="The first of what is wrong. field is null where the whole row is.",
            ),
            "dry_run": {"type": "boolean"},
            "imported_at": {
                **or_null(INSTANT),
                "description": "When the same bytes were imported before; their trades are duplicates then.",
            },
            "request_id": REQUEST_ID,
        },
        optional=("request_id",),  # there if nothing was written
    ),
    "Summary": whole({"count": COUNT, "results": array(ref("TickerSummary"))}),
    "TickerSummary": whole(
        {
            "ticker": TRADE["ticker"],
            "count": COUNT,
            "volume": {**TOTAL, "description": "The sum of quantities."},
            "notional": {**TOTAL, "description": "The sum of price times quantity."},
            "vwap": {**TOTAL, "description": "The volume-weighted average price, to 28 digits."},
            "high": AMOUNT,
            "low": AMOUNT,
            "first": EDGE,
            "last": EDGE,
            "buys": HALF,
            "sells": HALF,
        }
    ),
    "History": whole({"next": {**LINK, "description": "The address of older events."}, "results": array(ref("Event"))}),
    "Event": whole(
        {
            "event": {"type": "string", "enum": ["update", "delete", "restore"]},
            "at": INSTANT,
            "by": {"type": ["string", "null"], "description": "The user's name, if there was one."},
            "before": {**or_null(ref("Trade")), "description": "null before a restoration."},
            "after": {**or_null(ref("Trade")), "description": "null after a delete."},
        }
    ),
}
