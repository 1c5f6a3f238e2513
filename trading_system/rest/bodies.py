"""Request bodies: never taken for more or less than they are."""

import re
from urllib.parse import unquote_to_bytes

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from .body_sizes import MAX_DATA
from .errors import BodyCutOff, BodyTooLarge, LengthRequired

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


def length(request: Request, most: int) -> int:
    """As many bytes as Content-Length says, at most `most`; nothing else tells a body that was cut off from another."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired("Send the body with a Content-Length, not in chunks.")
    text = request.META.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise ParseError("Content-Length must be a whole number.")
    if int(text) > most:
        raise BodyTooLarge(f"A body has at most {most} bytes here.")
    return int(text)


def read_whole(request: Request) -> None:
    """Read it into memory; what is neither JSON nor a form is for others to refuse."""
    expected = length(request, MAX_DATA)
    if len(request.body) < expected:
        raise BodyCutOff
    if expected and request.content_type != JSON:  # which, without parameters, most are
        refuse_other_charsets(request)


def refuse_other_charsets(request: Request) -> None:
    """Of a form, Django would put U+FFFD in place of what it cannot decode."""
    media_type, parameters = parse_header_parameters(request.content_type)
    if not is_utf8(parameters):
        raise UnsupportedMediaType(request.content_type, "Must be in UTF-8.")
    if media_type not in (URLENCODED, MULTIPART):
        return
    charset = parameters.get("charset", "utf-8")
    try:
        request.body.decode(charset)
        if media_type == URLENCODED:
            unquote_to_bytes(request.body).decode(charset)
    except UnicodeDecodeError:
        raise ParseError("The form is not in UTF-8.") from None


def is_utf8(parameters: dict[str, str]) -> bool:
    """Whether the parameters of a content type allow UTF-8; without a charset, they do."""
    return parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8", "us-ascii")
