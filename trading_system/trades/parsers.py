"""Parsers of uploads. What they return is read from the connection only as its rows are consumed."""

from io import BytesIO
from typing import IO, Any

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from rest.bodies import JSON, MULTIPART, is_utf8, length
from rest.body_sizes import MAX_UPLOAD
from rest.errors import BodyCutOff

from .files.source import TradeFile

NOT_A_FILE = "The body must be the file itself (curl --data-binary @FILE): no form, not compressed, text in UTF-8."


class FileParser(BaseParser):
    """Parses a body to a TradeFile that reads it to its Content-Length, or raises BodyCutOff."""

    format: str

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        request: Request = parser_context["request"]
        name, parameters = parse_header_parameters(media_type or "")
        is_encoded = request.headers.get("Content-Encoding", "identity").lower() != "identity"
        is_text = name in FORMATS  # which a charset may be said of; of other files it is found, or a parameter
        if is_encoded or name == MULTIPART or (is_text and not is_utf8(parameters)):
            raise unsupported(request)
        left = length(request, MAX_UPLOAD)

        def read(size: int) -> bytes:
            nonlocal left
            piece = stream.read(min(size, left))
            left -= len(piece)
            if not piece and left:
                raise BodyCutOff
            return piece

        return TradeFile(read, self.format)


class CSVParser(FileParser):
    media_type, format = "text/csv", "csv"


class NDJSONParser(FileParser):
    media_type, format = "application/x-ndjson", "ndjson"


class JSONFileParser(FileParser):
    """An array. (Of a subclass of JSONParser, DRF would read all of the body before it parses.)"""

    media_type, format = JSON, "json"


class AnyFileParser(FileParser):
    """What a file of another type is, is found by looking at it."""

    media_type, format = "*/*", ""


ALIASES = [type("Alias", (NDJSONParser,), {"media_type": name}) for name in ("application/ndjson", "application/jsonl")]
PARSERS: list[Any] = [CSVParser, NDJSONParser, *ALIASES, JSONFileParser]
FORMATS = {parser.media_type: parser.format for parser in PARSERS}
ANY_FILE: list[Any] = [*PARSERS, AnyFileParser]


def uploaded(request: Request) -> TradeFile:
    """The body as a file: `request.data`, but for an empty body, which DRF would not parse."""
    negotiator: Any = request.negotiator
    parser = negotiator.select_parser(request, request.parsers)
    if parser is None:
        raise unsupported(request)
    file: Any = request.data or parser.parse(BytesIO(), request.content_type, request.parser_context)
    return file  # type: ignore[no-any-return]


def unsupported(request: Request) -> UnsupportedMediaType:
    """The 415 for a body that is not a file as it is; to be raised."""
    return UnsupportedMediaType(request.content_type, NOT_A_FILE)
