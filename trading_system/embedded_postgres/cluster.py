"""The files of one server and the programs that work on them.

Nothing here may run twice at a time: `server.py` holds the locks.
"""

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2

from .programs import MAJOR, Account, ServerError, account_for, programs_for, shared_directory

START_TIMEOUT = 60  # seconds; recovery after a crash replays what was written since the last checkpoint
PORT, SUPERUSER, OWNER, DATABASE = 5432, "postgres", "trading", "trading"  # the port only names the socket
SOCKET_DIRECTORY = re.compile(r"/[\w./-]{1,80}", re.ASCII)  # safe in lists, and below a socket's 107 bytes
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC",
            "log_min_messages=log", "log_checkpoints=off")  # fmt: skip

# Connections: as many as `serve` has threads, of which each has one, and others for commands, consoles and the watch.
THREADS_A_WORKER, OTHER_CONNECTIONS = 8, 84


def max_connections() -> int:
    """With a worker for each processor and one more, which is how many `serve` has unless it is told otherwise."""
    return THREADS_A_WORKER * ((os.cpu_count() or 1) + 1) + OTHER_CONNECTIONS


class Cluster:
    """PostgreSQL's files below `data_dir`. Programs inherit the descriptors in `keep`, and with them their locks."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.home = self.data_dir / "postgres"  # a link where PostgreSQL's account cannot enter data_dir
        self.run = self.home / "run"  # a link where the path does not suit a socket

    @property
    def address(self) -> dict[str, Any]:
        """`host`, `port` and `user` for psycopg2; the host is the directory of the socket."""
        return {"host": str(self.run.resolve()), "port": PORT, "user": OWNER}

    @cached_property
    def account(self) -> Account:
        """Whose rights the server has; ServerError if there is none that it can have."""
        return account_for(self.data_dir)

    @cached_property
    def programs(self) -> Path:
        """The directory of PostgreSQL's programs, which the account can run."""
        return programs_for(self.account)

    def answers(self) -> bool:
        """Whether the server answers a query. Asks as superuser: PostgreSQL reserves some connections for that."""
        if not self.run.exists():
            return False
        where = {**self.address, "user": SUPERUSER, "dbname": "postgres", "connect_timeout": 5}
        try:
            with closing(psycopg2.connect(**where)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return True
        except psycopg2.OperationalError:
            return False

    def launch(self, keep: Sequence[int]) -> None:
        """Start the server, with new data if there is none. Returns before it answers."""
        if self.home.is_symlink() and not self.home.exists():
            raise ServerError(f"the data is gone from {self.home.readlink()}: restore it, or remove {self.home}")
        if not self.home.exists():
            self._make(self.home, None if self.account.reaches(self.data_dir) else shared_directory())
        if not (self.home / "data").exists():
            self._create(keep)
        if (found := (self.home / "data/PG_VERSION").read_text().strip()) != MAJOR:
            raise ServerError(f"{self.data_dir} was made by PostgreSQL {found}, and this is {MAJOR}: dump it with "
                              f"pg_dump {found}, or set DATA_DIR to a new directory")  # fmt: skip
        # The lock says that no earlier server is alive; its PID may belong to another process by now.
        self.remove_run(self.home.resolve() / "data/postmaster.pid")
        elsewhere = Path("/tmp")  # noqa: S108  # a private directory inside it
        self._make(self.run, None if SOCKET_DIRECTORY.fullmatch(str(self.run.resolve())) else elsewhere)
        if (log := self.home / "postgres.log").exists():
            log.replace(self.home / "postgres.log.1")
        options = f"-k {self.run.resolve()} -c max_connections={max_connections()}"
        self._execute("pg_ctl", "start", "--no-wait", "-D", "data", "-l", log.name, "-o", options, keep=keep)

    def halt(self) -> None:
        """Stop the server; ServerError if it has no PID file, as just after its start and before its end."""
        self._execute("pg_ctl", "stop", "-D", "data", "--mode=fast", f"--timeout={START_TIMEOUT}")

    def remove_run(self, *others: Path) -> None:
        """Remove the directory of the socket, the link to it, and other paths."""
        self.account.run("rm", "-rf", "--", self.run.resolve(), *others)
        self.run.unlink(missing_ok=True)

    def _make(self, path: Path, elsewhere: Path | None) -> None:
        """Make the private directory `path`, or a private directory in `elsewhere` and a link to it at `path`."""
        made = self.account.make_private_directory(elsewhere or path.parent)
        path.symlink_to(made) if elsewhere else made.rename(path)

    def _create(self, keep: Sequence[int]) -> None:
        """Make the data in another directory and rename it when it is complete."""
        shutil.rmtree(self.home / "data.new", ignore_errors=True)
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        self._execute("initdb", "-D", "data.new", "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C",
                      "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *settings, keep=keep)  # fmt: skip
        sql = f"CREATE ROLE {OWNER} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        self._execute("postgres", "--single", "-D", "data.new", "postgres", text=sql, keep=keep)
        (self.home / "data.new").rename(self.home / "data")

    def _execute(self, program: str, *arguments: str, text: str = "", keep: Sequence[int] = ()) -> None:
        """Run a program in `home`. Paths are relative to it, as pg_ctl passes them to a shell unquoted."""
        done = self.account.run(self.programs / program, *arguments, cwd=self.home, input=text, pass_fds=keep,
                                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"})  # fmt: skip
        if done.returncode != 0:
            raise ServerError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
