"""Members of an account: who sees it, and who writes to it. A trader needs that role of the service, too."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from .models import Account

MAX_MEMBERS = 100  # of an account
NO_ROLE = 'Must be "viewer" or "trader".'
NOT_AMONG = "You have to be among them as a trader, so that you can change them again; without a login, nobody can be."
EVERYBODYS = "The account {} is everybody's: trades that name no account go there. It has no members."


class MemberRole(models.TextChoices):
    VIEWER = "viewer"
    TRADER = "trader"


def set_members(account: "Account", roles: Mapping[str, str], asker: Any) -> None:
    """Replace the members of an account whose row is locked; `roles` has the role of each by username.

    ValidationError for `members` if the account is `main`, if the asker is not among them as a trader, or if a user is
    unknown.
    """
    if roles and account.is_main:
        raise ValidationError({"members": EVERYBODYS.format(account.name)})
    if roles and roles.get(asker.get_username()) != MemberRole.TRADER:
        raise ValidationError({"members": NOT_AMONG})
    users = users_named(roles)
    members = account.memberships
    members.all().delete()
    members.bulk_create([members.model(account=account, user=users[name], role=roles[name]) for name in roles])


def users_named(names: Mapping[str, str]) -> dict[str, Any]:
    """The users by their names; ValidationError for `members` says which there are not."""
    users: dict[str, Any] = get_user_model().objects.in_bulk(list(names), field_name="username")
    if unknown := [name for name in names if name not in users]:
        raise ValidationError({"members": [f"Unknown user: {name}." for name in unknown]})
    return users
