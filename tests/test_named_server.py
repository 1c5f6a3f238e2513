"""The API's tests once more, on a password-protected server over TCP that only DB_* lead to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_postgres.programs import account_for, programs_for

from .conftest import ROOT, clean_environment, free_port

PASSWORD = "correct horse #1 'battery'"


@pytest.fixture(scope="module")
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


def test_the_apis_tests_pass(named_server: tuple[Path, dict[str, str]]) -> None:
    """Those that would notice another server: of statements, COPY, cursors of the server's own, triggers, and locks."""
    log, settings = named_server
    names = ("bulk", "export", "history")
    files = [f"trading_system/trades/tests/test_{name}.py" for name in names]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", *files], cwd=ROOT, env=clean_environment(**settings), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "database=test_postgres" in log.read_text()


def test_a_wrong_password_is_a_clear_error(named_server: tuple[Path, dict[str, str]]) -> None:
    _, settings = named_server
    done = subprocess.run(
        [sys.executable, "trading_system/manage.py", "migrate"], cwd=ROOT, text=True, capture_output=True, check=False,
        env=clean_environment(**settings | {"DB_PASSWORD": "wrong"}, PYTHON_DOTENV_DISABLED="1"),
    )  # fmt: skip
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert "Traceback" not in done.stderr
