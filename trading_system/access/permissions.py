"""Whether a request is allowed: every one in development, and in production those of the roles' table."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .authentication import TokenAuthentication
from .roles import allowed, roles_of

View = Callable[..., HttpResponseBase]


class ByRole(BasePermission):
    message = "None of your roles allows this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not settings.LOGIN_REQUIRED:
            return True
        return bool(roles_of(request.user) & allowed(str(request.method), getattr(view, "basename", "")))


def for_readers(view: View) -> View:
    """A page for browsers, by session: whoever has not logged in is sent to the login."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.LOGIN_REQUIRED and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if settings.LOGIN_REQUIRED and not roles_of(request.user) & allowed("GET"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def for_reading_programs(view: View) -> View:
    """A plain-text address for programs, by token or by session. What it raises, UncaughtErrors answers."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.LOGIN_REQUIRED:
            by_token = TokenAuthentication().authenticate(Request(request))
            user = by_token[0] if by_token else request.user
            if not user.is_authenticated:
                raise NotAuthenticated("Authentication required: send a token.")
            if not roles_of(user) & allowed("GET"):
                raise exceptions.PermissionDenied(ByRole.message)
        return view(request, *args, **kwargs)

    return guarded
