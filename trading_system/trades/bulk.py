"""Many trades at once: COPY streams a file into a table of its own, where it is validated and booked as a set."""

import io
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic
from django.utils import timezone

from rest.rules import rule_named

from .booking import Booking
from .files import PIECE, TradeFile
from .models import Import
from .report import Report, Undone
from .rows import read_rows
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
RULES = """SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
    WHERE contype = 'c' AND conrelid = 'trades_trade'::regclass ORDER BY conname"""
# What triggers ask of each statement, asked of each row here.
KNOWN = {
    "account": "account = ANY(%(names)s)",
    "currency": "currency IN (SELECT code FROM reference_currency)",
    "fee_currency": "fee_currency IN (SELECT code FROM reference_currency)",
}
HAS = """SELECT EXISTS (SELECT 1 FROM staged WHERE external_id IS NOT NULL),
    EXISTS (SELECT 1 FROM staged WHERE account IS NOT NULL)"""
IN_ONE_ACCOUNT = "SELECT *, %(main)s AS account_id FROM staged"
IN_ACCOUNTS = """SELECT staged.*, COALESCE(named.id, %(main)s) AS account_id
    FROM staged LEFT JOIN unnest(%(names)s::text[], %(ids)s::integer[]) named (name, id) ON named.name = account"""
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
CONFLICTS = f"""SELECT line, COUNT(*) OVER ()
    FROM ({{rows}}) row JOIN trades_trade trade USING (account_id, external_id)
    WHERE {DIFFERS} ORDER BY line LIMIT %(listed)s"""  # noqa: S608


def load(
    file: TradeFile, booking: Booking, *, skip: bool = False, again: bool = False, dry_run: bool = False
) -> Report:
    """Book the rows of a file: all or none of them, or with `skip` the valid ones.

    The same bytes are booked in the same accounts once, unless `again`; with `dry_run`, nothing is written. All invalid
    rows are reported together. Rows whose external_id is taken are reported if there are no invalid ones, or with
    `skip`. Malformed if the file cannot be read to its end. PermissionDenied if one of the accounts may not be
    booked in any more at the end.
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
    rows = Staged(cursor, booking, staged)
    # Another import of the same file at this moment is waited for.
    record, is_new = Import.objects.get_or_create(
        digest=file.digest.digest(), accounts=rows.accounts(), defaults={"rows": 0, "created_at": timezone.now()}
    )
    report.imported_at = None if is_new else record.created_at
    if is_new or again:
        rows.book(report)
        keep(record, report)
    elif record.failed is None:
        report.duplicates = staged
    else:  # the rows that were refused then are not in the ledger, and are reported again
        report.duplicates, report.failed, report.errors = record.rows, record.failed, record.errors
    report.settle()
    booking.confirm(record.accounts)


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


def keep(record: Import, report: Report) -> None:
    """Record what was imported; a file without any trade in the ledger was not imported."""
    kept, there = Import.objects.filter(pk=record.pk), report.created + report.duplicates
    if there:
        kept.update(rows=there, failed=report.failed, errors=report.first_errors())
    else:
        kept.delete()


def remove_broken(cursor: CursorWrapper, booking: Booking, report: Report) -> int:
    """Remove the rows that break a rule of trades, and return how many."""
    cursor.execute(RULES)
    rules = {name: text.replace("%", "%%") for name, text in cursor.fetchall()} | KNOWN
    broken = ", ".join(f"CASE WHEN ({rule}) IS FALSE THEN '{name}' END" for name, rule in rules.items())
    any_broken = " OR ".join(f"({rule}) IS FALSE" for rule in rules.values())
    cursor.execute(
        f"""WITH refused AS (
            DELETE FROM staged WHERE {any_broken}
            RETURNING line, ARRAY_REMOVE(ARRAY[{broken}], NULL), account, currency, fee_currency
        ) SELECT *, COUNT(*) OVER () FROM refused ORDER BY line LIMIT {report.listed}""",  # noqa: S608
        booking.parameters(),
    )
    found = [
        (line, messages(names) or booking.unknown(dict(zip(KNOWN, values, strict=True)), names), count)
        for line, names, *values, count in cursor.fetchall()
    ]
    return report.refuse_all(found)


def messages(names: Sequence[str]) -> Errors:
    """The errors of a row that breaks the constraints of these names, by field; none for other names."""
    constraints = [name for name in names if name not in KNOWN]
    broken = [rule for name in constraints if (rule := rule_named(name))]
    if constraints and not broken:
        return {None: [f"Breaks {', '.join(constraints)}."]}
    return {rule.field: [rule.message] for rule in broken}


class Staged:
    """The rows that are staged: where they belong, and their way into the ledger."""

    def __init__(self, cursor: CursorWrapper, booking: Booking, count: int) -> None:
        self.cursor, self.booking, self.count = cursor, booking, count
        cursor.execute(HAS)
        self.has_names, self.has_accounts = cursor.fetchone()
        self.rows = IN_ACCOUNTS if self.has_accounts else IN_ONE_ACCOUNT

    def accounts(self) -> list[int]:
        """The ids of the accounts that they go to, ascending."""
        if not self.has_accounts:
            return [self.booking.main]
        self.cursor.execute(f"SELECT DISTINCT account_id FROM ({self.rows}) row", self.booking.parameters())  # noqa: S608
        return sorted(id_ for (id_,) in self.cursor.fetchall())

    def book(self, report: Report) -> None:
        """Move them into the ledger, except for those whose external_id is taken."""
        cursor, parameters = self.cursor, self.booking.parameters() | {"listed": report.listed}
        if self.has_names:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMED_FILES])
        cursor.execute(f"{BOOK.format(rows=self.rows)} {UNLESS_TAKEN if self.has_names else ''}", parameters)
        report.created = cursor.rowcount
        if report.created < self.count:
            cursor.execute(CONFLICTS.format(rows=self.rows), parameters)
            found: list[tuple[int, Errors, int]] = [
                (line, messages([UNIQUE]), count) for line, count in cursor.fetchall()
            ]
            report.duplicates = self.count - report.created - report.refuse_all(found)
