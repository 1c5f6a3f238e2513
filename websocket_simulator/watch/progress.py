"""Waiting for threads that bring alerts somewhere, as long as they get on."""

from collections.abc import Callable
from threading import Condition


class Progress:
    """Whoever brings alerts says when it `moved`."""

    def __init__(self) -> None:
        self._moved = Condition()

    def moved(self) -> None:
        """Something was brought, or given up."""
        with self._moved:
            self._moved.notify_all()

    def wait(self, left: Callable[[], int], patience: float) -> None:
        """Wait until nothing is left, or there was not less for so many seconds."""
        with self._moved:
            while before := left():
                if not self._becomes_less(left, before, patience):
                    return

    def _becomes_less(self, left: Callable[[], int], before: int, patience: float) -> bool:
        return self._moved.wait_for(lambda: left() < before, patience)
