"""What the document says of the ledger: of its actions, and of answers that PostgreSQL writes without a serializer."""

from functools import partial
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    Serializer,
    URLField,
)

from reference.fields import CurrencyField
from reference.models import ACCOUNT_NAME, NAME_LENGTH
from rest.bodies import JSON
from rest.body_sizes import MAX_UPLOAD
from rest.openapi.examples import CSV, NDJSON
from rest.openapi.extensions import TEXT, choice_parameter, parameter, text_schema
from rest.serializers import ExactField, InstantField, TickerField
from rest.spreadsheets import MEDIA_TYPE

from ..files.moments import ORDERS
from ..import_serializer import LeftOut
from ..imports import NAME_LENGTH as NAME_LENGTH_OF_FILE
from ..models import DECIMALS, WHOLE_DIGITS
from ..parsers import FORMATS
from ..serializers import TradeSerializer
from ..uploads import OPTIONS
from .changes import document_changes

Count, Link = partial(IntegerField, min_value=0), partial(URLField, allow_null=True)
Price = partial(ExactField, max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS)
Sum = partial(ExactField, max_digits=None, decimal_places=None)
Total = partial(Sum, min_value=0)


class PricePoint(Serializer[Any]):
    price, timestamp = Price(), InstantField()


class SideTotal(Serializer[Any]):
    count, volume = Count(), Total()


class TickerSummary(Serializer[Any]):
    ticker, currency, count = TickerField(), CurrencyField(), Count()
    volume = Total(help_text="The sum of quantities.")
    notional = Sum(help_text="The sum of price times quantity.")
    vwap = Sum(help_text="The volume-weighted average price, to 28 digits.")
    high, low = Price(), Price()
    first, last = PricePoint(), PricePoint()
    buys, sells = SideTotal(), SideTotal()


class TradeSummary(Serializer[Any]):
    count, results = Count(), TickerSummary(many=True)


class TradeEvent(Serializer[Any]):
    event, at = ChoiceField(("update", "delete", "restore")), InstantField()
    by = CharField(allow_null=True, help_text="The user's name; null without a login.")
    before = TradeSerializer(allow_null=True, help_text="null for a restoration, or in an account that you do not see.")
    after = TradeSerializer(allow_null=True, help_text="null for a deletion, or in an account that you do not see.")


class TradeHistory(Serializer[Any]):
    next, results = Link(help_text="The address of older events."), TradeEvent(many=True)


class RowError(Serializer[Any]):
    line, field, message = Count(), CharField(allow_null=True), CharField()


class Choice(Serializer[Any]):
    value = CharField()
    label: Any = CharField()


class Question(Serializer[Any]):
    name = CharField(help_text="By which it is answered.")
    text, options = CharField(), Choice(many=True, help_text="The answers that there are; any text if none are named.")
    default = CharField(allow_null=True, help_text="What is taken without an answer; null if there has to be one.")
    answer = CharField(allow_null=True)


class Unanswered(Serializer[Any]):
    """The file says too little: nothing was written."""

    questions: Any = Question(many=True)
    request_id = CharField(help_text="Finds the request in the log; the X-Request-ID of the answer.")


class ImportReport(Serializer[Any]):
    created = Count(help_text="Trades that were added; with dry_run, those that would be.")
    duplicates = Count(help_text="Rows that were known by the file, or by their external_id.")
    repeated = Count(help_text="Rows that equal trades of the ledger, and were not added once more.")
    corrected = Count(help_text="Trades that were changed.")
    failed = Count(help_text="Invalid rows.")
    left_out: Any = LeftOut(many=True, help_text="Rows that are no trades, by kind.")
    missing = Count(help_text="Trades that the same file had added, and that were deleted since.")
    hint = CharField(help_text="What to do about what is missing; only if something is.")
    errors: Any = RowError(many=True, help_text="The first errors. field is null if the whole row is wrong.")
    dry_run = BooleanField()
    imported_at = InstantField(
        allow_null=True, help_text="When the same bytes were first imported into an account of the file; else null."
    )
    vars()["import"] = IntegerField(allow_null=True, min_value=1, help_text="What was added; null if nothing was.")
    profile = CharField(help_text="By which a file of another layout was read; empty for a mapping.")
    choices = ListField(child=CharField(), help_text="What was taken that such a file does not say.")
    questions: Any = Question(many=True, help_text="What such a file leaves open.")
    sometimes = ("hint", "profile", "choices", "questions")


