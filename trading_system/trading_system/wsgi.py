"""The application that a WSGI server imports."""

import os
from collections.abc import Iterator
from contextlib import suppress
from errno import ECONNRESET
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

from rest.body_sizes import MAX_DISCARDED

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
django.setup(set_prefix=False)

PIECE = 64 * 1024
REQUEST = "trading_system.request"


class Refusal:
    """An answer that reads what is left of the request's body after it is sent.

    Many clients send all of a body before they read the answer, and would only see a reset connection. More than
    MAX_DISCARDED bytes are not read: ConnectionResetError, on which servers close the connection.
    """

    def __init__(self, response: HttpResponseBase, request: HttpRequest) -> None:
        self.response, self.request = response, request

    def __iter__(self) -> Iterator[bytes]:
        yield from self.response
        self.close()  # before a slow client: it gives the database connection back
        left = MAX_DISCARDED
        with suppress(OSError):  # the client is gone
            while left > 0 and (piece := self.request.read(PIECE)):
                left -= len(piece)
        if left <= 0:
            raise ConnectionResetError(ECONNRESET, "too much of a refused body")

    def close(self) -> None:
        if not self.response.closed:
            self.response.close()


class Service(WSGIHandler):
    """Django's handler, for content types that Django cannot parse, and for refused bodies."""

    drains_refused_bodies = True  # false where the server reads them itself, without a thread

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:  # Django would fail before a view can answer with 415
            environ["CONTENT_TYPE"] = ""
        response = super().__call__(environ, start_response)
        refused = isinstance(response, HttpResponseBase) and response.status_code >= 400
        return Refusal(response, environ[REQUEST]) if refused and self.drains_refused_bodies else response

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.META[REQUEST] = request
        return super().get_response(request)


application = Service()
