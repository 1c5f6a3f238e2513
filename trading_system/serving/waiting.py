"""The connections that the event loop waits for."""

import selectors
import time
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

from .connection import Connection


class Waiting:
    """Threads add to it, but the event loop alone removes. What it looks through is a copy, as more may be added.

    A connection has a lock of its own: with a common one, threads would wait for each other's calls of the system.
    """

    def __init__(self, poller: selectors.BaseSelector) -> None:
        self.poller, self.connections = poller, set[Connection]()

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self.connections))

    def add(
        self,
        connection: Connection,
        callback: Callable[[Connection, Any], None],
        seconds: float,
        event: int = selectors.EVENT_READ,
    ) -> None:
        """Call back when it is readable (or writable). After `seconds`, its deadline has passed."""
        connection.deadline = time.monotonic() + seconds
        with connection.exchange:
            self.connections.add(connection)
            self.poller.register(connection.sock, event, partial(callback, connection))

    def remove(self, connection: Connection) -> None:
        with connection.exchange:
            self.connections.discard(connection)
            self.poller.unregister(connection.sock)

    def longest_idle(self) -> Connection | None:
        """The one that has been idle, or lingering, for longest."""
        return min((one for one in self if one.is_idle()), key=attrgetter("deadline"), default=None)

    def slowest_reader(self, most: int) -> Connection | None:
        """The one whose deadline is next, if more than `most` bytes are unsent to all of them."""
        sending = [one for one in self if one.sock.unsent]
        is_too_much = sum(len(one.sock.unsent) for one in sending) > most
        return min(sending, key=attrgetter("deadline")) if is_too_much else None
