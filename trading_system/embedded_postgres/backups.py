"""Backup of a whole database into one file of pg_dump's custom format, and restore; for any PostgreSQL server."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from .programs import MAJOR, Account, ServerError, programs_for

PLAIN = ("--no-owner", "--no-privileges")  # roles differ between servers
WITHOUT = ("--exclude-table-data=django_session",)  # a session's key in a file would be a login


def back_up(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Write `path`, readable by its owner alone: FileExistsError if it exists, ServerError if pg_dump fails.

    It is a snapshot of one moment, and writers need not stop. An interrupted backup leaves no file.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as directory:
        whole = Path(directory) / "dump"
        execute(connection, "pg_dump", "--format=custom", *PLAIN, *WITHOUT, f"--file={whole}")
        whole.chmod(0o600)
        os.link(whole, path)


def restore(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Fill an empty database from `path` in one transaction; ServerError if it has tables or pg_restore fails."""
    if connection.introspection.table_names():
        name = connection.settings_dict["NAME"]
        raise ServerError(
            f"the database {name} has tables already, and a backup is restored into an empty one: "
            "set DATA_DIR to a new directory or, with a server of yours, DB_NAME to a new database"
        )
    execute(connection, "pg_restore", "--single-transaction", "--exit-on-error", *PLAIN,
            f"--dbname={connection.settings_dict['NAME']}", str(path))  # fmt: skip


def execute(connection: BaseDatabaseWrapper, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the connection's database; ServerError with its message if it fails."""
    environment = environment_of(connection)
    found = program_of(program, connection.connection.info.server_version // 10000)
    done = subprocess.run([found, "--no-password", *arguments], env=environment, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise ServerError(done.stderr.strip() or f"{program} ended with status {done.returncode}")


def environment_of(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The environment in which PostgreSQL's programs connect as `connection` does; connects it first."""
    connection.ensure_connection()
    info = connection.connection.info
    address = {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user, "PGDATABASE": info.dbname}
    return os.environ | address | ({"PGPASSWORD": info.password} if info.password else {})


def program_of(program: str, major: int) -> str | Path:
    """The path of a program for a server of this major version: the wheel's or, for another version, the PATH's."""
    if str(major) == MAJOR:
        return programs_for(Account(os.geteuid(), os.getegid())) / program
    if found := shutil.which(program):
        return found
    raise ServerError(f"the server is PostgreSQL {major}: its {program} is needed, and there is none on the PATH")
