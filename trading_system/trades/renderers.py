"""Formats of exports."""

from rest_framework.renderers import BaseRenderer


class ExportRenderer(BaseRenderer):
    """A format of exports, for the choice between them; the rows are streamed without it."""

    charset = "utf-8"


class CSVRenderer(ExportRenderer):
    media_type, format = "text/csv", "csv"


class NDJSONRenderer(ExportRenderer):
    media_type, format = "application/x-ndjson", "ndjson"
