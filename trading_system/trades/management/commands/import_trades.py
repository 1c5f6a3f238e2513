"""`manage.py import_trades`: files of trades into the ledger, by the same code as /api/trades/bulk/."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from rest import instants
from trades.booking import Booking
from trades.bulk import Options, load
from trades.contents import REPEATED, SKIP
from trades.files.cells import Malformed
from trades.files.rows import FORMATS
from trades.files.source import OwnColumns, TradeFile
from trades.report import Report

SUFFIXES = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json"}
STDIN = "-"
HELP = """Add the trades of files to the ledger: each file wholly, or not at all.

A row that is in the ledger already, by its external_id or its content, adds nothing. After an interruption, or when
the file has grown, run it again.

Exit status: 0 if all trades of all files are in the ledger, 1 if some are not, 2 for wrong usage."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=f"{', '.join(SUFFIXES)}; {STDIN} for stdin")
        parser.add_argument("--format", choices=list(FORMATS), help="if a file's name does not show it; stdin: csv")
        parser.add_argument("--account", help="the account of rows that do not name theirs; main if left out")
        parser.add_argument("--skip", action="store_true", help="add the valid rows, and list the others")
        parser.add_argument("--again", action="store_true", help="look at rows that the same file has booked before")
        parser.add_argument("--repeated", choices=REPEATED, default=SKIP, help="what becomes of rows that equal trades")
        parser.add_argument("--corrections", action="store_true", help="change trades whose external_id a row has")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *, files: list[str], **options: Any) -> None:
        formats = {name: format_of(name, options["format"]) for name in files}
        failed = [name for name, format_ in formats.items() if not self.import_file(name, format_, options)]
        if failed:
            raise CommandError(f"not wholly imported: {', '.join(failed)}")

    def import_file(self, name: str, format_: str, options: dict[str, Any]) -> bool:
        """Return whether all of its trades are in the ledger now."""
        asked = Options(**{name: options[name] for name in ("skip", "again", "dry_run", "repeated", "corrections")})
        try:
            with opened(name, format_, options["no_color"]) as file:
                source = OwnColumns(file, "" if name == STDIN else name)
                report = load(source, Booking.of_command(options["account"]), asked)
        except Malformed as error:
            self.stderr.write(f"{name}:{error.line}: {error.message} Nothing was imported.")
            return False
        except PermissionDenied as error:
            self.stderr.write(f"{name}: {error}")
            return False
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        except OSError as error:
            self.stderr.write(f"{name}: {error.strerror or error}. Nothing was imported.")
            return False
        self.say(name, report, asked)
        return not report.failed and not report.hint

    def say(self, name: str, report: Report, asked: Options) -> None:
        for error in report.errors:
            field = f"{error['field']}: " if error["field"] else ""
            self.stderr.write(f"{name}:{error['line']}: {field}{error['message']}")
        if report.failed > len({error["line"] for error in report.errors}):
            self.stderr.write(f"{name}: and more")
        elif report.is_full and not asked.skip:
            self.stderr.write(f"{name}: and perhaps more: the rest was not read")
        if report.failed and not asked.skip:
            before, skipping = "the other rows were imported before", "--skip imports the valid rows"
            hint = before if report.is_known else skipping
            self.stderr.write(f"{name}: nothing was imported; {hint}")
            return
        known = ""
        if report.imported_at and not asked.again:
            known = f"; the same file was imported at {instants.render(report.imported_at)}"
        self.stdout.write(f"{name}: {counts(report)}{known}{'; dry run, nothing was changed' if asked.dry_run else ''}")
        if report.hint:
            self.stderr.write(f"{name}: {report.hint}")


def counts(report: Report) -> str:
    """What became of the rows; of what is rare, only if it happened."""
    rare = "".join(f"{number} {name}, " for name in ("repeated", "corrected") if (number := getattr(report, name)))
    return f"{report.created} created, {report.duplicates} duplicates, {rare}{report.failed} failed"


def format_of(name: str, given: str | None) -> str:
    """The format that was given, or that the file's suffix says; CommandError if neither does. Stdin is CSV."""
    found = given or ("csv" if name == STDIN else SUFFIXES.get(Path(name).suffix.lower()))
    if found is None:
        raise CommandError(f"{name}: unknown format: give --format {', '.join(FORMATS)}.", returncode=2)
    return found


@contextmanager
def opened(name: str, format_: str, no_color: bool) -> Iterator[TradeFile]:
    """The file, with a bar on stderr if that is a terminal."""
    source = sys.stdin.fileno() if name == STDIN else name
    console = Console(stderr=True, no_color=no_color or None)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with (
        open(source, "rb", closefd=name != STDIN) as file,  # stdin is a number
        Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar,
    ):
        task = bar.add_task(name, total=os.fstat(file.fileno()).st_size or None)

        def read(size: int) -> bytes:
            piece = file.read(size)
            bar.advance(task, len(piece))
            return piece

        yield TradeFile(read, format_)
