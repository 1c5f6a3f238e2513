"""The whole system as its users start it, and what its tests speak of."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_postgres.programs import locked
from embedded_postgres.server import PostgresServer

from . import managed
from .embedded import copy, reachable, server_in
from .named import NamedServer
from .production import Production
from .running import ROOT, Running, clean_environment

Manage = Callable[..., "subprocess.CompletedProcess[str]"]
PRODUCTION = {"DEBUG": "false", "SECRET_KEY": "between these tests and the server" * 2, "ALLOWED_HOSTS": "127.0.0.1"}


@pytest.fixture
def run() -> Iterator[Callable[..., Running]]:
    """Runs programs, and kills those that are left after the test."""
    running: list[Running] = []

    def start(*command: str | Path, **variables: str) -> Running:
        running.append(Running(*command, **variables))
        return running[-1]

    yield start
    for program in running:
        program.kill()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server of the test's own, which has never been started."""
    with server_in(tmp_path / "data") as server:
        yield server


@pytest.fixture(scope="session")
def used_postgres(tmp_path_factory: pytest.TempPathFactory, template: PostgresServer) -> Iterator[PostgresServer]:
    """A server for tests that end with it stopped; what is in it is left over from others."""
    with server_in(tmp_path_factory.mktemp("used") / "data") as server:
        copy(template, server)
        yield server


@pytest.fixture(scope="session")
def named_server(
    tmp_path_factory: pytest.TempPathFactory, named_template: Path
) -> Iterator[tuple[Path, dict[str, str]]]:
    """The log of a PostgreSQL server that wants a password, and the DB_* that lead to it."""
    server = NamedServer(tmp_path_factory.getbasetemp(), template=named_template)
    yield server.log, server.settings
    server.remove()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A server with the tables that migrate makes, stopped, which others are copies of.

    The first process of a run that needs it makes it for all; it goes with the run's directory.
    """
    place = tmp_path_factory.getbasetemp().parent  # which a run's processes share
    server = PostgresServer(place / "template")
    with locked(os.open(place, os.O_RDONLY)):
        if not (made := place / "template.made").exists():
            reachable(server.data_dir)
            done = managed.manage("migrate", environment=clean_environment(DATA_DIR=str(server.data_dir)))
            assert done.returncode == 0, done.stderr
            made.touch()
    return server


@pytest.fixture(scope="session")
def named_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a server that wants a password and has its tables; likewise stopped, and one for all of a run."""
    place = tmp_path_factory.getbasetemp().parent
    with locked(os.open(place, os.O_RDONLY)):
        if not (made := place / "named").exists():
            server = NamedServer(place)
            done = managed.manage("migrate", environment=clean_environment(**PRODUCTION, **server.settings))
            assert done.returncode == 0, done.stderr
            server.administer("CREATE DATABASE test_postgres TEMPLATE postgres")  # for a test run on it
            server.stop("fast")
            server.place.rename(made)
    return made


@pytest.fixture
def migrated(postgres: PostgresServer, template: PostgresServer) -> None:
    """The test's own server has its tables, as if it had been migrated and stopped."""
    copy(template, postgres)


@pytest.fixture
def manage(postgres: PostgresServer) -> Manage:
    """Runs manage.py to its end, as a user of the checkout does, who has set nothing but DATA_DIR and what is named."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = clean_environment(DATA_DIR=str(postgres.data_dir)) | variables
        return managed.manage(*arguments, environment=environment)

    return run


@pytest.fixture
def serve(run: Callable[..., Running], postgres: PostgresServer) -> Callable[[int], tuple[Running, str]]:
    """Starts the API at a port and returns it with its address."""

    def start(port: int) -> tuple[Running, str]:
        api = run(sys.executable, ROOT / "trading_system/manage.py", "runserver", "--noreload", str(port),
                  DATA_DIR=str(postgres.data_dir))  # fmt: skip
        api.read_until("Quit the server")
        threading.Thread(target=lambda: api.process.stdout and api.process.stdout.read(), daemon=True).start()
        return api, f"http://127.0.0.1:{port}"

    return start


@pytest.fixture(scope="session")
def real_trades(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of real trades as a CSV file; `data/README.md` says what is in it."""
    path = tmp_path_factory.mktemp("recording") / "xrp_eth_trades.csv"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "data" / f"{path.name}.gz").read_bytes()))
    return path


@pytest.fixture(scope="session")
def production(named_server: tuple[Path, dict[str, str]]) -> Iterator[Production]:
    running = Production({**named_server[1], **PRODUCTION})
    yield running
    running.server.kill()
