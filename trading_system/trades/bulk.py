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

from .files import PIECE, TradeFile
from .models import Import
from .report import Report, Undone
from .rows import read_rows
from .selection import OWN_FIELDS
from .staging import Errors, Lines, copy_lines

UNIQUE = "trade_external_id_unique"

COLUMNS = ", ".join(OWN_FIELDS)
STAGED = f"""DROP TABLE IF EXISTS pg_temp.staged;
    CREATE TEMPORARY TABLE staged ON COMMIT DROP AS
        SELECT id AS line, {COLUMNS}, updated_at FROM trades_trade WITH NO DATA;
    ALTER TABLE staged ALTER updated_at SET DEFAULT STATEMENT_TIMESTAMP()"""  # noqa: S608
COPY = f"COPY staged (line, {COLUMNS}) FROM STDIN (NULL '')"
RULES = """SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
    WHERE contype = 'c' AND conrelid = 'trades_trade'::regclass ORDER BY conname"""
BOOK = f"""INSERT INTO trades_trade ({COLUMNS})
    SELECT ticker, price, quantity, side, COALESCE(timestamp, STATEMENT_TIMESTAMP()), COALESCE(fee, 0), external_id,
        COALESCE(note, '')
    FROM staged ORDER BY line"""  # noqa: S608
HAS_NAMES = "SELECT EXISTS (SELECT 1 FROM staged WHERE external_id IS NOT NULL)"
UNLESS_TAKEN = "ON CONFLICT (external_id) WHERE external_id IS NOT NULL DO NOTHING"  # which slows all rows down
NAMED_FILES = 0x747261646573  # an advisory lock: files with the same external_ids in other orders would deadlock
# NULL, a field that was left out, differs from nothing.
DIFFERS = " OR ".join(f"trade.{name} <> staged.{name}" for name in OWN_FIELDS)
CONFLICTS = f"""SELECT line, COUNT(*) OVER () FROM staged JOIN trades_trade trade USING (external_id)
    WHERE {DIFFERS} ORDER BY line LIMIT %s"""  # noqa: S608


def load(file: TradeFile, *, skip: bool = False, again: bool = False, dry_run: bool = False) -> Report:
    """Book the rows of a file: all or none of them, or with `skip` the valid ones.

    The same bytes are booked once, unless `again`; with `dry_run`, nothing is written. All invalid rows are reported
    together. Rows whose external_id is taken are reported if there are no invalid ones, or with `skip`. Malformed if
    the file cannot be read to its end.
    """
    report = Report(skip)
    with suppress(Undone), atomic(), connection.cursor() as cursor:
        import_rows(cursor, file, report, again=again)
        if dry_run:
            raise Undone
    report.finish()
    return report


def import_rows(cursor: CursorWrapper, file: TradeFile, report: Report, *, again: bool) -> None:
    """Stage, check and book the rows, and fill in the report. Undone if nothing of them is to stay."""
    found = read_rows(io.BufferedReader(file, PIECE), file.format)
    if not report.skip:
        found = takewhile(lambda row: not report.is_full, found)
    staged = stage(cursor, Lines(copy_lines(found, report.refuse)))
    staged -= remove_broken(cursor, report)
    report.settle()
    # Another import of the same file at this moment is waited for.
    record, is_new = Import.objects.get_or_create(
        digest=file.digest.digest(), defaults={"rows": 0, "created_at": timezone.now()}
    )
    report.imported_at = None if is_new else record.created_at
    if is_new or again:
        book_staged(cursor, staged, report)
        keep(record, report)
    elif record.failed is None:
        report.duplicates = staged
    else:  # the rows that were refused then are not in the ledger, and are reported again
        report.duplicates, report.failed, report.errors = record.rows, record.failed, record.errors
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


def keep(record: Import, report: Report) -> None:
    """Record what was imported; a file without any trade in the ledger was not imported."""
    kept, there = Import.objects.filter(pk=record.pk), report.created + report.duplicates
    if there:
        kept.update(rows=there, failed=report.failed, errors=report.first_errors())
    else:
        kept.delete()


def remove_broken(cursor: CursorWrapper, report: Report) -> int:
    """Remove the rows that break a CHECK constraint of trades, and return how many."""
    cursor.execute(RULES)
    rules = dict(cursor.fetchall())
    broken = ", ".join(f"CASE WHEN ({rule}) IS FALSE THEN '{name}' END" for name, rule in rules.items())
    any_broken = " OR ".join(f"({rule}) IS FALSE" for rule in rules.values())
    cursor.execute(
        f"""WITH refused AS (DELETE FROM staged WHERE {any_broken} RETURNING line, ARRAY_REMOVE(ARRAY[{broken}], NULL))
        SELECT *, COUNT(*) OVER () FROM refused ORDER BY line LIMIT {report.listed}"""  # noqa: S608
    )
    found = cursor.fetchall()
    return report.refuse_all([(line, messages(names), count) for line, names, count in found])


def messages(constraints: Sequence[str]) -> Errors:
    """The errors of a row that breaks these constraints, by field."""
    broken = [rule for name in constraints if (rule := rule_named(name))]
    return {**{rule.field: [rule.message] for rule in broken}} or {None: [f"Breaks {', '.join(constraints)}."]}


def book_staged(cursor: CursorWrapper, staged: int, report: Report) -> None:
    """Move the staged rows into the ledger, except for those whose external_id is taken."""
    cursor.execute(HAS_NAMES)
    [has_names] = cursor.fetchone()
    if has_names:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMED_FILES])
    cursor.execute(f"{BOOK} {UNLESS_TAKEN if has_names else ''}")
    report.created = cursor.rowcount
    if report.created < staged:
        cursor.execute(CONFLICTS, [report.listed])
        found = [(line, messages([UNIQUE]), count) for line, count in cursor.fetchall()]
        report.duplicates = staged - report.created - report.refuse_all(found)
