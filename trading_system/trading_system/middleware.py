"""What every request passes through."""

from collections.abc import Callable
from functools import cache

import pghistory
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from access.limits import TooOften
from rest.errors import OUTAGES, Unavailable, request_id, unavailable

MAX_FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # bytes
Respond = Callable[[HttpRequest], HttpResponse]


def with_trailing_slash(get_response: Respond) -> Respond:
    """Answer an API address without its trailing slash, too: Django can redirect a GET to it, but not a POST."""

    def respond(request: HttpRequest) -> HttpResponse:
        if f"{request.path_info}/".startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return respond


def with_small_bodies(get_response: Respond) -> Respond:
    """Forms of pages are small. The API has limits of its own, and says so when it knows who asks."""

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if f"{request.path_info}/".startswith("/api/") or (length.isdecimal() and int(length) <= MAX_FORM):
            return get_response(request)
        return HttpResponse(f"A form has at most {MAX_FORM} bytes.\n", status=413, content_type="text/plain")

    return respond


class Policy(CSPMiddleware):
    """What pages may load: made once, as the library would make the same words anew for every answer of the API."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):  # pages may have a policy of their own
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, usual_policy())
        return response


@cache
def usual_policy() -> str:
    return str(build_policy())


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
    return answered(request, unavailable(error))


def answered(request: HttpRequest, error: Unavailable | TooOften) -> HttpResponse:
    """The error as the API or a page says it."""
    headers = {"Retry-After": str(error.wait)}
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {"detail": error.detail, "request_id": request_id()}, status=error.status_code, headers=headers
        )
    return HttpResponse(f"{error.detail}\n", status=error.status_code, content_type="text/plain", headers=headers)


class PageErrors:
    """What the API's own handler does not see: an outage while a page is rendered, or in the admin, is a 503 as well,
    and too many logins are a 429.

    A NUL, which PostgreSQL cannot store, is the client's error wherever it came from.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OUTAGES):
            return outage(request, error)
        if isinstance(error, TooOften):
            return answered(request, error)
        if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
            return HttpResponse("The request has a NUL in it.\n", status=400, content_type="text/plain")
        return None
