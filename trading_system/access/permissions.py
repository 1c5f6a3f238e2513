"""Whether a request is let in: everybody's on a developer's machine, and in production those of the roles' table."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .authentication import TokenAuthentication
from .limits import TooOften
from .roles import allowed, roles_of

View = Callable[..., HttpResponseBase]


class ByRole(BasePermission):
    message = "None of your roles allows this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not settings.LOGIN_REQUIRED:
            return True
        return bool(roles_of(request.user) & allowed(str(request.method), getattr(view, "basename", "")))


def for_readers(view: View) -> View:
    """A page that asks those to log in who have not: in a browser, by session."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.LOGIN_REQUIRED and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if settings.LOGIN_REQUIRED and not roles_of(request.user) & allowed("GET"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def for_reading_programs(view: View) -> View:
    """An address that programs ask, by token or by session, in a word of plain text."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.LOGIN_REQUIRED:
            return view(request, *args, **kwargs)
        try:
            by_token = TokenAuthentication().authenticate(Request(request))
        except TooOften as error:
            return refused(429, str(error.detail), {"Retry-After": str(error.wait)})
        except AuthenticationFailed as error:
            return unknown(str(error.detail))
        user = by_token[0] if by_token else request.user
        if not user.is_authenticated:
            return unknown("Say who you are, by a token.")
        return view(request, *args, **kwargs) if roles_of(user) & allowed("GET") else refused(403, ByRole.message)

    return guarded


def unknown(why: str) -> HttpResponse:
    return refused(401, why, {"WWW-Authenticate": "Token"})


def refused(status: int, why: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain", headers=headers)
