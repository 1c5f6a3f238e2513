"""Who may do what. A role is a Django group of its name; users may have several, and superusers are admins.

The same table stands in docs/reference/api.md, and a test holds every address, method and role to it.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from rest_framework.permissions import SAFE_METHODS


class Role(StrEnum):
    VIEWER = "viewer"
    TRADER = "trader"
    FEED = "feed"
    ADMIN = "admin"


Roles = frozenset[Role]

NOBODY: Roles = frozenset()
READERS = frozenset({Role.VIEWER, Role.TRADER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
WRITERS = {  # by the resource's name in the router
    "trade": frozenset({Role.TRADER, Role.ADMIN}),
    "alert": frozenset({Role.FEED, Role.ADMIN}),
}


def allowed(method: str, resource: str = "") -> Roles:
    """Those who may send such a request to a resource, or to what is none, such as a page."""
    return READERS if method in SAFE_METHODS else WRITERS.get(resource, ADMINS)


def roles_of(user: AbstractBaseUser | AnonymousUser) -> Roles:
    """The database is asked once; a token has brought the answer with it."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    if not hasattr(user, "roles"):
        give(user, user.groups.values_list("name", flat=True))
    roles: Roles = user.roles  # type: ignore[attr-defined]
    return roles


def give(user: User, groups: Iterable[str]) -> None:
    """Let the user object carry its roles. Groups that are none of them are somebody else's."""
    names = set(groups) | ({Role.ADMIN} if user.is_superuser else set())
    user.roles = frozenset(role for role in Role if role in names)  # type: ignore[attr-defined]
