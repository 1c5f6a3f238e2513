"""A feed that says what the test says, when the test says it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from websockets.asyncio.server import Server

from embedded_postgres.tests.servers import wait_until
from feed.admission import Admission
from feed.backlog import Backlog
from feed.broadcast import Feed
from tick import Tick

from ..running import free_port

PATIENCE = 30  # seconds for a page to connect
FIRST_SEQ = 10**15


class ScriptedFeed:
    """The real feed without a market, in a loop of its own on a port that stays the same while it is away."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"ws://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.feed = Feed(Backlog(FIRST_SEQ))
        self.server: Server | None = None

    def forget(self) -> None:
        """Begin anew, as a feed that has said nothing yet."""
        self.feed = Feed(Backlog(FIRST_SEQ))

    def open(self) -> None:
        """Let readers in."""
        self.server = self._wait_for(Admission(self.feed).open("127.0.0.1", self.port))

    def close(self) -> None:
        """Be away, as when its process was killed: connections are cut, and nobody listens."""
        if self.server is not None:
            self._call(self.feed.abort)
            self._call(self.server.close)
            self._wait_for(self.server.wait_closed())
            self.server = None

    def cut(self) -> None:
        """Cut every connection, and let them in again."""
        self._call(self.feed.abort)

    def await_readers(self, count: int = 1) -> None:
        wait_until(lambda: len(self.feed.readers) >= count, PATIENCE)

    def tick(self, ticker: str, *prices: str | Decimal, at: datetime | None = None) -> None:
        """Send these prices one after the other, all of this instant, or of now."""
        for price in prices:
            self.send(Tick(ticker, Decimal(price), at or datetime.now(UTC)))

    def send(self, *ticks: Tick) -> None:
        self._call(self.feed.publish, ticks)

    def withdraw(self, ticker: str, price: str, at: datetime) -> None:
        """Say that its venue takes back a tick, whether or not that was sent."""
        self._call(self.feed.withdraw, Tick(ticker, Decimal(price), at, seq=0), "cancelled")

    def leave_out(self) -> None:
        """Say that ticks were lost where they come from."""
        self._call(self.feed.lose)

    def beat(self) -> None:
        """Send a heartbeat."""
        self._call(self.feed.beat, datetime.now(UTC))

    def say(self, frame: str) -> None:
        """Send a frame to all, whatever is in it."""

        async def send() -> None:
            for reader in self.feed.readers:
                await reader.send(frame)

        self._wait_for(send())

    def lose(self, count: int) -> None:
        """Number the next tick as if so many had been sent before it: nobody gets them."""
        self._call(self._skip, count)

    def stop(self) -> None:
        self.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _skip(self, count: int) -> None:
        self.feed.backlog.next_seq += count

    def _call(self, function: Callable[..., Any], *arguments: Any) -> None:
        async def run() -> None:
            function(*arguments)

        self._wait_for(run())

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)
