"""Bodies without loss: JSON's numbers become decimals; ambiguous JSON and truncated forms are refused."""

import json
from io import BytesIO
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from .amounts import exact_number

REPLACED = "\ufffd"  # what Django makes of bytes that are not UTF-8


class ExactJSONParser(JSONParser):
    """RFC 8259 in UTF-8. Repeated names, NaN, lone surrogates and nesting beyond Python's depth are ParseErrors."""

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode()
            value = json.loads(
                text, parse_float=exact_number, parse_constant=refuse_constant, object_pairs_hook=without_repetition
            )
            if "\\u" in text:  # a lone surrogate could not be answered with
                json.dumps(value, ensure_ascii=False, default=str).encode()
        except RecursionError:
            raise ParseError("JSON parse error: nested too deeply") from None
        except ValueError as error:
            raise ParseError(f"JSON parse error: {error}") from None
        return value


class WholeMultiPartParser(MultiPartParser):
    """Section 5.1.1 of RFC 2046: the closing delimiter says that nothing more follows. Without it, something may."""

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> DataAndFiles:
        body, (_, parameters) = stream.read(), parse_header_parameters(media_type or "")
        if not body.rstrip(b"\r\n").endswith(f"--{parameters.get('boundary')}--".encode()):
            raise ParseError("Multipart form parse error: it ends without its closing delimiter")
        form = super().parse(BytesIO(body), media_type, parser_context)
        values = [value for _, values in form.data.lists() for value in values]
        if REPLACED not in body.decode() and any(REPLACED in value for value in values):
            raise ParseError("The form is not in UTF-8.")  # in base64, say
        return form


def refuse_constant(constant: str) -> NoReturn:
    """ValueError for NaN and the infinities, which Python's parser would accept."""
    raise ValueError(f"{constant} is not JSON")


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these members; ValueError if a name is repeated."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"repeated name {next(name for name in names if names.count(name) > 1)!r}")
    return value
