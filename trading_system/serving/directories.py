"""Directories that several commands of one checkout use at once.

A lock on a directory says that it is in use. It ends with the last process that holds it, however that ends.
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
def locked(directory: Path, operation: int) -> Iterator[None]:
    """Hold a lock (`fcntl.LOCK_SH` or `LOCK_EX`) on a directory; BlockingIOError with `LOCK_NB` where it is in use."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


def make_own() -> Path:
    """A new directory of this server, which its workers lock with it, in the system's directory for temporary files."""
    while True:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):  # another start took it for a leftover before it was locked
            fcntl.flock(os.open(directory, os.O_RDONLY), fcntl.LOCK_SH)
            directory.stat()
            return directory


def remove_leftovers() -> None:
    """Remove the directories of servers that were killed; those of running servers, and of other users, stay."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), locked(directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(directory)


def copy_static_files(source: Path, target: Path) -> None:
    """Copy what `collectstatic` has collected, once it is done. The server reads its own copy, which nobody changes."""
    with locked(source.resolve(), fcntl.LOCK_SH):
        shutil.copytree(source, target)
