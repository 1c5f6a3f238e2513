"""Logins by name and password, and the permissions that Django's admin asks for."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from .addresses import address_of
from .limits import LOGINS, LOGINS_AS
from .roles import Role, roles_of


class RoleBackend(ModelBackend):
    """Django's backend with throttled logins, and with all permissions for the role `admin`."""

    def authenticate(self, request: HttpRequest | None, **given: Any) -> User | None:  # type: ignore[override]
        """Raises TooOften after too many attempts from an address or as a user, even if the password is right.

        Raises ReadOnly if the database cannot count them. A session could not be stored there anyway.
        """
        if request is not None:
            LOGINS.take(address_of(request))
            LOGINS_AS.take(f"as {given.get('username')}")
        return super().authenticate(request, **given)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return Role.ADMIN in roles_of(user_obj) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return Role.ADMIN in roles_of(user_obj) or super().has_module_perms(user_obj, app_label)
