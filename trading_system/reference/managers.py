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
UNKNOWN = "Unknown account: {}."  # or not seen: nobody can tell which
READ_ONLY = "You may read the account {}, but not change anything in it."
SEVERAL = "Several accounts that you see have this name; rename one of them."


def seen_by(user: Any) -> Scope:
    """The accounts that this user sees; without a login, those that have no members."""
    return Scope("reference_accounts(%s, FALSE)", (getattr(user, "pk", None),))


def open_to(user: Any) -> Scope:
    """The accounts that this user may book in: those without members, and those with them as a trader."""
    return Scope("reference_accounts(%s, TRUE)", (getattr(user, "pk", None),))


def ids(scope: Scope) -> RawSQL:
    """The ids of its accounts, for the `__in` of a queryset."""
    return RawSQL(f"SELECT id FROM {scope.sql} account", scope.parameters)  # noqa: S608, S611  # constants


def reason(name: str, seen: int) -> str:
    """Why somebody who sees so many accounts of this name cannot book in it."""
    return {0: UNKNOWN, 1: READ_ONLY}.get(seen, SEVERAL).format(name)


def refusal(name: str, seen: int) -> Exception:
    """PermissionDenied for an account that may only be read, else ValidationError; with the reason."""
    text = reason(name, seen)
    return PermissionDenied(text) if seen == 1 else ValidationError({"account": text})


class AccountQuerySet(models.QuerySet["Account"]):
    """`Account.objects`."""

    def within(self, scope: Scope) -> "AccountQuerySet":
        return self.filter(pk__in=ids(scope))

    def named(self, name: str, user: Any) -> "Account":
        """The account of this name that the user may book in; raises its `refusal` if there is none."""
        found = list(self.within(open_to(user)).filter(name=name))
        if len(found) == 1:
            return found[0]
        raise self.refusal(name, user)

    def refusal(self, name: str, user: Any) -> Exception:
        """Why the user cannot book in the account of this name."""
        return refusal(name, self.within(seen_by(user)).filter(name=name).count())

    def require_open(self, account: "Account", user: Any) -> None:
        """PermissionDenied unless the user may book in the account."""
        if not self.within(open_to(user)).filter(pk=account.pk).exists():
            raise PermissionDenied(READ_ONLY.format(account.name))
