"""Requests that wait until something happens. Each holds a thread, and so only a share of the threads may wait.

They hold no transaction meanwhile, and end with the process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Semaphore

from .errors import Unavailable

MAX_WAITING = 4  # requests of one process; half of its threads, if those are fewer
STEP = 0.25  # seconds between two looks


class TooManyWait(Unavailable):
    """503 with Retry-After: the places are taken."""

    default_detail = "Too many requests are waiting for something to happen already; ask without waiting, or try again."
    wait = 5


class Places:
    """Those of this process."""

    def __init__(self, count: int) -> None:
        self.free, self.ending = Semaphore(count), Event()

    @contextmanager
    def take(self) -> Iterator[None]:
        """One of them, for as long as it takes; TooManyWait if there is none."""
        free = self.free
        if not free.acquire(blocking=False):
            raise TooManyWait
        try:
            yield
        finally:
            free.release()

    def share(self, threads: int) -> None:
        """Leave at least half of so many threads to others. Before anybody waits."""
        self.free = Semaphore(min(MAX_WAITING, threads // 2))

    def pause(self, seconds: float) -> bool:
        """Whether to look again, after a STEP, or sooner if less time is left; False at once if the process ends."""
        return not self.ending.wait(min(STEP, seconds))

    def end(self) -> None:
        """Whoever waits is answered now."""
        self.ending.set()


places = Places(MAX_WAITING)
