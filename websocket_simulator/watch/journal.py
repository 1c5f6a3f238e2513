"""A file of records, one a line, that a killed process leaves whole: what was appended is the kernel's at once.

It is replaced by a shorter one beside it, which takes its name when it is on disk. One process has it at a time.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from watch.places import write_whole

MAX_RECORD = 8 * 1024 * 1024  # bytes, several times what an alert over frames of MAX_FRAME may need
APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class Journal:
    """The file at `path`, with `path`.lock, and `path`.new while it is replaced; `size` is in bytes.

    All methods raise OSError. After one of `append`, the file may end with a part of the record: replace it.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, 0
        self._lock: int | None = None
        self._file: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is ours."""
        return self._lock is not None

    def open(self) -> None:
        """Make it ours; BlockingIOError if it is another process's."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._use(os.open(self.path, APPENDING, 0o666))
        except OSError:
            os.close(lock)
            raise
        self._lock = lock

    def lines(self) -> Iterator[bytes]:
        """The records, with their ends; one that is longer than MAX_RECORD comes in parts."""
        with self.path.open("rb") as file:
            yield from iter(partial(file.readline, MAX_RECORD), b"")

    def append(self, line: bytes) -> None:
        """Add a record, which ends with a newline."""
        assert self._file is not None
        _write(self._file, line)
        self.size += len(line)

    def write_beside(self, lines: Iterable[bytes]) -> None:
        """Write what is to replace it, onto the disk."""
        write_whole(self._beside, lines)

    def replace(self, more: bytes) -> None:
        """Let what was written beside, and `more`, be the file from here on."""
        file = os.open(self._beside, APPENDING)
        try:
            _write(file, more)
            self._beside.replace(self.path)
        except OSError:
            os.close(file)
            raise
        self._use(file)

    def close(self) -> None:
        """Leave it to others."""
        for descriptor in (self._file, self._lock):
            if descriptor is not None:
                os.close(descriptor)
        self._file = self._lock = None

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")

    def _use(self, file: int) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file, self.size = file, os.fstat(file).st_size


def _write(file: int, content: bytes) -> None:
    while content:  # of a disk that becomes full a part is taken, and the rest is refused
        content = content[os.write(file, content) :]
