"""Embedded servers as tests use, ask and remove them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest

from embedded_postgres.cluster import DATABASE, Cluster
from embedded_postgres.server import PostgresServer

# It looks up from its input now and then: Python does not see a signal that comes just before a read until that returns.
PROGRAM = """
import select, sys
from pathlib import Path
from embedded_postgres.server import PostgresServer
PostgresServer(Path(sys.argv[1])).join()
print("joined", flush=True)
while not select.select([sys.stdin], [], [], 0.1)[0]:
    pass
sys.stdin.read()
"""
SLOW_TO_LEAVE = """
stop = PostgresServer._stop
def slowly(self):
    print("leaving", flush=True)
    sys.stdin.readline()
    stop(self)
PostgresServer._stop = slowly
"""


class User:
    """Another Python process that uses the server of `data_dir` until told to leave, or killed."""

    def __init__(self, data_dir: Path, program: str = PROGRAM) -> None:
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(root)}, text=True,
        )  # fmt: skip

    def joined(self) -> "User":
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "joined\n"
        return self

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def remove(server: PostgresServer) -> None:
    """Stop `server` and delete what it made, wherever its links lead."""
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)


@contextmanager
def copying(made: PostgresServer) -> Iterator[None]:
    """In this process, the data of a new server are a copy of those of one that is stopped."""

    def copy(server: Cluster, keep: Sequence[int]) -> None:
        done = server.account.run("cp", "-a", made.home.resolve() / "data", server.home.resolve(), pass_fds=keep)
        assert done.returncode == 0, done.stderr

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "_create", copy)
        yield


def ask(server: PostgresServer, query: str) -> str:
    """The first value of the answer, in a connection of its own."""
    with psycopg2.connect(**server.address, dbname=DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone() if cursor.description else None
    connection.close()
    return str(row[0]) if row else ""


def postmaster(server: PostgresServer) -> int:
    return int((server.home / "data/postmaster.pid").read_text().split()[0])


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """A zombie has: where the first process of a container reaps nobody, its PID stays taken."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
