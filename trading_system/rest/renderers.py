"""How answers are written. Rows that PostgreSQL wrote pass through as they are."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rest_framework.renderers import JSONRenderer


def encodable(value: Any) -> Any:
    """What the encoder does not know: REST framework's own kinds of strings, dictionaries and lists, and lazy texts."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, list | tuple | set) else str(value)


class FastJSONRenderer(JSONRenderer):
    """JSON by a compiled encoder; a `msgspec.Raw` in it is JSON already."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        text = msgspec.json.encode(data, enc_hook=encodable)
        indent = self.get_indent(accepted_media_type or "", renderer_context or {})
        return msgspec.json.format(text, indent=indent) if indent else text
