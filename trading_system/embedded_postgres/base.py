"""Django's PostgreSQL backend, on a server that starts when the first connection is needed.

DATABASES = {"default": {"ENGINE": "embedded_postgres", "NAME": DATABASE, "DATA_DIR": path}}
"""

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from django.db.backends.postgresql import base, client
from django.db.utils import OperationalError

from .cluster import DATABASE, OWNER, PORT
from .programs import ServerError
from .server import PostgresServer


@cache
def server_in(data_dir: Path) -> PostgresServer:
    """The one manager of `data_dir` in this process, however many threads and connections use it."""
    return PostgresServer(data_dir)


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the wheel's psql."""

    def runshell(self, parameters: Iterable[str]) -> None:
        assert isinstance(self.connection, DatabaseWrapper)
        self.connection.ensure_connection()
        server = self.connection.server
        address = {"PGHOST": server.address["host"], "PGPORT": str(PORT), "PGUSER": OWNER, "PGDATABASE": DATABASE}
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # psql cancels its query instead
        subprocess.run([server.programs / "psql", *parameters], env=os.environ | address, check=True)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    @property
    def server(self) -> PostgresServer:
        return server_in(Path(self.settings_dict["DATA_DIR"]))

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.server.joined:
            with suppress(psycopg2.OperationalError):  # it was killed or stopped since we joined
                return super().get_new_connection(conn_params | self.server.address)
        try:
            self.server.join()
        except (ServerError, OSError) as error:
            raise OperationalError(f"the embedded PostgreSQL: {error}") from error
        return super().get_new_connection(conn_params | self.server.address)
