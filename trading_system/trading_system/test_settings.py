"""Settings of the test run: `.env` is not read, and the database is an embedded one of the run's own.

DB_* in the environment itself, not in `.env`, run the same tests against the server they name.
"""

import os

from embedded_postgres.tests import run_directory

RUN_DIRECTORY = run_directory.enter()
os.environ |= {
    "PYTHON_DOTENV_DISABLED": "1",
    "DATA_DIR": str(RUN_DIRECTORY / "data"),
    "STATIC_ROOT": str(RUN_DIRECTORY / "static"),
}

from .settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
