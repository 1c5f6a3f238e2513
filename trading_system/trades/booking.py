"""Who books the trades of a file, and in which accounts."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from reference.managers import ALL, open_to, reason, refusal, seen_by
from reference.models import MAIN, Account
from rest.selection import Scope

# Whoever changes the members of an account locks its row, and so waits for the end of the import, or comes before this.
HOLD = "SELECT id FROM reference_account WHERE id = ANY(%s) ORDER BY id FOR SHARE"


@dataclass(frozen=True)
class Writer:
    """Who books, in which accounts of those that `seen` has, and in which where a row does not say: `account`.

    By default it is a command, whose accounts are all; `of_user` is somebody's request.
    """

    seen: Scope = ALL
    open: Scope = ALL
    account: str | None = None
    name: str | None = None

    @classmethod
    def of_user(cls, user: Any, account: str | None = None) -> "Writer":
        return cls(seen_by(user), open_to(user), account, user.get_username() or None)

    def begun(self) -> "Booking":
        """Look the accounts up. ValidationError or PermissionDenied if the writer may not book in `account`."""
        seen, open_ = by_name(self.seen), by_name(self.open)
        booking = Booking(self, {name: ids[0] for name, ids in open_.items() if len(ids) == 1}, seen)
        if self.account and self.account not in booking.accounts:
            raise booking.refusal(self.account)
        return booking


def by_name(scope: Scope) -> dict[str, list[int]]:
    """The ids of the accounts of each name."""
    found: dict[str, list[int]] = {}
    for id_, name in scope.accounts():
        found.setdefault(name, []).append(id_)
    return found


@dataclass(frozen=True)
class Booking:
    """A writer at work: the id of each account that may be booked in, by name, and the names of all that are seen."""

    writer: Writer
    accounts: dict[str, int]
    seen: dict[str, list[int]]

    @property
    def main(self) -> int:
        """Where a row goes that does not say."""
        return self.accounts[self.writer.account] if self.writer.account else MAIN

    def parameters(self) -> dict[str, Any]:
        """Of statements about staged rows."""
        names, ids = list(self.accounts), list(self.accounts.values())
        return {"names": names, "ids": ids, "main": self.main, "by": self.writer.name}

    def refusal(self, account: str) -> Exception:
        """Why the writer cannot book in the account."""
        return refusal(account, self.count(account))

    def count(self, account: str) -> int:
        """How many accounts of this name are seen."""
        return len(self.seen.get(account, ()))

    def unknown(self, values: dict[str, str], broken: list[str]) -> dict[str | None, list[str]]:
        """The first error of a row whose account or currency is none, as of a trade that is booked alone."""
        field = next(name for name in values if name in broken)
        if field == "account":
            return {field: [reason(values[field], self.count(values[field]))]}
        return {field: [f"Unknown currency: {values[field]}."]}

    def confirm(self, accounts: list[int]) -> None:
        """PermissionDenied names an account that the writer may not book in any more; others stay as they are."""
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [accounts])
        open_ = {id_ for id_, _ in self.writer.open.accounts()}
        if lost := [id_ for id_ in accounts if id_ not in open_]:
            name = Account.objects.filter(pk=lost[0]).values_list("name", flat=True).first()
            raise PermissionDenied(f"You may not book in the account {name} any more. Nothing was imported.")
