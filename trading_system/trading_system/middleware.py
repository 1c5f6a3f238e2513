"""What every request passes through."""

from collections.abc import Callable
from contextlib import suppress

import pghistory
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from trades.errors import Unavailable

HEARD_OUT = 256 * 1024 * 1024  # bytes of a body that was refused; who sends more is cut off
PIECE = 64 * 1024
Respond = Callable[[HttpRequest], HttpResponse]


def with_trailing_slash(get_response: Respond) -> Respond:
    """Answer an API address without its trailing slash, too: Django can redirect a GET to it, but not a POST."""

    def respond(request: HttpRequest) -> HttpResponse:
        if f"{request.path_info}/".startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return respond


def hearing_out(get_response: Respond) -> Respond:
    """Read what is left of a body that was refused before its end: a client that is still sending hears no answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        left = HEARD_OUT if response.status_code >= 400 else 0
        with suppress(OSError):
            while left > 0 and (piece := request.read(PIECE)):
                left -= len(piece)
        return response

    return respond


def with_author(get_response: Respond) -> Respond:
    """Changes that a request makes carry the name of its user into the history. To add something is no change."""

    def respond(request: HttpRequest) -> HttpResponse:
        adds = request.method == "POST" and request.path_info.startswith("/api/")
        if adds or request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        with pghistory.context(user=request.user.get_username() or None):
            return get_response(request)

    return respond


class DatabaseErrors:
    """What the API's own handler does not see: an outage while a page is rendered, or in the admin, is a 503 as well.

    A NUL, which PostgreSQL cannot store, is the client's error wherever it came from.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            headers = {"Retry-After": str(Unavailable.wait)}
            text = f"{Unavailable.default_detail}\n"
            return HttpResponse(text, status=Unavailable.status_code, content_type="text/plain", headers=headers)
        if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
            return HttpResponse("The request has a NUL in it.\n", status=400, content_type="text/plain")
        return None
