"""Who books the trades of a file, and in which accounts."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from reference.managers import ALL, open_to, reason, refusal, seen_by
from reference.seeds import MAIN
from rest.selection import Scope

from .author import username_of

# Whoever changes the members of an account locks its row, and so waits for the end of the import, or comes before this.
HOLD = "SELECT id FROM reference_account WHERE id = ANY(%s) ORDER BY id FOR SHARE"


@dataclass(frozen=True)
class Booking:
    """Whose trades are booked (`by`, a username), and where: in `accounts`, ids by name; in `main`, if a row has none.

    `seen` counts the accounts of each name that are seen. Of those that share a name, none can be meant.
    """

    open: Scope
    accounts: dict[str, int]
    seen: Counter[str]
    main: int
    by: str | None

    @classmethod
    def of_command(cls, account: str | None = None) -> "Booking":
        """Of somebody who has the database, in all accounts."""
        return cls.among(ALL, ALL, account, None)

    @classmethod
    def of_user(cls, user: Any, account: str | None = None) -> "Booking":
        return cls.among(seen_by(user), open_to(user), account, username_of(user))

    @classmethod
    def among(cls, seen: Scope, open_: Scope, account: str | None, by: str | None) -> "Booking":
        """ValidationError or PermissionDenied if nothing can be booked in `account`, which stands for `main`."""
        names = Counter(name for _, name in seen.accounts())
        found = open_.accounts()
        times = Counter(name for _, name in found)
        accounts = {name: id_ for id_, name in found if times[name] == 1}
        if account and account not in accounts:
            raise refusal(account, names[account])
        return cls(open_, accounts, names, accounts[account] if account else MAIN, by)

    def parameters(self) -> dict[str, Any]:
        """Of statements about staged rows."""
        names, ids = list(self.accounts), list(self.accounts.values())
        return {"names": names, "ids": ids, "main": self.main, "by": self.by}

    def unknown(self, values: dict[str, str], broken: list[str]) -> dict[str | None, list[str]]:
        """The first error of a row whose account or currency is none, as of a trade that is booked alone."""
        field = next(name for name in values if name in broken)
        if field == "account":
            return {field: [reason(values[field], self.seen[values[field]])]}
        return {field: [f"Unknown currency: {values[field]}."]}

    def confirm(self, accounts: list[int]) -> None:
        """PermissionDenied names an account that may not be booked in any more; others stay as they are."""
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [accounts])
        open_ = {id_ for id_, _ in self.open.accounts()}
        if lost := set(accounts) - open_:
            name = next(name for name, id_ in self.accounts.items() if id_ in lost)
            raise PermissionDenied(f"You may not book in the account {name} any more. Nothing was imported.")
