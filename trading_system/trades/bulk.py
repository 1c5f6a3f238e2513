"""Many trades at once: COPY streams a file into a table of its own, where it is validated and booked as a set."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic
from django.utils import timezone

from .errors import broken_rule
from .models import Import
from .rows import rows
from .selection import OWN_FIELDS
from .staging import Errors, Lines, Source, copy_lines

LISTED, LISTED_SKIPPED = 100, 10_000  # errors of a file that is refused for them, and of one that is not
PIECE = 64 * 1024  # bytes
CONFLICT = "Another trade has it, and differs."

COLUMNS = ", ".join(OWN_FIELDS)
STAGED = f"""DROP TABLE IF EXISTS pg_temp.staged;
    CREATE TEMPORARY TABLE staged ON COMMIT DROP AS
        SELECT id AS line, {COLUMNS}, updated_at FROM trades_trade WITH NO DATA;
    ALTER TABLE staged ALTER updated_at SET DEFAULT STATEMENT_TIMESTAMP()"""  # noqa: S608
COPY = f"COPY staged (line, {COLUMNS}) FROM STDIN (NULL '')"
RULES = """SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
    WHERE contype = 'c' AND conrelid = 'trades_trade'::regclass ORDER BY conname"""
BOOK = f"""INSERT INTO trades_trade ({COLUMNS})
    SELECT ticker, price, quantity, side, COALESCE(timestamp, STATEMENT_TIMESTAMP()), external_id, COALESCE(note, '')
    FROM staged ORDER BY line
    ON CONFLICT (external_id) WHERE external_id IS NOT NULL DO NOTHING"""  # noqa: S608
# NULL, a field that was left out, differs from nothing.
CONFLICTS = """SELECT line, COUNT(*) OVER () FROM staged JOIN trades_trade trade USING (external_id)
    WHERE trade.ticker <> staged.ticker OR trade.price <> staged.price OR trade.quantity <> staged.quantity
    OR trade.side <> staged.side OR trade.timestamp <> staged.timestamp OR trade.note <> staged.note
    ORDER BY line LIMIT %s"""


class Undone(Exception):
    """Nothing of the file is booked."""


@dataclass
class Report:
    """What became of a file: how many of its rows, and the first errors as `{"line", "field", "message"}`."""

    listed: int
    created: int = 0
    duplicates: int = 0
    failed: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    imported_at: datetime | None = None  # when the same bytes were imported before

    def refuse(self, line: int, errors: Errors) -> None:
        self.failed += 1
        self.errors += [
            {"line": line, "field": name, "message": text} for name, texts in errors.items() for text in texts
        ][: self.listed - len(self.errors)]

    def refuse_all(self, found: Sequence[tuple[int, Errors, int]]) -> int:
        """The first of many that PostgreSQL found, each with the count of them all, which is returned."""
        count = found[0][-1] if found else 0
        for line, errors, _ in found:
            self.refuse(line, errors)
        self.failed += count - len(found)
        return count


def load(source: Source, format_: str, *, skip: bool = False, again: bool = False, dry_run: bool = False) -> Report:
    """Book the rows of a file: all or none of them, or with `skip` those that are trades.

    The same bytes are booked once, unless `again`. Raises Malformed for a file that cannot be read to its end.
    """
    report = Report(LISTED_SKIPPED if skip else LISTED)
    try:
        with atomic(), connection.cursor() as cursor:
            run(cursor, source, format_, report, skip=skip, again=again)
            if dry_run:
                raise Undone
    except Undone:
        pass
    if report.failed and not skip:
        report.created = report.duplicates = 0
    report.errors.sort(key=lambda error: error["line"])
    return report


def run(cursor: CursorWrapper, source: Source, format_: str, report: Report, *, skip: bool, again: bool) -> None:
    def refuse(line: int, errors: Errors) -> None:
        report.refuse(line, errors)
        if not skip and len(report.errors) == report.listed:
            raise Undone

    def settle() -> None:
        if report.failed and not skip:
            raise Undone

    staged = stage(cursor, Lines(copy_lines(rows(io.BufferedReader(source, PIECE), format_), refuse)))
    report.imported_at = remember(source.digest.digest(), staged)
    if report.imported_at and not again:
        report.duplicates = staged
    else:
        staged -= check(cursor, report)
        settle()
        book(cursor, staged, report)
    settle()


def stage(cursor: CursorWrapper, lines: Lines) -> int:
    """Return how many rows were copied into the table `staged`."""
    cursor.execute(STAGED)
    try:
        cursor.copy_expert(COPY, lines, PIECE)
    except Exception as error:
        raise lines.error or error from None
    return lines.count


def remember(digest: bytes, count: int) -> datetime | None:
    """Return when the file was imported before; who imports it at the same moment is waited for."""
    known, is_new = Import.objects.get_or_create(digest=digest, defaults={"rows": count, "created_at": timezone.now()})
    return None if is_new else known.created_at


def check(cursor: CursorWrapper, report: Report) -> int:
    """Remove the rows that break a rule of the table they are meant for, and return how many."""
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
    broken = [rule for name in constraints if (rule := broken_rule(name))]
    return {**{rule.field: [rule.message] for rule in broken}} or {None: [f"Breaks {', '.join(constraints)}."]}


def book(cursor: CursorWrapper, staged: int, report: Report) -> None:
    cursor.execute(BOOK)
    report.created = cursor.rowcount
    if report.created < staged:
        cursor.execute(CONFLICTS, [report.listed])
        found: list[tuple[int, Errors, int]] = [
            (line, {"external_id": [CONFLICT]}, count) for line, count in cursor.fetchall()
        ]
        report.duplicates = staged - report.created - report.refuse_all(found)
