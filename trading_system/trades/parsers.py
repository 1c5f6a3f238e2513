"""JSON without loss: numbers become decimals, and what JSON leaves open is refused."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ExactJSONParser(JSONParser):
    """RFC 8259 in UTF-8. Repeated names, NaN, lone surrogates and nesting beyond Python's depth are ParseErrors."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            value = json.loads(
                stream.read().decode(), parse_float=number, parse_constant=refuse, object_pairs_hook=without_repetition
            )
            json.dumps(value, ensure_ascii=False, default=str).encode()  # a lone surrogate could not be answered with
        except RecursionError:
            raise ParseError("JSON parse error: nested too deeply") from None
        except ValueError as error:
            raise ParseError(f"JSON parse error: {error}") from None
        return value


def number(text: str) -> Decimal | str:
    """The decimal; or the text itself where its exponent is beyond any, for its field to refuse."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"repeated name {next(name for name in names if names.count(name) > 1)!r}")
    return value
