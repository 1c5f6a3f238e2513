"""Django's admin."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from .roles import Role, roles_of


class RoleSite(AdminSite):
    """For the role, besides those whom Django's own flag lets in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return Role.ADMIN in roles_of(request.user) or super().has_permission(request)
