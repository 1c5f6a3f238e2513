"""Many trades at once: COPY streams rows into a table of their own, where they are validated and booked as a set."""

from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now
from django.db.transaction import atomic, savepoint, savepoint_rollback

from .booking import Booking
from .contents import BOOK, SKIP, has_trades, leave_out_repeated
from .external_ids import correct_named, leave_out_named
from .files.source import Source
from .imports import Import, legible_name
from .known import NO_LOOPS, Known
from .refusals import remove_broken, remove_torn
from .report import Report, Undone
from .staged import Staged, stage
from .staging import Lines, copy_lines

# Lines that were booked, and those that have corrected trades.
KEEP = """INSERT INTO trades_importedlines (import_id, account_id, lines, corrected)
    SELECT %(import)s, account_id, range_agg(int8range(line, line + 1)),
        COALESCE(array_agg(DISTINCT trade) FILTER (WHERE trade IS NOT NULL), '{}')
    FROM (
        SELECT account_id, line, NULL AS trade FROM ({rows}) row
        UNION ALL SELECT account_id, line, trade FROM known WHERE %(corrections)s AND differences <> '{}'
    ) booked GROUP BY account_id"""


@dataclass(frozen=True)
class Options:
    """How a file is to be booked."""

    skip: bool = False  # invalid rows, instead of refusing the file for them
    again: bool = False  # also lines that an import of the same bytes has booked
    dry_run: bool = False  # report, and write nothing
    repeated: str = SKIP  # what becomes of rows that equal trades of the ledger: contents.SKIP, BOOK or ERROR
    corrections: bool = False  # rows whose external_id a trade has change it, if they differ


def load(source: Source, booking: Booking, options: Options = Options(), record: Import | None = None) -> Report:
    """Book the rows of a file: all or none of them, or with `skip` the valid ones.

    All invalid rows are reported together. Rows that contradict others by their external_id are reported if there are
    no invalid ones, or with `skip`. What is booked is remembered as an Import: `record`, or a new one. Malformed if the
    file cannot be read to its end. PermissionDenied if one of the accounts may not be booked in any more when it has
    been read.
    """
    report = Report(options.skip)
    with suppress(Undone), atomic(), connection.cursor() as cursor:
        Load(cursor, source, booking, options, report).carry_out(record)
        if options.dry_run:
            raise Undone
    report.finish(options.dry_run)
    return report


class Load:
    """One file on its way into the ledger. Undone if nothing of it is to stay."""

    def __init__(
        self, cursor: CursorWrapper, source: Source, booking: Booking, options: Options, report: Report
    ) -> None:
        self.cursor, self.source, self.booking, self.options, self.report = cursor, source, booking, options, report

    def carry_out(self, record: Import | None) -> None:
        """Stage, check and book the rows, and fill in the report."""
        self.staged = self.stage()
        self.report.settle()
        self.known = Known.of(self.staged, self.source.digest, again=self.options.again)
        self.report.imported_at = self.known.since
        self.booking.confirm(self.known.span.accounts)
        self.known.leave_out(self.staged, self.report)
        if self.staged.count:
            self.book(record or Import())
        elif record:
            self.describe(record)
            self.keep(record)

    def stage(self) -> Staged:
        """The rows, without those that break a rule of trades."""
        report, torn = self.report, list[int]()
        found = self.source.rows()
        if not report.skip:
            found = takewhile(lambda row: not report.is_full, found)
        count = stage(self.cursor, Lines(copy_lines(found, report.refuse, torn)))
        report.left_out = [dict(kind) for kind in self.source.left_out]
        count -= remove_torn(self.cursor, torn) if torn else 0
        return Staged(self.cursor, self.booking, count - remove_broken(self.cursor, self.booking, report))

    def book(self, record: Import) -> None:
        """What is new of them; `record` is stored if there is any, or if it was stored before."""
        is_new = record.pk is None
        self.describe(record)
        self.compare(record)
        while self.staged.count and not self.insert(record):
            self.check_names(record)
        if is_new and not self.report.created and not self.report.corrected:
            record.delete()
        else:
            self.keep(record)

    def describe(self, record: Import) -> None:
        """Store what is known of the file, so that its trades can know their import."""
        source = self.source
        record.digest, record.name = source.digest, legible_name(source.name)
        record.profile, record.made = source.profile, dict(source.made)
        record.left_out, record.created_by = self.report.left_out, self.booking.by
        record.save()

    def compare(self, record: Import) -> None:
        """Remove what the ledger has. Where it has no trades of these times, names alone are compared, as they come."""
        if self.options.repeated != BOOK and has_trades(self.staged, self.known):
            self.staged.cursor.execute(NO_LOOPS)
            self.check_names(record)
            leave_out_repeated(self.staged, self.known, self.report, self.options.repeated)
            self.settle()

    def check_names(self, record: Import) -> None:
        if self.staged.has_names:
            if self.options.corrections:
                correct_named(self.staged, self.report, record.pk)
            else:
                leave_out_named(self.staged, self.report)
            self.settle()

    def settle(self) -> None:
        """Go on, unless the file is refused; of one that is, it is told whether anything in it is new."""
        self.report.created = self.staged.count
        self.report.settle()

    def insert(self, record: Import) -> bool:
        """Book them all; or none, and return False, if an external_id is taken or stands for several."""
        point = savepoint()
        created, first, last = self.staged.book(record.pk, newest_first=self.source.newest_first)
        if created < self.staged.count:
            savepoint_rollback(point)
            return False
        self.report.created, record.first_trade, record.last_trade = created, first, last
        return True

    def keep(self, record: Import) -> None:
        """Remember what became of the file."""
        report = self.report
        report.record = record.pk
        self.staged.execute(KEEP, corrections=self.options.corrections, **{"import": record.pk})
        for name in ("created", "duplicates", "repeated", "corrected", "failed"):
            setattr(record, name, getattr(report, name))
        record.booked_at = Now()
        record.save()
