"""Files as answers: sent piece by piece while they are made, with a name to save them under."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from .renderers import FastJSONRenderer


class FileRenderer(BaseRenderer):
    """Renders text or bytes piece by piece; the first is empty, once the query of its rows has begun."""

    charset: str | None = "utf-8"  # None of bytes


class DownloadMixin(APIView):
    """A view that has a FileRenderer among its renderers. Its errors are JSON, as all others are."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(getattr(response, "accepted_renderer", None), FileRenderer):
            response.accepted_renderer, response.accepted_media_type = FastJSONRenderer(), FastJSONRenderer.media_type
        return response

    def download(self, name: str, data: Any) -> StreamingHttpResponse:
        """What the renderer makes of the data, as a file.

        A failure before the first row is an error like any other; a later one cuts the answer off.
        """
        renderer: Any = self.request.accepted_renderer
        pieces = renderer.render(data)
        next(pieces)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return StreamingHttpResponse(
            pieces,
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'attachment; filename="{name}.{renderer.format}"'},
        )
