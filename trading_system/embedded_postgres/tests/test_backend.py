"""Django on the embedded server."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import OperationalError
from pytest_django import DjangoDbBlocker

from embedded_postgres.base import DatabaseWrapper, server_in
from embedded_postgres.cluster import DATABASE
from embedded_postgres.server import PostgresServer

from .servers import postmaster


@pytest.fixture(autouse=True)
def allowed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """These connections are not to the test database."""
    with django_db_blocker.unblock():
        yield


def wrapper_for(data_dir: Path) -> DatabaseWrapper:
    defaults = connections[DEFAULT_DB_ALIAS].settings_dict
    return DatabaseWrapper({**defaults, "NAME": DATABASE, "DATA_DIR": data_dir, "TEST": {}}, alias="other")


@pytest.fixture
def wrapper(server: PostgresServer) -> Iterator[DatabaseWrapper]:
    """A Django connection to a server that is not running, closed after the test."""
    wrapper = wrapper_for(server.data_dir)
    yield wrapper
    wrapper.close()
    wrapper.server.leave()


def answer(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 42")
        return int(cursor.fetchone()[0])


def test_the_first_query_starts_the_server(wrapper: DatabaseWrapper) -> None:
    assert not wrapper.server.answers()
    assert answer(wrapper) == 42


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_new_connection_brings_back_a_server_that_is_gone(wrapper: DatabaseWrapper, end: str) -> None:
    answer(wrapper)
    if end == "kill":
        os.kill(postmaster(wrapper.server), signal.SIGKILL)
    else:
        wrapper.server.stop()
    wrapper.close()
    assert answer(wrapper) == 42


def test_a_failed_start_is_an_error_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(OperationalError, match=r"the embedded PostgreSQL: .*File exists"):
        answer(wrapper_for(tmp_path / "data"))


def test_a_process_has_one_manager_for_a_directory() -> None:
    assert server_in(settings.DATA_DIR) is server_in(Path(str(settings.DATA_DIR)))
