"""The choice of an answer's format, by `format` or `Accept`."""

from collections.abc import Iterable

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class Negotiation(DefaultContentNegotiation):
    """A format that is not there is a parameter that is wrong; REST framework says that the address is."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002
        choice = list(renderers)
        found = [renderer for renderer in choice if renderer.format == format]
        if not found:
            formats = dict.fromkeys(str(renderer.format) for renderer in choice)
            raise ValidationError({"format": [f"Must be {' or '.join(formats)}."]})
        return found
