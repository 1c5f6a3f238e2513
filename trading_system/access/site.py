"""Django's admin."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .roles import Role, roles_of


class RoleSite(AdminSite):
    """For the role, besides those whom Django's own flag lets in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return Role.ADMIN in roles_of(request.user) or super().has_permission(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """At the login of all the others: Django's own asks for its flag, whatever the role."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
