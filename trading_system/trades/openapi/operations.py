"""What the document says of the ledger's actions, besides what their serializer and filters say."""

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view

from rest.openapi.examples import CSV, JSON, NDJSON
from rest.openapi.fields import TEXT
from rest.openapi.inputs import CURSOR, choice
from rest.openapi.schema import ETAG, ONCE, answered, header

from ..bodies import FORMATS
from ..serializers import TradeSerializer
from ..upload import MAX_UPLOAD, OPTIONS
from .answers import ImportReport, RefusedImport, TradeHistory, TradeSummary

ALIASES = ", ".join(name for name in FORMATS if name not in (CSV, NDJSON, JSON))
FILE_NAME = header("Content-Disposition", TEXT, "The name of a file to save it as.", 200)

described = extend_schema_view(
    list=extend_schema(
        description="A page of the trades that all the filters allow. "
        "next and previous lead on, and stay right while trades arrive."
    ),
    create=extend_schema(description="What has the external_id of a trade adds nothing.", parameters=ONCE),
    update=extend_schema(description="What is left out, of the fields that may be, stays as it was."),
    destroy=extend_schema(description="Its history stays readable."),
    restore=extend_schema(parameters=[ETAG], request=None, responses=answered(TradeSerializer, "The trade.")),
    history=extend_schema(
        operation_id="get_trade_history",
        parameters=[CURSOR],
        responses=answered(TradeHistory, "A page of events, newest first; of deleted trades, too."),
    ),
    summary=extend_schema(
        operation_id="sum_up_trades",
        filters=True,
        responses=answered(TradeSummary, "A sum for each ticker, by their names, of what all the filters allow."),
    ),
    export=extend_schema(
        operation_id="export_trades",
        description="All trades that the filters allow, oldest first. An import reads the same trades from it.",
        tags=["files"],
        parameters=[choice("format", ("csv", "ndjson"), "In place of Accept."), FILE_NAME],
        filters=True,
        responses=answered(str, "A file."),
    ),
    bulk=extend_schema(
        operation_id="import_trades",
        description="All trades of a file are added, or with on_error=skip those that are trades. "
        f"{ALIASES} mean {NDJSON}. A file has at most {MAX_UPLOAD // 2**20} MiB.",
        tags=["files"],
        parameters=[
            choice(
                "on_error", OPTIONS["on_error"], "Rows that are no trades: abort writes nothing then, skip the others."
            ),
            choice("dry_run", OPTIONS["dry_run"], "Whether to write nothing, and only report."),
            choice("again", OPTIONS["again"], "Whether to add the trades of a file that was imported before."),
            *ONCE,
        ],
        request={JSON: TradeSerializer(many=True), NDJSON: str, CSV: str},
        responses={
            200: OpenApiResponse(ImportReport, "Nothing had to be added."),
            201: OpenApiResponse(ImportReport, "Trades were added."),
            400: RefusedImport,
        },
    ),
)
