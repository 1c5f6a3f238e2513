"""manage.py postgres start|stop|status|psql"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded_postgres.server import PostgresServer

MANAGE = Path(__file__).parents[2] / "manage.py"


def manage(server: PostgresServer, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {"DATA_DIR": str(server.data_dir), "DJANGO_SETTINGS_MODULE": "trading_system.settings", **environment}
    return subprocess.run(
        [sys.executable, MANAGE, "postgres", *arguments], env=os.environ | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_it_starts_and_stays_until_it_is_stopped(server: PostgresServer) -> None:
    started = manage(server, "start")
    assert (started.returncode, started.stdout) == (0, f"running; data: {server.home.resolve()}\n")
    server.join()
    server.leave()
    assert server.answers()
    status = manage(server, "status")
    assert (status.returncode, status.stdout) == (0, started.stdout)
    stopped = manage(server, "stop")
    assert (stopped.returncode, stopped.stdout) == (0, f"stopped; data: {server.home.resolve()}\n")
    assert not server.answers()


def test_status_of_a_stopped_server_fails_and_starts_nothing(new_server: PostgresServer) -> None:
    status = manage(new_server, "status")
    assert (status.returncode, status.stdout.split(";")[0]) == (1, "stopped")
    assert not new_server.data_dir.exists()
    assert manage(new_server, "stop").returncode == 0


@pytest.mark.parametrize(("sql", "code", "out"), [("SELECT 6 * 7", 0, "42\n"), ("SELECT nothing", 1, "")])
def test_psql_runs_the_wheels_psql(server: PostgresServer, sql: str, code: int, out: str) -> None:
    done = manage(server, "psql", "-XAtc", sql)
    assert (done.returncode, done.stdout) == (code, out)
    assert not server.answers()


def test_dbshell_is_the_same(server: PostgresServer) -> None:
    environment = os.environ | {"DATA_DIR": str(server.data_dir), "DJANGO_SETTINGS_MODULE": "trading_system.settings"}
    command = [sys.executable, MANAGE, "dbshell", "--", "-XAtc", "SELECT 6 * 7"]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "42\n"


def test_failures_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    done = manage(PostgresServer(tmp_path / "data"), "start")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: ")
    assert done.stderr.count("\n") == 1


def test_a_server_of_the_users_own_is_left_alone(server: PostgresServer) -> None:
    done = manage(server, "start", DB_NAME="ledger", DB_USER="me", DB_HOST="db.invalid")
    assert done.returncode == 1
    assert "DB_* name a PostgreSQL server of yours" in done.stderr
