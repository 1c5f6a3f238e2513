"""Who may do what. A role is a Django group of that name. Users may have several; superusers are admins.

docs/reference/api.md has the same table, and a test compares every address, method and role with it.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from rest_framework.permissions import SAFE_METHODS


class Role(StrEnum):
    """A user has a role by being in the group of its name."""

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
    "import": frozenset({Role.TRADER, Role.ADMIN}),
    "import-profile": frozenset({Role.TRADER, Role.ADMIN}),
    "account": frozenset({Role.TRADER, Role.ADMIN}),  # and of an account with members, those who are a trader there
    "corporate-action": frozenset({Role.TRADER, Role.ADMIN}),
    "instrument": frozenset({Role.TRADER, Role.ADMIN}),
    "alert": frozenset({Role.FEED, Role.ADMIN}),
    "alert acknowledge": frozenset({Role.TRADER, Role.ADMIN}),  # an action of the resource that others carry out
    "alert reopen": frozenset({Role.TRADER, Role.ADMIN}),
    "market-candle": frozenset({Role.FEED, Role.ADMIN}),
    "alert-rule": frozenset({Role.TRADER, Role.ADMIN}),
    "alert-snooze": frozenset({Role.TRADER, Role.ADMIN}),
    "alert-preview": frozenset({Role.FEED, Role.ADMIN}),  # a watch answers what people ask
    "alert-preview create": frozenset({Role.TRADER, Role.ADMIN}),
    "webhook": frozenset({Role.TRADER, Role.ADMIN}),
}
FEED_READS = {"alert-rule", "alert-snooze", "alert-preview"}  # what a watch goes by


def allowed(method: str, resource: str = "", action: str | None = None) -> Roles:
    """The roles that may send this request to a resource or, without one, to a page."""
    if method in SAFE_METHODS:
        return READERS | {Role.FEED} if resource in FEED_READS else READERS
    return WRITERS.get(f"{resource} {action}") or WRITERS.get(resource, ADMINS)


def roles_of(user: AbstractBaseUser | AnonymousUser) -> Roles:
    """The user's roles, from one query per user object; authentication by token has loaded them already."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    if not hasattr(user, "roles"):
        give(user, user.groups.values_list("name", flat=True))
    roles: Roles = user.roles  # type: ignore[attr-defined]
    return roles


def give(user: User, groups: Iterable[str]) -> None:
    """Store the roles on the user object. Groups with other names are ignored."""
    names = set(groups) | ({Role.ADMIN} if user.is_superuser else set())
    user.roles = frozenset(role for role in Role if role in names)  # type: ignore[attr-defined]
