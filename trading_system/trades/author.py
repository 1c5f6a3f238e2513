"""The author of a change: the name of the request's user, in the context that pghistory sends with each statement.

Triggers copy it into the events that they write, and `restore` reads it from there.
"""

from collections.abc import Callable
from typing import Any

import pghistory
from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from rest_framework.permissions import SAFE_METHODS

USERNAME_LENGTH = 150  # Django's
USER, RESTORED_BY = "user", "restored_by"  # keys of the context
# In SQL: who is asking now, null for nobody; of an event, whose change it was, and who restored the trade after it.
AUTHOR = f"NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), '')::jsonb->>'{USER}'"
CHANGED, RESTORED = (f"NULLIF(pgh_context->>'{key}', '')" for key in (USER, RESTORED_BY))
SIGNED = f"COALESCE(pgh_context, '{{}}') || jsonb_build_object('{RESTORED_BY}', {AUTHOR})"  # its context, once restored


def username_of(user: Any) -> str | None:
    """The name that is recorded of a request's user; None without a login, and of a command."""
    return user.get_username() or None if user else None


# Looked up when a statement first needs it: the API authenticates after all middleware has begun.
name_of = lazy(lambda request: request.user.get_username(), str)


def with_author(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: changes of trades carry their author. Adding one has no event to carry it, and is not slowed down."""

    def respond(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        adds = request.method == "POST" and path.startswith("/api/") and not path.endswith("/restore/")
        if adds or request.method in SAFE_METHODS:
            return get_response(request)
        with pghistory.context(**{USER: name_of(request)}):  # type: ignore[no-untyped-call]
            return get_response(request)

    return respond
