"""What the document says of the ledger's actions, besides what their serializer and filters say."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.examples import CSV, JSON, NDJSON
from rest.openapi.extensions import choice

from ..bodies import FORMATS
from ..serializers import TradeSerializer
from ..upload import MAX_UPLOAD, OPTIONS
from .answers import ImportReport, RefusedImport, TradeHistory, TradeSummary

ALIASES = ", ".join(name for name in FORMATS if name not in (CSV, NDJSON, JSON))
FORMAT = choice("format", ("csv", "ndjson"), "In place of Accept.")
UPLOADING = [
    choice("on_error", OPTIONS["on_error"], "Rows that are no trades: abort writes nothing, skip writes the others."),
    choice("dry_run", OPTIONS["dry_run"], "Whether to write nothing, and only report."),
    choice("again", OPTIONS["again"], "Whether to add the trades of a file that was imported before."),
]
described = extend_schema_view(
    list=extend_schema(description="Those that all filters allow. next and previous stay right while trades arrive."),
    create=extend_schema(description="What has the external_id of a trade adds nothing."),
    update=extend_schema(description="What is left out, of the fields that may be, stays as it was."),
    destroy=extend_schema(description="Its history stays readable."),
    restore=extend_schema(request=None),
    history=extend_schema(responses={200: TradeHistory}),
    summary=extend_schema(filters=True, responses={200: TradeSummary}),
    export=extend_schema(tags=["files"], parameters=[FORMAT], filters=True, responses={200: str}),
    bulk=extend_schema(
        description="All trades of a file are added, or with on_error=skip those that are trades. "
        f"{ALIASES} mean {NDJSON}. A file has at most {MAX_UPLOAD // 2**20} MiB.",
        tags=["files"],
        parameters=UPLOADING,
        request={JSON: TradeSerializer(many=True), NDJSON: str, CSV: str},
        responses={200: ImportReport, 201: ImportReport, 400: RefusedImport},
    ),
)
