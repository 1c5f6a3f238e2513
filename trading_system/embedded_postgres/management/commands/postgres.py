"""`manage.py postgres start|stop|status|psql`: the embedded server by hand."""

import subprocess
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from embedded_postgres.base import DatabaseWrapper
from embedded_postgres.programs import ServerError
from embedded_postgres.server import PostgresServer


class Command(BaseCommand):
    help = "Start or stop the embedded PostgreSQL, print its status, or open psql."
    requires_system_checks = ()  # they would load the whole API

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status", "psql"])
        parser.add_argument("arguments", nargs=REMAINDER, help="arguments of psql")

    def handle(self, *, action: str, arguments: list[str], **options: Any) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        if not isinstance(connection, DatabaseWrapper):
            raise CommandError("DB_* name a PostgreSQL server of yours; the embedded one is not in use")
        try:
            status = self.act(connection.server, action, arguments)
        except (ServerError, OSError) as error:
            raise CommandError(str(error)) from error
        sys.exit(status)

    def act(self, server: PostgresServer, action: str, arguments: list[str]) -> int:
        if action == "psql":
            try:
                connections[DEFAULT_DB_ALIAS].client.runshell(arguments)
            except subprocess.CalledProcessError as error:
                return error.returncode
            return 0
        if action == "start":
            server.stay()
        elif action == "stop":
            server.stop()
        running = server.answers()
        self.stdout.write(f"{'running' if running else 'stopped'}; data: {server.home.resolve()}")
        return 0 if running or action == "stop" else 1
