"""The choice of an answer's format, by `format` or `Accept`."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

ANY = "*/*"


class Negotiation(DefaultContentNegotiation):
    """A format that is named wins over `Accept`; one that is not there is a wrong parameter, not a wrong address."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        chosen, named = renderers[0], request.query_params.get("format")
        if named:
            formats = list(dict.fromkeys(str(renderer.format) for renderer in renderers))
            if named not in formats:
                raise ValidationError({"format": [f"Must be {' or '.join(formats)}."]})
            chosen = next(renderer for renderer in renderers if renderer.format == named)
        elif request.META.get("HTTP_ACCEPT", ANY) not in (ANY, chosen.media_type):  # the usual ones need no matching
            return super().select_renderer(request, renderers, format_suffix)
        return chosen, chosen.media_type
