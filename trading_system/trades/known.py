"""A file is known in each account that its rows went to: the same bytes add nothing there, and to others their rows.

What became of its rows in accounts that it has no rows for now, perhaps as its user does not see them, changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.backends.utils import CursorWrapper

from .models import Import
from .report import Report

# One for each account, in ascending order: of two imports of a file, one waits if they have an account in common.
LOCK = "SELECT pg_advisory_xact_lock(%s, account) FROM unnest(%s) account"

ByLine = dict[int, list[dict[str, Any]]]  # errors, as they were answered


class Known:
    """Earlier imports of the same bytes into any of these accounts (ids, ascending), oldest first."""

    def __init__(self, cursor: CursorWrapper, digest: bytes, accounts: list[int]) -> None:
        """Another import of the same bytes into one of them at this moment is waited for."""
        self.digest, self.accounts = digest, accounts
        cursor.execute(LOCK, [int.from_bytes(digest[:4], "big", signed=True), accounts])
        found = Import.objects.filter(digest=digest, accounts__overlap=accounts)
        self.imports = list(found.order_by("created_at", "pk"))
        self.own = next((one for one in self.imports if one.accounts == accounts), None)  # into exactly these
        known = {id_ for one in self.imports for id_ in one.accounts}
        self.ids = [id_ for id_ in accounts if id_ in known]
        self.refusals = [(one, by_line(one)) for one in ([self.own] if self.own else self.imports)]

    @property
    def since(self) -> datetime | None:
        """When they were first imported into one of these accounts. Later imports do not change it."""
        return self.imports[0].created_at if self.imports else None

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing is left to book."""
        return self.ids == self.accounts

    @property
    def lines(self) -> list[int]:
        """Those that were refused."""
        return sorted({line for _, errors in self.refusals for line in errors})

    def refused(self, rows: Iterable[tuple[int, int]]) -> ByLine:
        """Why rows that are valid now, each a line and its account, were refused whenever they were imported there."""
        found = {}
        for line, account in rows:
            told = [errors.get(line, []) for one, errors in self.refusals if account in one.accounts]
            if told and all(told):
                found[line] = told[0]
        return found

    def keep(self, report: Report) -> None:
        """Record what was imported; a file without any trade in the ledger was not imported."""
        if there := report.created + report.duplicates:
            found: dict[str, Any] = {"rows": there, "failed": report.failed, "errors": report.first_errors()}
            Import.objects.bulk_create(
                [Import(digest=self.digest, accounts=self.accounts, **found)],
                update_conflicts=True,
                unique_fields=["digest", "accounts"],
                update_fields=list(found),
            )
        elif self.own:
            self.own.delete()


def by_line(earlier: Import) -> ByLine:
    return {line: list(errors) for line, errors in groupby(earlier.errors, key=lambda error: error["line"])}
