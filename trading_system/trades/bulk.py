"""Many trades at once: COPY streams a file into a table of its own, where it is validated and booked as a set."""

import io
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic

from .booking import Booking
from .files.rows import read_rows
from .files.source import PIECE, TradeFile
from .refusals import messages, remove_broken
from .report import Report, Undone
from .selection import OWN_FIELDS
from .staging import Errors, Lines, copy_lines

UNIQUE = "trade_external_id_account_unique"

COLUMNS = ", ".join(OWN_FIELDS)
AS_GIVEN = ", ".join(name for name in OWN_FIELDS if name != "account")
STAGED = f"""DROP TABLE IF EXISTS pg_temp.staged;
    CREATE TEMPORARY TABLE staged ON COMMIT DROP AS
        SELECT id AS line, {AS_GIVEN}, NULL::text AS account, updated_at FROM trades_trade WITH NO DATA;
    ALTER TABLE staged ALTER updated_at SET DEFAULT STATEMENT_TIMESTAMP()"""  # noqa: S608
COPY = f"COPY staged (line, {COLUMNS}) FROM STDIN (NULL '')"
HAS = """SELECT EXISTS (SELECT 1 FROM staged WHERE external_id IS NOT NULL),
    EXISTS (SELECT 1 FROM staged WHERE account IS NOT NULL)"""
IN_ONE_ACCOUNT = "SELECT *, %(main)s AS account_id FROM staged"
IN_ACCOUNTS = """SELECT staged.*, COALESCE(named.id, %(main)s) AS account_id
    FROM staged LEFT JOIN unnest(%(names)s::text[], %(ids)s::integer[]) named (name, id) ON named.name = account"""
# One for each account, in ascending order: of two imports of a file, one waits if they have an account in common.
LOCK = "SELECT pg_advisory_xact_lock(%s, account) FROM unnest(%s::integer[]) account"
SINCE = "SELECT MIN(created_at) FROM trades_import WHERE digest = %s AND accounts && %s::integer[]"
LEAVE_OUT = """DELETE FROM staged USING (
        SELECT line FROM ({rows}) row
        JOIN (SELECT unnest(accounts) AS account_id, booked FROM trades_import WHERE digest = %(digest)s) known
            USING (account_id)
        WHERE line <@ booked
    ) booked WHERE staged.line = booked.line"""
KEEP = """INSERT INTO trades_import AS known (digest, accounts, booked)
    SELECT %(digest)s, ARRAY[account_id], range_agg(int8range(line, line + 1)) FROM ({rows}) row GROUP BY account_id
    ON CONFLICT (digest, accounts) DO UPDATE SET booked = known.booked + EXCLUDED.booked"""
# Each ticker's own currency is looked up once.
BOOK = f"""WITH own AS MATERIALIZED (
        SELECT ticker, reference_currency_of(ticker) AS own FROM (SELECT DISTINCT ticker FROM staged) tickers
    ), priced AS (
        SELECT row.*, COALESCE(row.currency, own, account.currency) AS priced_in
        FROM ({{rows}}) row JOIN own USING (ticker) JOIN reference_account account ON account.id = account_id
    )
    INSERT INTO trades_trade (account_id, {AS_GIVEN}, created_by)
    SELECT account_id, ticker, price, quantity, side, COALESCE(timestamp, STATEMENT_TIMESTAMP()), COALESCE(fee, 0),
        external_id, COALESCE(note, ''), priced_in, COALESCE(fee_currency, reference_major(priced_in)), %(by)s
    FROM priced ORDER BY line"""  # noqa: S608
UNLESS_TAKEN = "ON CONFLICT (account_id, external_id) WHERE external_id IS NOT NULL DO NOTHING"  # slows all rows down
NAMED_FILES = 0x747261646573  # an advisory lock: files with the same external_ids in other orders would deadlock
# NULL, a field that was left out, differs from nothing.
DIFFERS = " OR ".join(f"trade.{name} <> row.{name}" for name in OWN_FIELDS if name != "account")
CONFLICTS = f"""WITH refused AS (
        DELETE FROM staged USING (
            SELECT line FROM ({{rows}}) row JOIN trades_trade trade USING (account_id, external_id) WHERE {DIFFERS}
        ) other WHERE staged.line = other.line RETURNING staged.line
    ) SELECT line, COUNT(*) OVER () FROM refused ORDER BY line LIMIT %(listed)s"""  # noqa: S608


