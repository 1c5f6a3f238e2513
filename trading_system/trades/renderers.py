"""Formats of exports: a selection of trades is rendered piece by piece."""

from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import ValidationError

from rest.downloads import FileRenderer
from rest.selection import Selection
from rest.spreadsheets import MAX_ROWS, MEDIA_TYPE, packed

from .selection import EXPORT_CSV_LINE, EXPORT_JSON_LINE, EXPORT_XLSX_ROW, OWN_FIELDS

MAX_TRADES = MAX_ROWS - 1  # of a sheet, whose first row names the columns


class ExportRenderer(FileRenderer):
    """Renders a selection."""

    header = ""
    line: str  # the expression by which PostgreSQL writes a trade

    def render(self, data: Selection, *args: Any, **kwargs: Any) -> Iterator[str]:  # type: ignore[override]
        pieces = data.stream(self.line)
        yield next(pieces)
        yield self.header
        yield from pieces


class CSVRenderer(ExportRenderer):
    media_type, format = "text/csv", "csv"
    header, line = f"{','.join(OWN_FIELDS)}\n", EXPORT_CSV_LINE


class NDJSONRenderer(ExportRenderer):
    media_type, format = "application/x-ndjson", "ndjson"
    line = EXPORT_JSON_LINE


class XLSXRenderer(FileRenderer):
    """Renders a selection that fits into a sheet; ValidationError if it does not."""

    media_type, format, charset = MEDIA_TYPE, "xlsx", None

    def render(self, data: Selection, *args: Any, **kwargs: Any) -> Iterator[bytes]:  # type: ignore[override]
        if data.count() > MAX_TRADES:
            wrong = f"A sheet has room for {MAX_TRADES:,} trades: choose fewer by filters, or take csv or ndjson."
            raise ValidationError({"format": [wrong]})
        rows = data.stream(EXPORT_XLSX_ROW)
        next(rows)
        yield b""
        yield from packed("trades", OWN_FIELDS, rows)
