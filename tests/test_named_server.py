"""The API's tests once more, on a password-protected server over TCP that only DB_* lead to."""

import subprocess
import sys
from pathlib import Path

import pytest

from .managed import manage
from .running import ROOT, clean_environment


@pytest.mark.timeout(600)  # it is some 150 tests, and all that begins a run of them
def test_the_apis_tests_pass(named_server: tuple[Path, dict[str, str]]) -> None:
    """Those that would notice another server: of statements, COPY, cursors of the server's own, triggers, and locks."""
    log, settings = named_server
    names = ("bulk", "export", "history")
    files = [f"trading_system/trades/tests/test_{name}.py" for name in names]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "--reuse-db", *files], cwd=ROOT, env=clean_environment(**settings), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "database=test_postgres" in log.read_text()


def test_a_wrong_password_is_a_clear_error(named_server: tuple[Path, dict[str, str]]) -> None:
    _, settings = named_server
    done = manage("migrate", environment=clean_environment(**settings | {"DB_PASSWORD": "wrong"}))
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert "Traceback" not in done.stderr