def load(
    file: TradeFile, booking: Booking, *, skip: bool = False, again: bool = False, dry_run: bool = False
) -> Report:
    """Book the rows of a file: all or none of them, or with `skip` the valid ones.

    A row of the same bytes is booked in an account once, unless `again`; with `dry_run`, nothing is written. All
    invalid rows are reported together. Rows whose external_id is taken are reported if there are no invalid ones, or
    with `skip`. Malformed if the file cannot be read to its end. PermissionDenied if one of the accounts may not be
    booked in any more when it has been read.
    """
    report = Report(skip)
    with suppress(Undone), atomic(), connection.cursor() as cursor:
        import_rows(cursor, file, booking, report, again=again)
        if dry_run:
            raise Undone
    report.finish()
    return report


def import_rows(cursor: CursorWrapper, file: TradeFile, booking: Booking, report: Report, *, again: bool) -> None:
    """Stage, check and book the rows, and fill in the report. Undone if nothing of them is to stay."""
    found = read_rows(io.BufferedReader(file, PIECE), file.format)
    if not report.skip:
        found = takewhile(lambda row: not report.is_full, found)
    staged = stage(cursor, Lines(copy_lines(found, report.refuse)))
    staged -= remove_broken(cursor, booking, report)
    report.settle()
    rows = Staged(cursor, booking, staged, file.digest.digest())
    accounts = rows.accounts()
    report.imported_at = rows.imported_at(accounts)
    booking.confirm(accounts)
    if report.imported_at and not again:
        report.duplicates = rows.leave_out()
    if rows.count:
        rows.book(report)
    report.settle()


def stage(cursor: CursorWrapper, lines: Lines) -> int:
    """Return how many rows were copied into the table `staged`."""
    cursor.execute(STAGED)
    try:
        with connection.wrap_database_errors:  # as Django does for its own methods alone
            cursor.copy_expert(COPY, lines, PIECE)
    except Exception:
        if lines.error:
            raise lines.error from None
        raise
    return lines.count


class Staged:
    """The rows that are staged: where they belong, and their way into the ledger."""

    def __init__(self, cursor: CursorWrapper, booking: Booking, count: int, digest: bytes) -> None:
        self.cursor, self.booking, self.count, self.digest = cursor, booking, count, digest
        cursor.execute(HAS)
        self.has_names, self.has_accounts = cursor.fetchone()
        self.rows = IN_ACCOUNTS if self.has_accounts else IN_ONE_ACCOUNT

    def accounts(self) -> list[int]:
        """The ids of the accounts that they go to, ascending."""
        if not self.has_accounts:
            return [self.booking.main] if self.count else []
        self.execute("SELECT DISTINCT account_id FROM ({rows}) row")
        return sorted(id_ for (id_,) in self.cursor.fetchall())

    def imported_at(self, accounts: list[int]) -> datetime | None:
        """When the same bytes were first imported into one of the accounts; an import at this moment is waited for."""
        self.cursor.execute(LOCK, [int.from_bytes(self.digest[:4], "big", signed=True), accounts])
        self.cursor.execute(SINCE, [self.digest, accounts])
        found: datetime | None = self.cursor.fetchone()[0]
        return found

    def leave_out(self) -> int:
        """Remove the rows that were booked before, in the account that they go to; return how many."""
        self.execute(LEAVE_OUT)
        count: int = self.cursor.rowcount
        self.count -= count
        return count

    def book(self, report: Report) -> None:
        """Move them into the ledger, except for those whose external_id is taken, and remember the lines."""
        if self.has_names:
            self.cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMED_FILES])
        self.execute(f"{BOOK} {UNLESS_TAKEN if self.has_names else ''}")
        report.created = self.cursor.rowcount
        if report.created < self.count:
            self.execute(CONFLICTS, listed=report.listed)
            found: list[tuple[int, Errors, int]] = [
                (line, messages([UNIQUE]), count) for line, count in self.cursor.fetchall()
            ]
            report.duplicates += self.count - report.created - report.refuse_all(found)
        self.execute(KEEP)

    def execute(self, sql: str, **parameters: Any) -> None:
        """A statement about the rows, which it has as `{rows}`."""
        given = self.booking.parameters() | {"digest": self.digest} | parameters
        self.cursor.execute(sql.format(rows=self.rows), given)
