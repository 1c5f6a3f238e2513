"""Which rows of a file are known by the file itself: an import of the same bytes has booked these lines.

An import that was undone has booked nothing. A line that was booked is known in the account that it went to, whatever
became of its trade; what was deleted since is counted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .report import Report
from .staged import Span, Staged

# One for each account, in ascending order: of two imports, one waits if they have an account in common. Else neither
# would know the other's rows, and the same names in another order would deadlock.
IMPORTING = 0x74726164  # this advisory lock
NO_LOOPS = "SET LOCAL enable_nestloop = off"  # what is known of rows that were just written misleads the planner
LOCK = f"SELECT pg_advisory_xact_lock({IMPORTING}, account) FROM unnest(%(accounts)s::integer[]) account"  # noqa: S608
SINCE = """SELECT COALESCE(array_agg(DISTINCT import_id), '{}'), MIN(booked_at)
    FROM trades_importedlines JOIN trades_import ON trades_import.id = import_id
    WHERE digest = %(digest)s AND undone_at IS NULL AND account_id = ANY(%(accounts)s)"""
MISSING = """SELECT COUNT(DISTINCT pgh_obj_id) FROM trades_import import JOIN trades_tradeevent event
    ON pgh_obj_id BETWEEN first_trade AND last_trade AND import_id = import.id
    WHERE import.id = ANY(%(imports)s) AND pgh_label = 'delete' AND account_id = ANY(%(accounts)s)
        AND NOT EXISTS (SELECT FROM trades_trade WHERE id = pgh_obj_id)"""
LEAVE_OUT = """DELETE FROM staged USING (
        SELECT place FROM ({rows}) row JOIN trades_importedlines known USING (account_id)
        WHERE import_id = ANY(%(imports)s) AND line <@ lines
    ) booked WHERE staged.ctid = booked.place"""


@dataclass(frozen=True)
class Known:
    """The accounts that rows go to, and which imports of the same bytes have booked there, the first of them when."""

    span: Span
    imports: list[int]
    since: datetime | None

    @classmethod
    def of(cls, staged: Staged, digest: bytes, *, again: bool) -> "Known":
        """An import into one of the accounts at this moment is waited for. With `again`, none counts."""
        span = staged.span()
        staged.execute(LOCK, accounts=span.accounts)
        staged.execute(SINCE, accounts=span.accounts, digest=digest)
        imports, since = staged.cursor.fetchone()
        return cls(span, [] if again else imports, since)

    def parameters(self) -> dict[str, Any]:
        """Of statements about rows and what is known of them."""
        return {"accounts": self.span.accounts, "imports": self.imports}

    def leave_out(self, staged: Staged, report: Report) -> None:
        """Remove the rows of lines that were booked, as duplicates; count trades that were deleted since."""
        if self.imports:
            report.duplicates += staged.remove(LEAVE_OUT, **self.parameters())
            staged.execute(MISSING, **self.parameters())
            (report.missing,) = staged.cursor.fetchone()