class RefusedImport(ImportReport):
    """Nothing was written."""

    request_id = CharField(help_text="Finds the request in the log; the X-Request-ID of the answer.")


REFUSED = PolymorphicProxySerializer(
    component_name="RefusedOrUnanswered", serializers=[RefusedImport, Unanswered], resource_type_field_name=None
)
FILE = {JSON: TradeSerializer(many=True), NDJSON: str, CSV: str, "application/octet-stream": OpenApiTypes.BINARY}
ALIASES = ", ".join(name for name in FORMATS if name not in (CSV, NDJSON, JSON))
UPLOADING = [
    choice_parameter(
        "on_error", OPTIONS["on_error"], "With invalid rows: abort refuses the file, skip books the others."
    ),
    choice_parameter("dry_run", OPTIONS["dry_run"], "Whether to write nothing, and only report."),
    parameter("account", text_schema(ACCOUNT_NAME, maxLength=NAME_LENGTH), "The account of rows that name none."),
    choice_parameter("again", OPTIONS["again"], "Whether to look at rows that the same file has added before."),
    choice_parameter("repeated", OPTIONS["repeated"], "What becomes of rows that equal trades of the ledger."),
    choice_parameter(
        "corrections",
        OPTIONS["corrections"],
        "Whether a row that differs from the trade with its external_id changes it.",
    ),
    parameter(
        "name", {"type": "string", "maxLength": NAME_LENGTH_OF_FILE}, "The name of the file, for the list of imports."
    ),
    parameter("profile", TEXT, "The layout of the file, by its name; found out if left out."),
    parameter("tz", TEXT, "The time zone of times that name none."),
    parameter("dates", {**TEXT, "enum": ["", *ORDERS]}, "What comes first in dates: the month, the day, the year."),
    parameter("decimal", {**TEXT, "enum": ["", ".", ","]}, "The decimal sign of the file's numbers."),
    parameter("currency", TEXT, "The currency of rows that name none."),
    choice_parameter("repeated_hour", ("first", "second"), "Which of both, for times in an hour that clocks repeat."),
    parameter("charset", TEXT, "Of the file's text; found out if left out."),
    parameter("separator", TEXT, "Of its cells: comma, semicolon, tab or pipe; found out if left out."),
    parameter("sheet", TEXT, "The sheet that has the trades; found out if left out."),
]
document_trades = extend_schema_view(
    list=extend_schema(description="A page of trades that match all filters; its links stay right as trades arrive."),
    create=extend_schema(description="A trade whose external_id exists already adds nothing."),
    update=extend_schema(description="Optional fields that are left out keep their values."),
    destroy=extend_schema(description="Its history stays readable."),
    restore=extend_schema(request=None),
    history=extend_schema(responses={200: TradeHistory}),
    changes=document_changes,
    summary=extend_schema(filters=True, responses={200: TradeSummary}),
    export=extend_schema(
        description="The trades that match all filters, oldest first. An import of the file gives the same trades.",
        tags=["files"],
        parameters=[choice_parameter("format", ("csv", "ndjson", "xlsx"), "Takes precedence over Accept.")],
        filters=True,
        responses={(200, CSV): str, (200, NDJSON): str, (200, MEDIA_TYPE): OpenApiTypes.BINARY},
    ),
    bulk=extend_schema(
        description="All rows of a file are added, or with on_error=skip all valid ones. What the file is, and which "
        f"layout it has, is found out. {ALIASES} are read as {NDJSON}. A file has at most {MAX_UPLOAD // 2**20} MiB.",
        tags=["files"],
        parameters=UPLOADING,
        request=FILE,
        responses={200: ImportReport, 201: ImportReport, 400: REFUSED},
    ),
)
