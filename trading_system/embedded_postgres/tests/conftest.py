"""Nouns that the tests of the embedded server speak of."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_postgres.programs import locked
from embedded_postgres.server import PostgresServer

from .servers import PROGRAM, User, copying, remove


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server of which nothing has been made yet."""
    server = PostgresServer(tmp_path / "data")
    yield server
    remove(server)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A server that was started once, and is stopped: one for all processes of a run, which goes with its directory."""
    place = tmp_path_factory.getbasetemp().parent
    server = PostgresServer(place / "made")
    with locked(os.open(place, os.O_RDONLY)):
        if not server.home.exists():
            server.join()
            server.leave()
    return server


@pytest.fixture
def quick_start(made: PostgresServer) -> Iterator[None]:
    """Data that this process makes are a copy of others: initdb takes a second, and most tests are not about it."""
    with copying(made):
        yield


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, made: PostgresServer) -> Iterator[PostgresServer]:
    """A server that was started before."""
    server = PostgresServer(tmp_path_factory.mktemp("fits") / "data")
    with copying(made):
        server.join()
    yield server
    remove(server)


@pytest.fixture
def server(cluster: PostgresServer) -> Iterator[PostgresServer]:
    """A server that was started before and is stopped, also for the next test."""
    cluster.leave()
    yield cluster
    cluster.leave()
    cluster.stop()


@pytest.fixture(scope="session")
def awkward_cluster(tmp_path_factory: pytest.TempPathFactory, made: PostgresServer) -> Iterator[PostgresServer]:
    """A server whose path is too long for a socket, and means something to shells and lists."""
    server = PostgresServer(tmp_path_factory.mktemp("awkward") / ("long " * 30 + ", 'odd' $HOME") / "data")
    with copying(made):
        server.join()
    yield server
    remove(server)


@pytest.fixture(params=["cluster", "awkward_cluster"])
def anywhere(request: pytest.FixtureRequest) -> PostgresServer:
    """A running server below a path that suits a socket, or does not."""
    server: PostgresServer = request.getfixturevalue(request.param)
    server.join()
    return server


@pytest.fixture
def user() -> Iterator[Callable[..., User]]:
    """Makes users of a server; those left over are killed after the test."""
    users: list[User] = []

    def make(server: PostgresServer, program: str = PROGRAM) -> User:
        users.append(User(server.data_dir, program))
        return users[-1]

    yield make
    for other in users:
        other.kill()
