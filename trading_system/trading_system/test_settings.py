"""Settings of the test run: `.env` is not read, and the database is an embedded one of the run's own.

DB_* in the environment itself, not in `.env`, run the same tests against the server they name.
"""

import os
import tempfile

os.environ["PYTHON_DOTENV_DISABLED"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="trading-tests-")

from .settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
