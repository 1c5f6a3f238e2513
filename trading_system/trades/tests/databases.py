"""A database beside that of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "migrated"  # by which the table of migrations is found


@contextmanager
def empty_database() -> Iterator[BaseDatabaseWrapper]:
    """One without any table."""
    name = f"{connection.settings_dict['NAME']}_migrated"
    execute(f'DROP DATABASE IF EXISTS "{name}"')
    execute(f'CREATE DATABASE "{name}"')
    other = connections[ALIAS] = connection.copy(ALIAS)
    other.settings_dict["NAME"] = name
    yield other
    other.close()
    del connections[ALIAS]
    execute(f'DROP DATABASE "{name}"')


def execute(statement: str) -> None:
    """In no transaction, which CREATE DATABASE cannot have; the test's own connection is in one."""
    other = psycopg2.connect(**connection.get_connection_params() | address())
    other.autocommit = True
    other.cursor().execute(statement)
    other.close()


def address() -> dict[str, Any]:
    return getattr(getattr(connection, "server", None), "address", {})
