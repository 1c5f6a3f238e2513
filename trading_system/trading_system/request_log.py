"""The log line of every request, its id (X-Request-ID), and its metrics."""

import re
import time
from collections.abc import Callable
from functools import cache
from secrets import token_hex
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest, HttpResponse

from access.addresses import by_trusted_proxy
from rest.metrics import REQUESTS

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[\w-]{1,64}", re.ASCII)
METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))

log = structlog.get_logger().bind()  # settings have configured structlog before


class RequestLog:
    """Measures each request until its answer is sent, and then writes its line and its metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        observation = Observation(request)
        with connection.execute_wrapper(observation.count):
            response = self.get_response(request)
        response[HEADER] = observation.id
        close = response.close

        def end() -> None:
            try:
                close()
            finally:
                observation.end(response)

        response.close = end  # type: ignore[method-assign]  # servers call it when the answer is sent
        return response


class Observation:
    """One request. `queries` counts those before the answer begins; an export streams its rows after that.

    `id` is from the header of a trusted proxy, or random.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.begun, self.queries = request, time.perf_counter(), 0
        given = request.headers.get(HEADER, "") if by_trusted_proxy(request) else ""
        self.id = given if GIVEN.fullmatch(given) else token_hex(16)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.id)

    def count(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """A wrapper of the connection's `execute`: count the query, and execute it."""
        self.queries += 1
        return execute(*arguments)

    def end(self, response: HttpResponse) -> None:
        """Log the request with its answer's status, and count it in the metrics."""
        request, status = self.request, response.status_code
        duration, route = time.perf_counter() - self.begun, route_of(request)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, status).observe(duration)
        level = "error" if status >= 500 else "warning" if status >= 400 else "info"
        getattr(log, level)(
            "request", method=method, route=route, status=status, duration_ms=round(duration * 1000, 3),
            queries=self.queries, user=user_of(request),
        )  # fmt: skip
        structlog.contextvars.clear_contextvars()


def route_of(request: HttpRequest) -> str:
    """The route as in the documentation: /api/trades/{id}/. A path may hold a secret, and would be a label too many."""
    match = request.resolver_match
    return simplified(match.route) if match else "none"


@cache
def simplified(route: str) -> str:
    """A URL pattern of Django's, without its syntax: each named group is `{id}`."""
    named = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "{id}", route)
    return "/" + re.sub(r"\[.*", "…", re.sub(r"[$^]", "", named))


def user_of(request: HttpRequest) -> str | None:
    """The user's name if it has been loaded already: the line is no reason for a query."""
    user = request.__dict__.get("user")
    known = user if type(user) is User else request.__dict__.get("_cached_user")
    return known.get_username() or None if known else None
