"""Trades as a file, oldest first, which an import reads into the same trades in the same order."""

from django.http import StreamingHttpResponse

from .renderers import CSVRenderer, NDJSONRenderer
from .selection import EXPORT_CSV_LINE, EXPORT_JSON_LINE, OWN_FIELDS, Selection

CSV_HEADER = f"{','.join(OWN_FIELDS)}\n"


def export(selection: Selection, *, as_csv: bool) -> StreamingHttpResponse:
    """What fails before the first row is an error like any other; what fails later cuts the answer off."""
    pieces = selection.stream(EXPORT_CSV_LINE, CSV_HEADER) if as_csv else selection.stream(EXPORT_JSON_LINE, "")
    next(pieces)
    renderer = CSVRenderer if as_csv else NDJSONRenderer
    return StreamingHttpResponse(
        pieces,
        content_type=f"{renderer.media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="trades.{renderer.format}"'},
    )
