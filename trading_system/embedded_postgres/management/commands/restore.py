"""`manage.py restore FILE`: loads a file of `backup` into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from embedded_postgres.backups import restore
from embedded_postgres.programs import ServerError


class Command(BaseCommand):
    help = "Fill an empty database from a file that backup wrote, completely or not at all."
    requires_system_checks = ()  # they would load the whole API

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            restore(connection, file)
        except (ServerError, OSError) as error:
            raise CommandError(str(error)) from error
        for command in settings.AFTER_RESTORE:
            call_command(command, verbosity=0)
        self.stdout.write(f"restored {file}")
