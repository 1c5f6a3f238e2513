"""What every request passes through."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse, JsonResponse

from wire.errors import OUTAGES, unavailable

Respond = Callable[[HttpRequest], HttpResponse]


def with_trailing_slash(get_response: Respond) -> Respond:
    """Answer an API address without its trailing slash, too: Django can redirect a GET to it, but not a POST."""

    def respond(request: HttpRequest) -> HttpResponse:
        if f"{request.path_info}/".startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return respond


def with_author(get_response: Respond) -> Respond:
    """Changes that a request makes carry the name of its user into the history. To add something is no change."""

    def respond(request: HttpRequest) -> HttpResponse:
        adds = request.method == "POST" and request.path_info.startswith("/api/")
        if adds or request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        try:
            user = request.user.get_username() or None
        except OUTAGES as error:
            return outage(request, error)
        with pghistory.context(user=user):
            return get_response(request)

    return respond


def outage(request: HttpRequest, error: Exception) -> HttpResponse:
    found = unavailable(error)
    headers = {"Retry-After": str(found.wait)}
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": found.detail}, status=found.status_code, headers=headers)
    return HttpResponse(f"{found.detail}\n", status=found.status_code, content_type="text/plain", headers=headers)


class DatabaseErrors:
    """What the API's own handler does not see: an outage while a page is rendered, or in the admin, is a 503 as well.

    A NUL, which PostgreSQL cannot store, is the client's error wherever it came from.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OUTAGES):
            return outage(request, error)
        if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
            return HttpResponse("The request has a NUL in it.\n", status=400, content_type="text/plain")
        return None
