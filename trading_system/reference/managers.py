"""Which accounts a user sees, and may book in."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models.expressions import RawSQL

from rest.selection import Scope

if TYPE_CHECKING:
    from .models import Account

Model = TypeVar("Model", bound=models.Model)

ALL = Scope("reference_account")  # of commands: who runs one has the database
SEVERAL = "Several accounts that you see have this name; rename one of them."


def seen_by(user: Any) -> Scope:
    """The accounts that this user sees; without a login, those that have no members."""
    return Scope("reference_accounts(%s, FALSE)", (getattr(user, "pk", None),))


def open_to(user: Any) -> Scope:
    """The accounts that this user may book in: those without members, and those with them as a trader."""
    return Scope("reference_accounts(%s, TRUE)", (getattr(user, "pk", None),))


def ids(scope: Scope) -> RawSQL:
    """The ids of its accounts, for the `__in` of a queryset."""
    return RawSQL(f"SELECT id FROM {scope.sql} account", scope.parameters)  # noqa: S608  # a constant's text


def unknown(name: str) -> ValidationError:
    """The error for an account that is not there, or not seen: nobody can tell which."""
    return ValidationError({"account": f"Unknown account: {name}."})


class AccountQuerySet(models.QuerySet["Account"]):
    """`Account.objects`."""

    def within(self, scope: Scope) -> "AccountQuerySet":
        return self.filter(pk__in=ids(scope))

    def named(self, name: str, user: Any) -> "Account":
        """The account of this name that the user may book in.

        ValidationError if the user sees none of this name, or several; PermissionDenied if it may only be read.
        """
        found = list(self.within(seen_by(user)).filter(name=name))
        if not found:
            raise unknown(name)
        if len(found) > 1:
            raise ValidationError({"account": SEVERAL})
        self.require_open(found[0], user)
        return found[0]

    def require_open(self, account: "Account", user: Any) -> None:
        """PermissionDenied unless the user may book in the account."""
        if not self.within(open_to(user)).filter(pk=account.pk).exists():
            raise PermissionDenied(f"You may read the account {account.name}, but not change anything in it.")
