"""Django's PostgreSQL backend, on a server that starts when the first connection is needed.

DATABASES = {"default": {"ENGINE": "embedded_postgres", "NAME": DATABASE, "DATA_DIR": path}}
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from .programs import ServerError
from .server import PostgresServer


@cache
def server_in(data_dir: Path) -> PostgresServer:
    """The one manager of `data_dir` in this process, however many threads and connections use it."""
    return PostgresServer(data_dir)


class DatabaseWrapper(base.DatabaseWrapper):
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
