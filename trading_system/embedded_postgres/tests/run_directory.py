"""The directory of one test run: all that it makes is inside, and what a killed run left is ended by the next.

Whoever makes such a directory locks a file in it (flock), and the kernel takes the lock away when that process is gone,
however it ended. A process of the run that makes its own (a worker of xdist, a pytest in a test) makes it in this one.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from embedded_postgres.programs import ServerError, locked
from embedded_postgres.server import PostgresServer

PREFIX = "trading-run-"
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3  # bytes; a run fills one of these four GiB
PATIENCE = 10  # seconds for killed processes to be gone


def enter() -> Path:
    """Make this process's directory, and lead to it whatever is temporary, in this process and those that it starts."""
    base = where()
    with locked(os.open(base, os.O_RDONLY)):  # or another would sweep ours before it is locked
        for left in abandoned(base):
            remove(left)
        directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        fcntl.flock(opened(directory), fcntl.LOCK_EX)  # and not closed for as long as this process lives
    directory.chmod(0o711)  # PostgreSQL's account passes through it to its own
    os.environ["TMPDIR"] = tempfile.tempdir = str(directory)
    return directory


def where() -> Path:
    """TMPDIR if it is set; else memory, if that is a file system with room: dozens of databases are made and copied."""
    with suppress(OSError):
        room = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
        if "TMPDIR" not in os.environ and room > ENOUGH:
            return MEMORY
    return Path(tempfile.gettempdir())


def opened(directory: Path) -> int:
    """The file that says by its lock whether the run is alive."""
    return os.open(directory / "alive", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def abandoned(base: Path) -> Iterator[Path]:
    """Directories of runs of ours that have ended without removing them."""
    for directory in base.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody holds it, or it is gone
            if directory.lstat().st_uid != os.geteuid():
                continue
            with locked(opened(directory), wait=False):
                yield directory


def remove(directory: Path) -> None:
    """End the programs and the embedded servers that belong to it, and delete it."""
    kill_programs(directory)
    for place in [Path(place) for place, _, files in os.walk(directory) if "users" in files]:
        with suppress(ServerError, OSError):  # a copy whose data is another's
            end(PostgresServer(place))
    shutil.rmtree(directory, ignore_errors=True)


def kill_programs(directory: Path) -> None:
    """Kill whatever was started with this TMPDIR, or one inside, and is not this process."""
    ours = [one for one in psutil.process_iter() if one.pid != os.getpid() and belongs(one, directory)]
    for program in ours:
        with suppress(psutil.NoSuchProcess):
            program.kill()
    psutil.wait_procs(ours, PATIENCE)


def belongs(program: psutil.Process, directory: Path) -> bool:
    """Whether its TMPDIR is the directory, or inside; False if nobody may know."""
    with suppress(psutil.Error):
        return Path(program.environ().get("TMPDIR", "/")).is_relative_to(directory)
    return False


def end(server: PostgresServer) -> None:
    """Stop it, and delete its data, wherever its links lead."""
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
