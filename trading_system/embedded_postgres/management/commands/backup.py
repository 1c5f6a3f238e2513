"""`manage.py backup [FILE]`: writes the whole database into one file."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from embedded_postgres.backups import back_up
from embedded_postgres.programs import ServerError


class Command(BaseCommand):
    help = "Write the whole database, as it is at one moment, into a file."
    requires_system_checks = ()  # they would load the whole API

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: backups/trading-TIME.dump")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        try:
            back_up(connection, path := file or new_file())
        except (ServerError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(path))


def new_file() -> Path:
    """A file in `backups/`, private to this account, named after the time in UTC; it is not made yet."""
    directory: Path = settings.ROOT / "backups"
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory / f"trading-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
