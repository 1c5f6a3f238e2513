"""What an outbox knows, on disk: in its file, or, where that cannot be written, in memory until it can.

The file is tried again RETRY seconds after a failure, and then written whole. One that could not be read is not
written, so that nothing in it is lost: another client's stays as it is, and is joined when that client has ended.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from status import reason
from watch.journal import Journal
from watch.waiting import Waiting, records

MIN_REWRITE = 4 * 1024 * 1024  # bytes by which a file has to be longer than twice what it was, to be written anew
RETRY = 10.0  # seconds until a file that could not be written is tried again


class Store:
    """`lock` guards the state that is stored; `log` gets a line when the file fails, and when it works again."""

    def __init__(self, path: Path, lock: Lock, log: Callable[[str], None], clock: Callable[[], float]) -> None:
        self.path, self.log = path, log
        self._lock, self._clock, self._journal = lock, clock, Journal(path)
        self._tried: float | None = float("-inf")  # when it failed; None: the file has everything
        self._is_in_trouble, self._shortest = False, 0  # bytes, when the file was written last
        self._since: list[bytes] | None = None  # records that came while the file is written anew

    @property
    def is_complete(self) -> bool:
        """Whether the file has everything."""
        return self._tried is None

    def append(self, line: bytes) -> None:
        """Add a record; the lock is held."""
        if self._since is not None:
            self._since.append(line)
        if self._tried is None:
            try:
                self._journal.append(line)
            except OSError as error:
                self._fail(error)

    def is_due(self) -> bool:
        """Whether to `write` it: most of it may be done, or it has to be tried; the lock is held."""
        if self._tried is None:
            return self._journal.size - 2 * self._shortest > MIN_REWRITE
        return abs(self._clock() - self._tried) >= RETRY  # also where the clock was set back

    def load(self, waiting: Waiting) -> Waiting | None:
        """What the file has, joined with what came here, if it is not ours yet and can be; the lock is held."""
        if self._journal.is_open:
            return None
        try:
            self._journal.open()
            return self._read(waiting)
        except OSError as error:
            self._journal.close()
            self._fail(error)
            return None

    def write(self, waiting: Waiting) -> bool:
        """Write the file anew, if it is ours; return whether it has everything. The lock is not held meanwhile."""
        if not self._journal.is_open:
            return False
        try:
            with self._lock:
                self._since, state = [], waiting.state()
            self._journal.write_beside(records(state))
            with self._lock:
                more = b"".join(self._since)
                self._journal.replace(more)
                self._shortest = self._journal.size - len(more)
                self._succeed()
        except OSError as error:
            with self._lock:
                if self._tried is None:
                    self._shortest = self._journal.size  # goes on to grow, as far as there is room
                else:
                    self._fail(error)
        finally:
            self._since = None
        return self.is_complete

    def close(self) -> None:
        """Leave the file to others; the lock is held."""
        self._journal.close()
        self._tried = self._clock()

    def _read(self, later: Waiting) -> Waiting:
        found, broken, line = Waiting(), list[bytes](), b""
        for line in self._journal.lines():
            try:
                found.apply(line)
            except ValueError:
                broken.append(line)
        if broken and broken[-1] is line and not line.endswith(b"\n"):
            self.log(f"{self.path}: the last record is torn: dropped")
            del broken[-1]
        if broken:
            self._set_aside(broken)
        found.join(later)
        return found

    def _set_aside(self, broken: list[bytes]) -> None:
        path = self.path.with_name(f"{self.path.name}.broken")
        with path.open("ab") as file:
            file.writelines(broken)
        self.log(f"{self.path}: {len(broken)} records cannot be read: they are in {path.name} now")

    def _fail(self, error: OSError) -> None:
        self._tried = self._clock()
        if not self._is_in_trouble:
            self._is_in_trouble = True
            problem = "another client has it" if isinstance(error, BlockingIOError) else reason(error)
            self.log(f"{self.path}: {problem}; alerts are kept in memory only")

    def _succeed(self) -> None:
        self._tried = None
        if self._is_in_trouble:
            self._is_in_trouble = False
            self.log(f"{self.path}: alerts are on disk again")


class NoStore:
    """Of an outbox in memory alone."""

    is_complete = False

    def append(self, line: bytes) -> None:
        """Keep nothing."""

    def is_due(self) -> bool:
        """There is nothing to write."""
        return False

    def load(self, later: Waiting) -> Waiting | None:
        """There is nothing to read."""

    def write(self, waiting: Waiting) -> bool:
        """All that has to be written is."""
        return True

    def close(self) -> None:
        """There is nothing to leave."""
