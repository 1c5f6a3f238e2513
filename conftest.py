"""What holds for the whole test run, what all tests may ask for, and its end."""

import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from xdist.scheduler import LoadFileScheduling

from embedded_postgres.base import server_in
from embedded_postgres.tests import run_directory

if TYPE_CHECKING:
    from rest_framework.test import APIClient

# How long an example takes says little on a busy machine.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
# In a shell's background a run ignores Ctrl-C, under nohup a closed terminal. So would the programs that tests end so.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
# Tests by when they begin; those of the first SHARING places share a browser, a system or a server.
FIRST = ("tests/browser/test_[a-f]", "tests/browser/", "tests/test_(serve|operation|slow_clients|named_server)",
         "tests/faults/", "tests/", "trading_system/embedded_postgres/")  # fmt: skip
SHARING = 4


@pytest.fixture
def api() -> "APIClient":
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


def pytest_configure() -> None:
    """What watches of tests remember is the run's, and not the user's own."""
    os.environ["XDG_STATE_HOME"] = str(settings.RUN_DIRECTORY / "state")


def pytest_unconfigure() -> None:
    server_in(settings.DATA_DIR).leave()
    run_directory.remove(settings.RUN_DIRECTORY)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of processes wait some of the time."""
    return (os.cpu_count() or 1) + 1


def place_of(nodeid: str) -> int:
    return next((number for number, start in enumerate(FIRST) if re.match(start, nodeid)), len(FIRST))


class SharedStarts(LoadFileScheduling):
    """A file is run by one process, and so are those that share what takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        place = place_of(nodeid)
        return FIRST[place] if place < SHARING else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedStarts | None:
    return SharedStarts(config, log) if config.option.dist == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, or one process would be left with it in the end."""
    items.sort(key=lambda item: place_of(item.nodeid))
