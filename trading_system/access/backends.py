"""What the role means to Django's own permissions, which its admin asks for."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from .roles import Role, roles_of


class RoleBackend(ModelBackend):
    """Names and passwords as usual, and all permissions for admins."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return Role.ADMIN in roles_of(user_obj) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return Role.ADMIN in roles_of(user_obj) or super().has_module_perms(user_obj, app_label)
