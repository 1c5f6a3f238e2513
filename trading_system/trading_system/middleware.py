"""What every request passes through."""

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from rest_framework.exceptions import APIException, ParseError

from rest.body_sizes import MAX_DATA
from rest.errors import request_id, unavailable

FAILED = "Internal server error. The log has the details under this request_id."
Respond = Callable[[HttpRequest], HttpResponse]


def forbid_caching(get_response: Respond) -> Respond:
    """Every answer is private, except for static files, which say themselves how long they last."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def add_trailing_slash(get_response: Respond) -> Respond:
    """Answer an API address without its trailing slash, too: Django can redirect a GET to it, but not a POST."""

    def respond(request: HttpRequest) -> HttpResponse:
        if is_api(request) and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return respond


def refuse_large_forms(get_response: Respond) -> Respond:
    """413 for pages. The API has limits of its own, which it applies once it knows the user."""

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_api(request) or (length.isdecimal() and int(length) <= MAX_DATA):
            return get_response(request)
        return HttpResponse(f"A form has at most {MAX_DATA} bytes.\n", status=413, content_type="text/plain")

    return respond


def is_api(request: HttpRequest) -> bool:
    return f"{request.path_info}/".startswith("/api/")


class ContentSecurityPolicy(CSPMiddleware):
    """The usual policy is built once; the library would build it anew for every answer of the API."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_api(request):  # pages may have a policy of their own
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, usual_policy())
        return response


@cache
def usual_policy() -> str:
    return str(build_policy())


class UncaughtErrors(MiddlewareMixin):
    """Answers exceptions of views that DRF's handler does not see: those of pages, the admin, the login, and health."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None, for a 500, if the error is neither the client's nor the database's."""
        known = error if isinstance(error, APIException) else unavailable(error)
        if known is None and isinstance(error, ValueError) and "NUL (0x00)" in str(error):  # which PostgreSQL refuses
            known = ParseError("The request has a NUL in it.")
        return answer(request, known) if known else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. The log has the traceback under the same id."""
    return answer(request, APIException(FAILED if is_api(request) else f"{FAILED}\nrequest_id: {request_id()}"))


def answer(request: HttpRequest, error: APIException) -> HttpResponse:
    """JSON in the API, and a line of text elsewhere."""
    headers = {"Retry-After": str(error.wait)} if hasattr(error, "wait") else {}
    if error.status_code == 401:
        headers["WWW-Authenticate"] = "Token"
    if is_api(request):
        body = {"detail": error.detail, "request_id": request_id()}
        return JsonResponse(body, status=error.status_code, headers=headers)
    return HttpResponse(f"{error.detail}\n", status=error.status_code, content_type="text/plain", headers=headers)
