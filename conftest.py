"""What holds for the whole test run, and the end of the database server that it started."""

import os
import shutil

import hypothesis
from django.conf import settings

from embedded_postgres.base import server_in

# How long an example takes says little on a busy machine.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_unconfigure() -> None:
    server = server_in(settings.DATA_DIR)
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
    shutil.rmtree(server.data_dir, ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of processes wait most of the time."""
    return (os.cpu_count() or 1) + 1
