"""The choice of an answer's format, by `format` or `Accept`."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

ANY = "*/*"


class Negotiation(DefaultContentNegotiation):
    """A format that is not there is a parameter that is wrong; REST framework says that the address is."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        first = renderers[0]
        if "format" not in request.query_params and request.META.get("HTTP_ACCEPT", ANY) in (ANY, first.media_type):
            return first, first.media_type  # what most programs ask for takes no choosing
        return super().select_renderer(request, renderers, format_suffix)

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002
        choice = list(renderers)
        found = [renderer for renderer in choice if renderer.format == format]
        if not found:
            formats = dict.fromkeys(str(renderer.format) for renderer in choice)
            raise ValidationError({"format": [f"Must be {' or '.join(formats)}."]})
        return found
