"""The changes of the ledger over HTTP: /api/trades/changes/."""

from typing import Any

import msgspec
from django.http import StreamingHttpResponse
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from rest.parameters import whole_number
from rest.selection import Scope
from rest.waiting import places

from .change_reader import Reader, cursor_of
from .change_stream import EventStreamRenderer, events
from .changes import Page

CHANGES, MAX_CHANGES = 1000, 10_000
MAX_WAIT = 60  # seconds
PARAMETERS = {"after", "page_size", "wait"}
RENDERERS = [*api_settings.DEFAULT_RENDERER_CLASSES, EventStreamRenderer]
RESUME = "Last-Event-ID"  # the header of a client that reconnects


def follow(request: Request, scope: Scope) -> Response | StreamingHttpResponse:
    """What comes after the request's cursor in these accounts: a page, or a stream.

    Conflict if the cursor is of another ledger or of other accounts, ValidationError if it is none.
    """
    size = whole_number(request, "page_size", CHANGES, MAX_CHANGES)
    after = request.query_params.get("after")
    if not isinstance(request.accepted_renderer, EventStreamRenderer):
        wait = whole_number(request, "wait", 0, MAX_WAIT, least=0)
        return Response(body(page_within(wait, Reader(scope, size, after))))
    if "wait" in request.query_params:
        raise ValidationError({"wait": ["A stream waits in any case."]})
    if request.method == "HEAD":
        raise MethodNotAllowed("HEAD")
    resumed = request.headers.get(RESUME)
    return stream(Reader(scope, size, resumed, RESUME) if resumed else Reader(scope, size, after))


def page_within(seconds: int, reader: Reader) -> Page:
    """The next page. To wait for one takes a place among those who wait; TooManyWait if there is none."""
    page = reader.look()
    if not page.is_idle or not seconds:
        return page
    with places.take():
        return reader.wait(seconds)


def body(page: Page) -> dict[str, Any]:
    results = msgspec.Raw(f"[{page.text}]")
    return {"results": results, "cursor": cursor_of(page), "more": page.more, "lag": f"{page.lag:.3f}"}


def stream(reader: Reader) -> StreamingHttpResponse:
    """Server-sent events. An error of the first page is an answer like any other."""
    pieces = events(reader)
    next(pieces)
    media_type = f"{EventStreamRenderer.media_type}; charset=utf-8"
    return StreamingHttpResponse(pieces, content_type=media_type, headers={"X-Accel-Buffering": "no"})  # by a proxy
