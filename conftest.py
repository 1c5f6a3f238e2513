"""What holds for the whole test run, what all tests may ask for, and the end of the database server that it started."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from embedded_postgres.base import server_in

# How long an example takes says little on a busy machine.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.fixture
def api() -> APIClient:
    from rest.tests.clients import ApiClient  # when there are settings

    return ApiClient()


@pytest.fixture
def together() -> Callable[[int, Callable[[], Any]], list[Any]]:
    """Has the same done by several at the same moment, each with a database connection of its own: what each got."""

    def together(count: int, do: Callable[[], Any]) -> list[Any]:
        barrier = Barrier(count)

        def one(_: int) -> Any:
            try:
                connection.ensure_connection()
                barrier.wait(timeout=60)
                return do()
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return together


def pytest_unconfigure() -> None:
    server = server_in(settings.DATA_DIR)
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
    shutil.rmtree(server.data_dir, ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of processes wait most of the time."""
    return (os.cpu_count() or 1) + 1
