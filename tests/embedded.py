"""The embedded server of a test's own directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import remove


@contextmanager
def server_in(data_dir: Path) -> Iterator[PostgresServer]:
    """The embedded server of this directory, gone in the end."""
    server = PostgresServer(data_dir)
    yield server
    remove(server)
