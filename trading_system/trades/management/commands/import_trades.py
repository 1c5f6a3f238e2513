"""`manage.py import_trades`: files of trades into the ledger, by the same code as /api/trades/bulk/."""

import os
import stat
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
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
from trades.files.answers import Wishes
from trades.files.cells import Malformed
from trades.files.profile import Profile
from trades.files.rows import FORMATS
from trades.files.source import TradeFile
from trades.management.reading import agrees, ask, can_ask, how_to_answer, profiles_with, shown, wishes_of
from trades.report import Report
from trades.sources import ProfileRows, Unanswered, source_of

STDIN = "-"
HELP = """Add the trades of files to the ledger: each file wholly, or not at all.

What a file is and which layout it has is found out and said. What it does not say is asked on a terminal; without one,
nothing is booked, and the option is named that answers.

A row that is in the ledger already, by its external_id or its content, adds nothing. After an interruption, or when
the file has grown, run it again.

Exit status: 0 if all trades of all files are in the ledger, 1 if some are not, 2 for wrong usage."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help=f"of any broker, or of this ledger; {STDIN} for stdin"
        )
        parser.add_argument(
            "--format", choices=list(FORMATS), default="", help="of a file of this ledger, if it is not seen"
        )
        parser.add_argument("--account", help="the account of rows that do not name theirs; main if left out")
        parser.add_argument("--profile", help="the name of a layout, or a file (.toml, .json); found out if left out")
        parser.add_argument("--tz", metavar="ZONE", help="the time zone of times that name none")
        parser.add_argument("--answer", action="append", metavar="NAME=VALUE", help="to a question, as in dates=DMY")
        parser.add_argument("--charset", help="of text; found out if left out")
        parser.add_argument("--separator", help="of cells: comma, semicolon, tab or pipe; found out if left out")
        parser.add_argument("--sheet", help="the name of the sheet that has the trades; found out if left out")
        parser.add_argument("--preview", action="store_true", help="show what would be booked, and change nothing")
        parser.add_argument("--skip", action="store_true", help="add the valid rows, and list the others")
        parser.add_argument("--again", action="store_true", help="look at rows that the same file has booked before")
        parser.add_argument("--repeated", choices=REPEATED, default=SKIP, help="what becomes of rows that equal trades")
        parser.add_argument("--corrections", action="store_true", help="change trades whose external_id a row has")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *, files: list[str], **options: Any) -> None:
        wishes, profiles = wishes_of(options), profiles_with(options["profile"])
        options["dry_run"] = options["dry_run"] or options["preview"]
        if failed := [name for name in files if not self.import_file(name, profiles, wishes, options)]:
            raise CommandError(f"not wholly imported: {', '.join(failed)}")

    def import_file(self, name: str, profiles: Mapping[str, Profile], wishes: Wishes, options: dict[str, Any]) -> bool:
        """Return whether all of its trades are in the ledger now."""
        try:
            return self.carry_out(name, profiles, wishes, options)
        except Unanswered as error:
            if can_ask(name):
                return self.import_file(name, profiles, ask(error.questions, wishes), options)
            for question in error.questions:
                self.stderr.write(f"{name}: {how_to_answer(question)}")
        except Malformed as error:
            where = f"{name}:{error.line}" if error.line else name
            self.stderr.write(f"{where}: {error.message} Nothing was imported.")
        except PermissionDenied as error:
            self.stderr.write(f"{name}: {error}")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        except OSError as error:
            self.stderr.write(f"{name}: {error.strerror or error}. Nothing was imported.")
        return False

    def carry_out(self, name: str, profiles: Mapping[str, Profile], wishes: Wishes, options: dict[str, Any]) -> bool:
        """The same; or Unanswered, with nothing imported."""
        asked = Options(**{flag: options[flag] for flag in ("skip", "again", "dry_run", "repeated", "corrections")})
        hint = None if options["preview"] or can_ask(name) else "--preview shows how they would be read."
        with (
            opened(name, options["format"], options["no_color"]) as file,
            source_of(file, profiles, wishes, "" if name == STDIN else name, hint) as source,
        ):
            if options["preview"] and isinstance(source, ProfileRows):
                self.stdout.write("\n".join(shown(source.statement)))
            elif isinstance(source, ProfileRows) and source.statement.proposal and not agrees(source.statement):
                raise Malformed(
                    0, "--preview shows the mapping, which can be corrected and given as --profile FILE.json."
                )
            report = load(source, Booking.of_command(options["account"]), asked)
            self.say(name, report, asked)
            for question in source.questions if isinstance(source, ProfileRows) else []:
                if question.is_open(wishes):
                    self.stderr.write(f"{name}: {how_to_answer(question)}")
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
        for kind in report.left_out:
            self.stdout.write(
                f"{name}: left out: {kind['kind']} ({kind['rows']}; line {', '.join(map(str, kind['lines']))})"
            )
        self.stdout.write(f"{name}: {counts(report)}{known}{'; dry run, nothing was changed' if asked.dry_run else ''}")
        if report.hint:
            self.stderr.write(f"{name}: {report.hint}")


def counts(report: Report) -> str:
    """What became of the rows; of what is rare, only if it happened."""
    rare = "".join(f"{number} {name}, " for name in ("repeated", "corrected") if (number := getattr(report, name)))
    return f"{report.created} created, {report.duplicates} duplicates, {rare}{report.failed} failed"


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

        is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)  # a pipe can be read but once
        with Path(name).open("rb") if is_regular and name != STDIN else nullcontext() as whole:
            yield TradeFile(read, format_, whole)
