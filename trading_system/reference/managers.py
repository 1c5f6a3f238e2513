"""Which accounts a user sees, and may book in; and how accounts are added and changed."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models.expressions import RawSQL

from rest.locks import lock_rows_of
from rest.rules import Conflict
from rest.selection import Scope

from .members import set_members

if TYPE_CHECKING:
    from .models import Account

ALL = Scope("reference_account")  # of commands: who runs one has the database
UNKNOWN = "Unknown account: {}."  # or not seen: nobody can tell which
READ_ONLY = "You may read the account {}, but not change anything in it."
SEVERAL = "Several accounts that you see have this name; rename one of them."
TAKEN = "Another account that you see has this name."
MAX_ACCOUNTS = 1000  # seen or not


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

    def with_members(self) -> "AccountQuerySet":
        """Each with its memberships and their users, from two more queries."""
        return self.prefetch_related("memberships__user")

    @transaction.atomic
    def enter(self, given: dict[str, Any], user: Any) -> "Account":
        """Add an account of validated fields; `memberships` has a role for each username.

        Conflict if the user sees another of its name, or if there are too many; ValidationError as of `set_members`.
        """
        self.lock()
        if self.count() >= MAX_ACCOUNTS:
            raise Conflict(f"There are at most {MAX_ACCOUNTS} accounts.")
        return self.write(self.model(), given, user)

    @transaction.atomic
    def change(self, account: "Account", given: dict[str, Any], user: Any) -> "Account":
        """Change the fields that are given of an account whose row is locked; errors as of `enter`.

        Other members make another version, although they are rows of their own.
        """
        self.lock()
        return self.write(account, given, user)

    def write(self, account: "Account", given: dict[str, Any], user: Any) -> "Account":
        """Store the fields in a locked table, and read the account as it is then."""
        fields = dict(given)
        roles = fields.pop("memberships", None)
        if fields.get("name", account.name) != account.name:
            self.require_free(fields["name"], user)
        for name, value in fields.items():
            setattr(account, name, value)
        account.save()
        if roles is not None:
            set_members(account, roles, user)
        return self.with_members().get(pk=account.pk)

    def require_free(self, name: str, user: Any) -> None:
        """Conflict if an account that the user sees has the name. Of one that is not seen, nothing is told."""
        if self.within(seen_by(user)).filter(name=name).exists():
            raise Conflict(TAKEN, "name")

    def lock(self) -> None:
        lock_rows_of(self.model)

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
