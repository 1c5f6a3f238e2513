"""Formats of exports: a selection of trades is rendered piece by piece."""

from collections.abc import Iterator
from typing import Any

from rest.downloads import FileRenderer
from rest.selection import Selection

from .selection import EXPORT_CSV_LINE, EXPORT_JSON_LINE, OWN_FIELDS


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
