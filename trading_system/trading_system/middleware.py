"""Middleware of ours, and the answers to errors outside of DRF's views."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from rest_framework.exceptions import APIException, ParseError

from rest.body_sizes import MAX_DATA
from rest.errors import request_id, unavailable

FAILED = "Internal server error. The log has the details under this request_id."


class ForbidCaching(MiddlewareMixin):
    """`no-store` for every answer but static files, which have a Cache-Control of their own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AddTrailingSlash(MiddlewareMixin):
    """Accepts an API address without its trailing slash. APPEND_SLASH redirects a GET, but cannot redirect a POST."""

    def process_request(self, request: HttpRequest) -> None:
        if is_api(request) and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"


class RefuseLargeForms(MiddlewareMixin):
    """413 for forms of pages, before they are read. The API has limits of its own, which depend on the view."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_api(request) or (length.isdecimal() and int(length) <= MAX_DATA):
            return None
        return HttpResponse(f"A form has at most {MAX_DATA} bytes.\n", status=413, content_type="text/plain")


def is_api(request: HttpRequest) -> bool:
    """Whether the path is /api or below it."""
    return f"{request.path_info}/".startswith("/api/")


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, but with one policy for all of the API: the library would build it again for each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_api(request):  # pages may have a policy of their own
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, usual_policy())
        return response


@cache
def usual_policy() -> str:
    """The header's value by the settings, built once."""
    return str(build_policy())


class PageMessages(MessageMiddleware):
    """Django's messages, of the admin's pages. The API has none."""

    def process_request(self, request: HttpRequest) -> None:
        if not is_api(request):
            super().process_request(request)


class UncaughtErrors(MiddlewareMixin):
    """Answers exceptions of views that are not DRF's: pages, the admin, the login, /readyz and /metrics."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None, which leads to a 500, if the error is neither the client's nor the database's."""
        known = error if isinstance(error, APIException) else unavailable(error)
        if known is None and isinstance(error, ValueError) and "NUL (0x00)" in str(error):  # which PostgreSQL refuses
            known = ParseError("The request contains a NUL character.")
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
