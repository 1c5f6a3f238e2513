"""One PostgreSQL server per data directory: its first user starts it, the last one stops it.

Users are processes, and any of them may be killed at any time. So the state is in the kernel's locks (flock), which end
with their holders, and is checked with a real query. No PID file is trusted:

- `lock`: held exclusively while the server starts or stops; for START_TIMEOUT at most.
- `users`: held shared by every process that uses the server. A process that gets it exclusively is the last user.
- `alive`: inherited by every program that works on the data. If it can be locked, none of them runs.
"""

import atexit
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from .cluster import START_TIMEOUT, Cluster
from .programs import ServerError, locked

POLL = 0.02  # seconds between two looks at a server that is starting or stopping


class PostgresServer(Cluster):
    """The server of `data_dir`, and whether this process is among its users."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._user: tuple[int, int] | None = None  # our PID, since a fork has to join for itself, and `users`

    @property
    def joined(self) -> bool:
        """Whether this process, and not the one that it was forked from, counts among the users."""
        return self._user is not None and self._user[0] == os.getpid()

    def join(self) -> None:
        """Count this process among the users until it ends, and return once the server answers.

        Raises ServerError if it cannot be started or does not answer within START_TIMEOUT.
        """
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._exclusively():
            if not self.joined:
                self._leave_when_the_process_ends()
                self._user = os.getpid(), self._open("users")
                fcntl.flock(self._user[1], fcntl.LOCK_SH)
            self._await_answer()

    def leave(self) -> None:
        """Leave the users. The last one stops the server, unless stay() was called."""
        if self._user is None or not self.joined:
            return
        with self._exclusively():
            os.close(self._user[1])
            self._user = None
            with suppress(BlockingIOError), self._alone("users"):
                if not (self.run / "stay").exists():
                    self._stop()

    def stay(self) -> None:
        """Start the server and leave it running until stop()."""
        self.join()
        self.account.run("touch", self.run.resolve() / "stay")

    def stop(self) -> None:
        """Stop the server, even while it is used; the next join() starts it again."""
        if self.home.exists():
            with self._exclusively():
                self._stop()

    def _leave_when_the_process_ends(self) -> None:
        atexit.register(self._leave_for_good)
        for signum in (signal.SIGTERM, signal.SIGHUP):  # by default these end a process without `atexit`
            if threading.current_thread() is threading.main_thread() and signal.getsignal(signum) is signal.SIG_DFL:
                signal.signal(signum, lambda signum, frame: sys.exit(0))

    def _leave_for_good(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a second Ctrl-C would leave the server behind
            signal.signal(signum, signal.SIG_IGN)
        self.leave()

    def _await_answer(self) -> None:
        launched, deadline = False, time.monotonic() + START_TIMEOUT
        while not self.answers():
            with suppress(BlockingIOError), self._alone("alive") as alive:
                if launched:
                    raise ServerError(f"it ended while starting; {self.home}/postgres.log says why")
                self.launch([alive])
                launched = True
            if time.monotonic() > deadline:
                raise ServerError(f"it did not answer within {START_TIMEOUT} s; see {self.home}/postgres.log")
            time.sleep(POLL)

    def _stop(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with suppress(BlockingIOError), self._alone("alive"):
                break
            try:
                self.halt()
            except ServerError:  # it has not written its PID yet, or has removed it already
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL)
        self.remove_run()

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Hold `lock`. It contains the path of its directory, as the links in a copy lead to the original's files."""
        with locked(self._open("lock")) as lock:
            made_for = os.fsdecode(os.pread(lock, 4096, 0)) or str(self.data_dir)
            if made_for != str(self.data_dir):
                if self.home.is_symlink() and self.home.resolve() == Path(made_for, self.home.name).resolve():
                    raise ServerError(f"{self.data_dir} is a copy whose data is still that of {made_for}: remove "
                                      f"{self.home} to begin without any, or set DATA_DIR={made_for}")  # fmt: skip
                if self.run.is_symlink():
                    self.run.unlink()
            os.truncate(lock, os.pwrite(lock, os.fsencode(self.data_dir), 0))
            yield

    def _open(self, name: str) -> int:
        descriptor = os.open(self.data_dir / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchown(descriptor, *self.account)
        return descriptor

    def _alone(self, name: str) -> AbstractContextManager[int]:
        """Hold a lock exclusively; BlockingIOError if another process holds it."""
        return locked(self._open(name), wait=False)
