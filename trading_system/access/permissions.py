"""Whether a request is allowed: always in development, and in production by the roles of its user."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .authentication import TokenAuthentication
from .roles import allowed, roles_of

View = Callable[..., HttpResponseBase]


class ByRole(BasePermission):
    """Allows what a role of the user allows for the method and the resource; all, unless settings.LOGIN_REQUIRED."""

    message = "None of your roles allows this."

    def has_permission(self, request: Request, view: Any) -> bool:
        resource, action = getattr(view, "basename", ""), getattr(view, "action", None)
        return may(request.user, str(request.method), resource, action)


def may(user: Any, method: str, resource: str, action: str | None = None) -> bool:
    """Whether this user may send such a request."""
    return not settings.LOGIN_REQUIRED or bool(roles_of(user) & allowed(method, resource, action))


def for_readers(view: View) -> View:
    """Decorates a page for browsers, by session; without one it redirects to the login."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.LOGIN_REQUIRED and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if settings.LOGIN_REQUIRED and not roles_of(request.user) & allowed("GET"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def for_reading_programs(view: View) -> View:
    """Decorates a plain-text view for programs, by token or session. UncaughtErrors answers what it raises."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.LOGIN_REQUIRED:
            by_token = TokenAuthentication().authenticate(Request(request))
            user = by_token[0] if by_token else request.user
            if not user.is_authenticated:
                raise exceptions.NotAuthenticated("Authentication required: send a token.")
            if not roles_of(user) & allowed("GET"):
                raise exceptions.PermissionDenied(ByRole.message)
        return view(request, *args, **kwargs)

    return guarded
