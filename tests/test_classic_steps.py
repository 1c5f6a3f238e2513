"""The steps of a classic README: makemigrations, migrate, runserver; and the errors of a wrong `.env`."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import ask

from .production import static_files
from .running import ROOT, Running, call, clean_environment, free_port

Manage = Callable[..., "subprocess.CompletedProcess[str]"]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
SERVER = {"DB_NAME": "ledger", "DB_USER": "me", "DB_PASSWORD": "secret", "DB_HOST": "127.0.0.1"}


@pytest.mark.usefixtures("migrated")
def test_makemigrations_finds_nothing_to_do(manage: Manage) -> None:
    done = manage("makemigrations", "--dry-run")  # which prints the same, and leaves the checkout alone
    assert (done.returncode, done.stdout) == (0, "No changes detected\n")


@pytest.mark.usefixtures("migrated")  # by migrate in a new directory
def test_migrate_then_runserver(run: Callable[..., Running], postgres: PostgresServer) -> None:
    port = free_port()
    server = run(
        sys.executable, ROOT / "trading_system/manage.py", "runserver", str(port), DATA_DIR=str(postgres.data_dir)
    )
    server.read_until("Quit the server")
    url = f"http://127.0.0.1:{port}/api/trades/"
    with ThreadPoolExecutor(50) as pool:
        assert {status for status, _ in pool.map(call, [url] * 100, [TRADE] * 100)} == {201}
    sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    assert int(ask(postgres, sql)) < 5  # its threads left none
    assert server.interrupt() < 5
    assert not postgres.answers()


def test_runserver_that_is_told_to_end_leaves_no_postgres(
    run: Callable[..., Running], used_postgres: PostgresServer
) -> None:
    server = run(sys.executable, ROOT / "trading_system/manage.py", "runserver", str(free_port()),
                 DATA_DIR=str(used_postgres.data_dir))  # fmt: skip
    server.read_until("Quit the server")
    server.process.terminate()
    assert server.process.wait(timeout=30) == 0
    assert not used_postgres.answers()


@pytest.mark.parametrize("arguments", [["runserver"], ["runserver", "--noreload"]])  # and migrate: below
def test_a_server_that_is_away_is_a_clear_error(manage: Manage, arguments: list[str]) -> None:
    done = manage(*arguments, **SERVER, DB_PORT="1")
    assert done.returncode == 1
    assert re.match(r"error: .*127\.0\.0\.1.*port 1 failed: Connection refused", done.stderr)
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_check_is_content(manage: Manage) -> None:
    assert "no issues" in manage("check").stdout


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"DB_HOST": "127.0.0.1"}, r"DB_HOST set but not DB_NAME, DB_USER: set them all .* or none"),
        ({**SERVER, "DB_HOST": ""}, r"set but not DB_HOST"),
        ({**SERVER, "DB_PORT": "x"}, r"DB_PORT='x' is not a port number"),
        ({**SERVER, "DB_PORT": "1"}, r"127\.0\.0\.1.*port 1 failed: Connection refused"),
        ({**SERVER, "DB_HOST": "no-such-host.invalid"}, r"no-such-host\.invalid"),
        ({"DEBUG": "perhaps"}, r"DEBUG='perhaps'"),
    ],
)
def test_a_wrong_setting_is_named_without_a_traceback(manage: Manage, settings: dict[str, str], message: str) -> None:
    done = manage("migrate", **settings)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


PRODUCTION = {"DEBUG": "false", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "127.0.0.1", **SERVER}


@pytest.mark.parametrize("command", ["check", "migrate", "runserver"])
@pytest.mark.parametrize(
    ("missing", "hint"),
    [
        ("SECRET_KEY", "needs SECRET_KEY.*HINT: Put a long random one"),
        ("ALLOWED_HOSTS", "needs ALLOWED_HOSTS.*HINT: .*ALLOWED_HOSTS="),
        ("DB_NAME", "needs a PostgreSQL server.*HINT: Set DB_NAME"),
    ],
)
def test_production_names_the_setting_that_it_needs_and_says_how_to_set_it(
    manage: Manage, command: str, missing: str, hint: str
) -> None:
    settings = {**PRODUCTION, missing: ""}
    if missing == "DB_NAME":  # the embedded server is not for production
        settings |= dict.fromkeys(SERVER, "")
    done = manage(command, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("trading_system.E") == 1
    assert re.search(f"DEBUG=false {hint}", done.stderr, re.DOTALL)
    assert "Traceback" not in done.stderr


def test_production_with_all_it_needs_is_content(manage: Manage) -> None:
    assert "no issues" in manage("check", **PRODUCTION).stdout


RUNSERVER = """
from django.core.management import CommandError, call_command
for address in {addresses}:
    try:
        call_command("runserver", f"{{address}}:{port}", use_reloader=False, skip_checks=True)
    except CommandError as error:
        print(error)
"""


def test_development_listens_to_this_machine_only(manage: Manage, used_postgres: PostgresServer) -> None:
    place = str(used_postgres.data_dir)
    done = manage("runserver", "--noreload", f"0.0.0.0:{free_port()}", DATA_DIR=place)
    assert done.returncode == 1
    assert "listen on 127.0.0.1, or set DEBUG=false" in done.stderr
    addresses = ["0", "192.0.2.1", "[::]", "ledger.example"]
    done = manage(
        "shell", "--no-imports", "-c", RUNSERVER.format(addresses=addresses, port=free_port()), DATA_DIR=place
    )
    told = [line for line in done.stdout.splitlines() if "listen on 127.0.0.1, or set DEBUG=false" in line]
    assert len(told) == len(addresses), done.stdout


SHOW_SECRET = ("shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")


def test_the_generated_secret_is_its_owners_and_stays(manage: Manage, postgres: PostgresServer) -> None:
    first = manage(*SHOW_SECRET).stdout.strip()
    assert len(first) == 50
    assert manage(*SHOW_SECRET).stdout.strip() == first
    assert (postgres.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_cannot_be_kept_is_a_clear_error(manage: Manage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = manage(*SHOW_SECRET, DATA_DIR=str(tmp_path / "file"))
    assert done.returncode == 1
    assert re.match(r"error: no secret can be kept in .*/file/secret_key: .*; set SECRET_KEY", done.stderr)


def test_files_of_pages_are_served_in_production(manage: Manage) -> None:
    settings = PRODUCTION | {"STATIC_ROOT": static_files()}
    ask = (
        "from django.test import Client\n"
        "answer = Client(headers={'host': '127.0.0.1'}).get('/static/dashboard/desk.css', secure=True)\n"
        "print(answer.status_code, answer['Content-Type'])"
    )
    assert manage("shell", "--no-imports", "-c", ask, **settings).stdout.strip() == '200 text/css; charset="utf-8"'


def test_env_example_changes_nothing_when_copied(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "trading_system", copy / "trading_system", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copy(ROOT / ".env.example", copy / ".env")
    show = "from django.conf import settings as s; print(s.DATABASES['default']['ENGINE'], s.DATA_DIR)"

    def shown() -> str:
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", show], cwd=copy / "trading_system",
            env=clean_environment(PYTHON_DOTENV_DISABLED="0"), capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip

    assert shown() == f"embedded_postgres {copy}/.data"
    settings = (copy / ".env").read_text()
    (copy / ".env").write_text(settings.replace("# DB_", "DB_"))
    assert shown().startswith("postgresql ")
