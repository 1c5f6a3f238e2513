"""Directories that several commands of one checkout use at once.

A locked directory is in use. The kernel releases the lock when the last process that holds it ends, even if killed.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "trading-server-"


@contextmanager
def locked_directory(directory: Path, operation: int) -> Iterator[None]:
    """Hold a lock (`fcntl.LOCK_SH` or `LOCK_EX`) on a directory; with `LOCK_NB`, BlockingIOError if it is in use."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


def make_own() -> Path:
    """A new temporary directory, locked by this process and its workers."""
    while True:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):  # removed as a leftover by another start, before it was locked
            fcntl.flock(os.open(directory, os.O_RDONLY), fcntl.LOCK_SH)
            directory.stat()
            return directory


def remove_leftovers() -> None:
    """Remove the directories of servers that were killed; those of running servers and other users stay."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), locked_directory(directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(directory)
