"""A file is known in each account that its rows went to: the same rows of the same bytes are not booked there again.

What became of its rows in accounts that it has no rows for now, perhaps as its user does not see them, changes nothing.
"""

from datetime import datetime
from typing import Any

from django.db.backends.utils import CursorWrapper

from .models import Import
from .report import Report

# One for each account, in ascending order: of two imports of a file, one waits if they have an account in common.
LOCK = "SELECT pg_advisory_xact_lock(%s, account) FROM unnest(%s::integer[]) account"


class Known:
    """Earlier imports of the same bytes into any of these accounts (ids, ascending), oldest first."""

    def __init__(self, cursor: CursorWrapper, digest: bytes, accounts: list[int]) -> None:
        """Another import of the same bytes into one of them at this moment is waited for."""
        self.digest, self.accounts = digest, accounts
        cursor.execute(LOCK, [int.from_bytes(digest[:4], "big", signed=True), accounts])
        found = Import.objects.filter(digest=digest, accounts__overlap=accounts)
        self.imports = list(found.order_by("created_at", "pk"))
        known = {id_ for one in self.imports for id_ in one.accounts}
        self.ids = [id_ for id_ in accounts if id_ in known]

    @property
    def since(self) -> datetime | None:
        """When they were first imported into one of these accounts. Later imports do not change it."""
        return self.imports[0].created_at if self.imports else None

    @property
    def is_everywhere(self) -> bool:
        """Whether the file is known in all of these accounts."""
        return bool(self.ids) and self.ids == self.accounts

    def refused(self) -> list[tuple[int, int]]:
        """The accounts and lines of rows that no import has booked there: as far as the refused ones were listed."""
        return [
            (id_, line)
            for id_ in self.ids
            for line in set.intersection(*(lines_of(one) for one in self.imports if id_ in one.accounts))
        ]

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


def lines_of(earlier: Import) -> set[int]:
    """Those that were refused."""
    return {error["line"] for error in earlier.errors}
