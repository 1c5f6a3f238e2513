"""Kinds of files that an import reads."""

from rest_framework.parsers import BaseParser


class FileParser(BaseParser):
    """A kind of file, for forms to offer; its bytes are read without it."""


class CSVParser(FileParser):
    media_type = "text/csv"


class NDJSONParser(FileParser):
    media_type = "application/x-ndjson"
