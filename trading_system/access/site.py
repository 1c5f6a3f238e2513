"""The site of Django's admin."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .roles import Role, roles_of


class RoleSite(AdminSite):
    """Django's admin, open to the role `admin` as well as to staff."""

    def has_permission(self, request: HttpRequest) -> bool:
        return Role.ADMIN in roles_of(request.user) or super().has_permission(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Use the common login page: the admin's own accepts staff only."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
