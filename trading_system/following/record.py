"""A file that gets a ledger's changes page by page, and that a kill or a power cut leaves without a page in halves."""

import fcntl
import mmap
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from following.lines import BEGIN, Changes, End, end_of, line


class Record:
    """The file at `path`, which is made if need be, for its owner alone; `cursor` is where the ledger goes on.

    It is held as long as it is open. OSError says what is in the way; of a file with anything else in it, or that
    another process holds, nothing is changed.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._hold()
            self.size, self.cursor = self._last_end()
            os.truncate(self.descriptor, self.size)
            _sync_folder(path.parent)
        except BaseException:
            os.close(self.descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.descriptor)

    def begin_anew(self) -> None:
        """Have the next page make void all that is here."""
        self.cursor = None

    def append(self, changes: Changes, source: str) -> None:
        """Keep a page of `source`, an address, on disk; without changes, only if its cursor says something new."""
        beginning = [] if self.cursor else [line({"begin": source})]
        if beginning or changes.results or changes.more:
            self._write(b"".join([*beginning, *map(line, changes.results)]), line(_end(changes)))
        self.cursor = changes.cursor

    def _write(self, page: bytes, end: bytes) -> None:
        try:
            for piece in (page, end):  # one after the other, so that no power cut leaves an end without its page
                _write_all(self.descriptor, piece)
                os.fdatasync(self.descriptor)
        except BaseException:
            with suppress(OSError):
                os.truncate(self.descriptor, self.size)
            raise
        self.size += len(page) + len(end)

    def _hold(self) -> None:
        if not stat.S_ISREG(os.fstat(self.descriptor).st_mode):
            raise OSError("it is no file")
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError("another process writes into it") from None

    def _last_end(self) -> End:
        if not os.fstat(self.descriptor).st_size:
            return End(0, None)
        with mmap.mmap(self.descriptor, 0, access=mmap.ACCESS_READ) as text:
            if not BEGIN.startswith(text[: len(BEGIN)]):
                raise OSError("something else is in it, which stays as it is")
            return end_of(text)


def _end(changes: Changes) -> dict[str, object]:
    return {"cursor": changes.cursor, "more": changes.more}


def _write_all(descriptor: int, text: bytes) -> None:
    left = memoryview(text)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync_folder(path: Path) -> None:
    """Keep the name of a new file over a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
