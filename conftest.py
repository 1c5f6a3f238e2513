"""The end of the database server that the test run started."""

import shutil

from django.conf import settings
from embedded_postgres.server import server_in


def pytest_unconfigure() -> None:
    server = server_in(settings.DATA_DIR)
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
    shutil.rmtree(server.data_dir, ignore_errors=True)
