"""Django's PostgreSQL backend, on a server that starts when the first connection is needed.

DATABASES = {"default": {"ENGINE": "embedded_postgres", "NAME": DATABASE, "DATA_DIR": path}}
"""

import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from django.db.backends.postgresql import client
from django.db.utils import OperationalError

from postgresql import base

from .backups import environment_of, program_of
from .programs import MAJOR, ServerError
from .server import PostgresServer


@cache
def server_in(data_dir: Path) -> PostgresServer:
    """The server of `data_dir`: one object per process, for all threads and connections."""
    return PostgresServer(data_dir)


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the wheel's psql."""

    def runshell(self, parameters: Iterable[str]) -> None:
        environment = environment_of(self.connection)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # psql cancels its query instead
        subprocess.run([program_of("psql", int(MAJOR)), *parameters], env=environment, check=True)


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the server, or joins its users, at the first connection."""

    client_class = DatabaseClient

    @property
    def server(self) -> PostgresServer:
        """The one of the setting DATA_DIR, whether it runs or not."""
        return server_in(Path(self.settings_dict["DATA_DIR"]))

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.server.joined:
            with suppress(psycopg2.OperationalError):  # it was stopped since we joined
                return super().get_new_connection(conn_params | self.server.address)
        try:
            self.server.join()
        except (ServerError, OSError) as error:
            raise OperationalError(f"the embedded PostgreSQL: {error}") from error
        return super().get_new_connection(conn_params | self.server.address)
