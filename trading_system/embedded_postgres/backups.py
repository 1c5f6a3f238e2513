"""A whole database into one file of pg_dump's custom format, and back: of the embedded server, and of any other."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from .programs import MAJOR, Account, ServerError, programs_for

PLAIN = ("--no-owner", "--no-privileges")  # who owns and may use things is for the server that restores to say

WITHOUT = ("--exclude-table-data=django_session",)  # whose keys would let anybody in who reads the file


def back_up(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Write `path`, for its owner's eyes only; FileExistsError if it is there, ServerError if pg_dump fails.

    What is in it was committed at one moment; writers need not stop. A backup that was interrupted leaves no file.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as directory:
        whole = Path(directory) / "dump"
        execute(connection, "pg_dump", "--format=custom", *PLAIN, *WITHOUT, f"--file={whole}")
        whole.chmod(0o600)
        os.link(whole, path)


def restore(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Fill an empty database from `path`, wholly or not at all; ServerError if it is not empty or pg_restore fails."""
    if connection.introspection.table_names():
        name = connection.settings_dict["NAME"]
        raise ServerError(
            f"the database {name} has tables already, and a backup is restored into an empty one: "
            "set DATA_DIR to a new directory or, with a server of yours, DB_NAME to a new database"
        )
    execute(connection, "pg_restore", "--single-transaction", "--exit-on-error", *PLAIN,
            f"--dbname={connection.settings_dict['NAME']}", str(path))  # fmt: skip


def execute(connection: BaseDatabaseWrapper, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs where `connection` leads; ServerError has what it complained of."""
    connection.ensure_connection()
    info = connection.connection.info
    found = program_of(program, info.server_version // 10000)
    address = {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user, "PGDATABASE": info.dbname}
    secret = {"PGPASSWORD": info.password} if info.password else {}
    done = subprocess.run(
        [found, "--no-password", *arguments], env=os.environ | address | secret, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise ServerError(done.stderr.strip() or f"{program} ended with status {done.returncode}")


def program_of(program: str, major: int) -> str | Path:
    """The wheel's for a server of its version; for another, whose files the wheel's do not suit, that of the PATH."""
    if str(major) == MAJOR:
        return programs_for(Account(os.geteuid(), os.getegid())) / program
    if found := shutil.which(program):
        return found
    raise ServerError(f"the server is PostgreSQL {major}: its {program} is needed, and there is none on the PATH")
