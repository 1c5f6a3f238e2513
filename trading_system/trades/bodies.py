"""Files in request bodies, read piece by piece."""

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from rest.bodies import JSON, is_utf8, length
from rest.errors import BodyCutOff

from .staging import Source

FORMATS = {
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    JSON: "json",
}


def file_format(request: Request) -> str:
    media_type, parameters = parse_header_parameters(request.content_type)
    found = FORMATS.get(media_type)
    is_encoded = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if found is None or not is_utf8(parameters) or is_encoded:
        raise UnsupportedMediaType(request.content_type, f"Must be one of {', '.join(FORMATS)}, in UTF-8.")
    return found


def streamed(request: Request, most: int) -> Source:
    """The body, from the connection; BodyCutOff if it ends early."""
    left = length(request, most)

    def read(size: int) -> bytes:
        nonlocal left
        piece = request._request.read(min(size, left))
        left -= len(piece)
        if not piece and left:
            raise BodyCutOff
        return piece

    return Source(read)


def whole_digest(source: Source) -> bytes:
    """Of all of it, read or not."""
    while source.readinto(bytearray(64 * 1024)):
        pass
    return source.digest.digest()
