"""One PostgreSQL server per data directory: whoever needs it first starts it, the last to leave stops it.

What holds, whoever is killed and whenever, rests on the kernel's locks (flock), which die with their
holders, and on a real query; never on a PID file:

- `lock`: held while the server is started or stopped, so that this happens once at a time; for START_TIMEOUT at most.
- `users`: shared by every process that uses the server; who can have it alone is the last.
- `alive`: inherited by every program that touches the data; who can take it knows that none of them is left.
"""

import atexit
import fcntl
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2

from .programs import MAJOR, Account, ServerError, account_for, locked, programs_for, shared_directory

START_TIMEOUT = 60  # seconds; recovery after a crash replays what was written since the last checkpoint
POLL = 0.02  # seconds between two looks at a server that is starting
PORT, SUPERUSER, OWNER, DATABASE = 5432, "postgres", "trading", "trading"  # the port only names the socket
SOCKET_DIRECTORY = re.compile(r"/[\w./-]{1,80}", re.ASCII)  # safe in lists, and below a socket's 107 bytes
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC",
            "log_min_messages=log", "log_checkpoints=off")  # fmt: skip


class PostgresServer:
    """The server whose data is below `data_dir`, and this process's use of it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.home = self.data_dir / "postgres"  # a link where PostgreSQL's account cannot enter data_dir
        self.run = self.home / "run"  # a link where the path does not suit a socket
        self._user: tuple[int, int] | None = None  # our PID, since a fork has to join for itself, and `users`

    @property
    def joined(self) -> bool:
        return self._user is not None and self._user[0] == os.getpid()

    @property
    def address(self) -> dict[str, Any]:
        return {"host": str(self.run.resolve()), "port": PORT, "user": OWNER}

    @cached_property
    def account(self) -> Account:
        return account_for(self.data_dir)

    @cached_property
    def programs(self) -> Path:
        return programs_for(self.account)

    def join(self) -> None:
        """Count this process among the users until it ends, and return once the server answers.

        Raises ServerError if it cannot be started or does not answer within START_TIMEOUT.
        """
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self._open("lock")):
            if not self.joined:
                self._leave_when_the_process_ends()
                self._user = os.getpid(), self._open("users")
                fcntl.flock(self._user[1], fcntl.LOCK_SH)
            self._await_answer()

    def leave(self) -> None:
        """Stop counting this process; the last user stops the server, unless it was told to stay."""
        if self._user is None or not self.joined:
            return
        with locked(self._open("lock")):
            os.close(self._user[1])
            self._user = None
            with self._alone("users") as alone:
                if alone is not None and not (self.run / "stay").exists():
                    self._stop()

    def _leave_when_the_process_ends(self) -> None:
        atexit.register(self._leave_for_good)
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))  # by default it ends without `atexit`

    def _leave_for_good(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C would leave the server behind
            signal.signal(signum, signal.SIG_IGN)
        self.leave()

    def stay(self) -> None:
        """Start the server and leave it running until stop()."""
        self.join()
        self.account.run("touch", self.run.resolve() / "stay")

    def stop(self) -> None:
        """Stop the server, whoever uses it; the next to need it starts it again."""
        if self.home.exists():
            with locked(self._open("lock")):
                self._stop()

    def answers(self) -> bool:
        """Ask as the superuser, for whom PostgreSQL keeps a few connections when all others are taken."""
        where = {**self.address, "user": SUPERUSER, "dbname": "postgres", "connect_timeout": 5}
        try:
            with closing(psycopg2.connect(**where)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return True
        except psycopg2.OperationalError:
            return False

    def _await_answer(self) -> None:
        launched, deadline = False, time.monotonic() + START_TIMEOUT
        while not self.answers():
            with self._alone("alive") as alive:
                if alive is not None and launched:
                    raise ServerError(f"it ended while starting; {self.home}/postgres.log says why")
                if alive is not None:
                    self._launch(alive)
                    launched = True
            if time.monotonic() > deadline:
                raise ServerError(f"it did not answer within {START_TIMEOUT} s; see {self.home}/postgres.log")
            time.sleep(POLL)

    def _launch(self, alive: int) -> None:
        if self.home.is_symlink() and not self.home.exists():
            raise ServerError(f"the data is gone from {self.home.readlink()}: restore it, or remove {self.home}")
        if not self.home.exists():
            self._make(self.home, None if self.account.reaches(self.data_dir) else shared_directory())
        if not (self.home / "data").exists():
            self._create_cluster(alive)
        if (found := (self.home / "data/PG_VERSION").read_text().strip()) != MAJOR:
            raise ServerError(f"{self.data_dir} was made by PostgreSQL {found}, and this is {MAJOR}: dump it with "
                              f"pg_dump {found}, or set DATA_DIR to a new directory")  # fmt: skip
        # Nothing of an earlier server is alive, whatever process may bear its PID by now.
        (self.home / "data/postmaster.pid").unlink(missing_ok=True)
        self._remove_run()
        elsewhere = Path("/tmp")  # noqa: S108  # a private directory inside it
        self._make(self.run, None if SOCKET_DIRECTORY.fullmatch(str(self.run.resolve())) else elsewhere)
        if (log := self.home / "postgres.log").exists():
            log.replace(self.home / "postgres.log.1")
        socket = f"-k {self.run.resolve()}"
        self._execute("pg_ctl", "start", "--no-wait", "-D", "data", "-l", log.name, "-o", socket, keep=[alive])

    def _make(self, path: Path, elsewhere: Path | None) -> None:
        """Make the private directory `path`, or a link by that name to one `elsewhere`."""
        if elsewhere is None:
            self.account.make_private_directory(path.parent).rename(path)
        else:
            path.symlink_to(self.account.make_private_directory(elsewhere))

    def _create_cluster(self, alive: int) -> None:
        """Make the cluster aside and move it into place whole, so that none is ever half made."""
        shutil.rmtree(self.home / "data.new", ignore_errors=True)
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        self._execute("initdb", "-D", "data.new", "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C",
                      "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *settings, keep=[alive])  # fmt: skip
        sql = f"CREATE ROLE {OWNER} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        self._execute("postgres", "--single", "-D", "data.new", "postgres", text=sql, keep=[alive])
        (self.home / "data.new").rename(self.home / "data")

    def _stop(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while self._is_alive():
            try:
                self._execute("pg_ctl", "stop", "-D", "data", "--mode=fast", f"--timeout={START_TIMEOUT}")
            except ServerError:  # it has not written its PID yet, or has removed it already
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL)
        self._remove_run()

    def _remove_run(self) -> None:
        self.account.run("rm", "-rf", "--", self.run.resolve())
        self.run.unlink(missing_ok=True)

    def _execute(self, program: str, *arguments: str, text: str = "", keep: Sequence[int] = ()) -> None:
        """Run a program inside `home`, where relative names keep an odd path's characters from pg_ctl's shell."""
        done = self.account.run(self.programs / program, *arguments, cwd=self.home, input=text, pass_fds=keep,
                                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, umask=0o077)  # fmt: skip
        if done.returncode != 0:
            raise ServerError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _open(self, name: str) -> int:
        descriptor = os.open(self.data_dir / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchown(descriptor, *self.account)
        return descriptor

    def _alone(self, name: str) -> AbstractContextManager[int | None]:
        return locked(self._open(name), wait=False)

    def _is_alive(self) -> bool:
        with self._alone("alive") as alive:
            return alive is None
