"""The whole system as its users start it, and what its tests speak of."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedded_postgres.programs import account_for, programs_for
from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.conftest import remove

ROOT = Path(__file__).parents[1]
READY = "The trading system is running."
RISE = "ticker,price,timestamp\nAAPL,100,2025-06-06T20:00:00Z\nAAPL,102.4,2025-06-06T20:00:01Z\n"
PASSWORD = "correct horse #1 'battery'"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment of a user who has set nothing but these."""
    ours = ("DB_", "DJANGO_", "PYTHON_DOTENV", "DATA_DIR", "PORT", "FEED_", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | variables


def call(url: str, body: Any = None, method: str | None = None) -> tuple[int, Any]:
    """Ask over HTTP and return status and JSON; OSError if there is no answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with DIRECT.open(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or "null")


class Running:
    """A program in a session of its own, as a terminal starts it, and the lines it has printed."""

    def __init__(self, *command: str | Path, **variables: str) -> None:
        self.output: list[str] = []
        self.process = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, env=clean_environment(PYTHONUNBUFFERED="1", **variables), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def read_until(self, text: str) -> str:
        """Return the next line with this text; fail if the program ends before it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if text in line:
                return line
        raise AssertionError(f"it ended without {text!r}:\n{''.join(self.output)}")

    def first(self, text: str) -> str:
        """Return the first line with this text, which may have been read already."""
        return next((line for line in self.output if text in line), None) or self.read_until(text)

    def interrupt(self) -> float:
        """Press Ctrl-C and return how many seconds the end took."""
        begun = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.stdout is not None
        self.output += self.process.stdout.readlines()
        self.process.wait(timeout=30)
        return time.monotonic() - begun

    def read_no_more(self) -> None:
        """Close our end of its output."""
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.stdout = None

    def kill(self) -> None:
        """Kill it and all that it started, which would hold its output open."""
        family = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        for process in [self.process, *family]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.communicate()


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


@contextmanager
def server_in(data_dir: Path) -> Iterator[PostgresServer]:
    """The embedded server of this directory, gone in the end."""
    server = PostgresServer(data_dir)
    yield server
    remove(server)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server of the test's own, which has never been started."""
    with server_in(tmp_path / "data") as server:
        yield server


@pytest.fixture(scope="session")
def used_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server for tests that end with it stopped; what is in it is left over from others."""
    with server_in(tmp_path_factory.mktemp("used") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def named_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """The log of a PostgreSQL server that wants a password, and the DB_* that lead to it."""
    account = account_for(tmp_path_factory.getbasetemp())
    place, port = account.make_private_directory(Path("/tmp")), str(free_port())
    programs = programs_for(account)

    def execute(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, *arguments], cwd=place, check=True, stdout=subprocess.DEVNULL, **account.identity()
        )

    (place / "password").write_text(PASSWORD)
    os.chown(place / "password", *account)
    execute(
        "initdb",
        "-D",
        "data",
        "-U",
        "owner",
        "--auth=scram-sha-256",
        "--pwfile=password",
        "--encoding=UTF8",
        "--locale=C",
    )
    execute(
        "pg_ctl",
        "start",
        "-D",
        "data",
        "-l",
        "log",
        "-o",
        f"-p {port} -c listen_addresses=127.0.0.1 -c log_connections=on -k {place}",
    )
    yield (
        place / "log",
        {"DB_NAME": "postgres", "DB_USER": "owner", "DB_PASSWORD": PASSWORD, "DB_HOST": "127.0.0.1", "DB_PORT": port},
    )
    execute("pg_ctl", "stop", "-D", "data", "--mode=immediate")
    subprocess.run(["rm", "-rf", place], check=True)


@pytest.fixture
def manage(postgres: PostgresServer) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs manage.py to its end, as a user of the checkout does."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = clean_environment(PYTHON_DOTENV_DISABLED="1", DATA_DIR=str(postgres.data_dir)) | variables
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT / "trading_system",
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def serve(run: Callable[..., Running], postgres: PostgresServer) -> Callable[[int], tuple[Running, str]]:
    """Starts the API at a port and returns it with its address."""

    def start(port: int) -> tuple[Running, str]:
        api = run(sys.executable, ROOT / "trading_system/manage.py", "runserver", "--noreload", str(port),
                  DATA_DIR=str(postgres.data_dir), PYTHON_DOTENV_DISABLED="1")  # fmt: skip
        api.read_until("Quit the server")
        threading.Thread(target=lambda: api.process.stdout and api.process.stdout.read(), daemon=True).start()
        return api, f"http://127.0.0.1:{port}"

    return start
