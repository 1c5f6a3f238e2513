"""Django's own checks for a deployment."""

import os
import subprocess
import sys
from pathlib import Path

MANAGE = Path(__file__).parents[2] / "manage.py"
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "ledger.example",
    "DB_NAME": "ledger",
    "DB_USER": "ledger",
    "DB_HOST": "127.0.0.1",
    "PYTHON_DOTENV_DISABLED": "1",
}


def test_production_settings_have_no_warning() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "trading_system.settings"} | PRODUCTION
    command = [sys.executable, MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr
