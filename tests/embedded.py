"""Embedded servers in directories of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.programs import shared_directory
from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import remove


@contextmanager
def server_in(data_dir: Path) -> Iterator[PostgresServer]:
    """The embedded server of this directory, gone in the end."""
    server = PostgresServer(reachable(data_dir))
    yield server
    remove(server)


def reachable(data_dir: Path) -> Path:
    """Make it, and let PostgreSQL's account pass through what is above it, so that its files are not elsewhere."""
    data_dir.mkdir(mode=0o711)
    for directory in (data_dir, *data_dir.parents):
        if not directory.stat().st_mode & 0o001:
            directory.chmod(0o711)
    return data_dir


def copy(template: PostgresServer, server: PostgresServer) -> None:
    """Give a server that has never been started the data of one that is stopped."""
    server._make(server.home, None if server.account.reaches(server.data_dir) else shared_directory())
    server.account.run("cp", "-a", template.home.resolve() / "data", server.home.resolve())
