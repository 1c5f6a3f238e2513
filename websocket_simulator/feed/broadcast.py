"""Fan-out: numbers ticks and sends them to every reader, after what it missed.

Live, nobody waits for anybody: a slow consumer, for which more than MAX_BUFFER bytes wait, is disconnected. A
recording at full speed, and the catch-up of a reader, wait until there is room, each time for SEND_TIMEOUT at most.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from feed.backlog import Backlog
from feed.faults import Faults
from feed.subscription import Subscription, Tickers, select
from notices import Heartbeat, Reason, Withdrawal, encode_heartbeat, encode_withdrawal
from tick import MAX_TOGETHER, Gap, Tick, encode, encode_gap

MAX_BUFFER = 1024 * 1024  # bytes
SEND_TIMEOUT = 10  # seconds
CLOSE_TIMEOUT = 1  # seconds for a slow consumer to take the close frame
TOO_SLOW = 1013  # the close code: "try again later"

Batch = tuple[list[ServerConnection], str | bytes]  # a frame, and to whom it goes


class Feed:
    """`backlog` numbers the ticks and holds the latest; `faults` change what is sent live."""

    def __init__(self, backlog: Backlog | None = None, faults: Faults | None = None) -> None:
        self.backlog, self.faults = Backlog() if backlog is None else backlog, faults or Faults({}, 0)
        self.readers: dict[ServerConnection, Tickers] = {}  # those that are live
        self.occupied = asyncio.Event()  # set while there are readers
        self.vacated = asyncio.Event()  # set while there are none
        self.vacated.set()
        self.audience = 0  # counts how often a first reader came that had heard nothing yet
        self.slow_consumers = 0  # that were disconnected
        self.lag = 0.0  # seconds between the moment when the latest ticks were due and that when they were sent
        self._is_delivering = False
        self._catching_up: dict[ServerConnection, asyncio.Future[None]] = {}  # each done when that is over
        self._closing: set[asyncio.Task[None]] = set()  # a task lives as long as somebody knows it

    async def handle(self, reader: ServerConnection, subscription: Subscription) -> None:
        """Serve one connection until it closes; what a reader sends is ignored."""
        try:
            if subscription.since is not None:
                await self._catch_up(reader, subscription.tickers, subscription.since)
            self._join(reader, subscription)
            async for _ in reader:
                pass
        except ConnectionClosed:
            pass
        except TimeoutError:
            self._disconnect_slow(reader)
        finally:
            self._forget(reader)

    def publish(self, ticks: Sequence[Tick]) -> None:
        """Send to all at once, and disconnect slow consumers."""
        for readers, frame in self._batches(ticks):
            self._write(readers, frame)

    async def deliver(self, ticks: Sequence[Tick]) -> None:
        """Send to all, and return when each has room for more."""
        self._is_delivering = True
        try:
            await self._send_batches(self._batches(ticks))
        finally:
            self._is_delivering = False

    def lose(self) -> None:
        """Ticks were lost where they come from: leave a number out, so that readers know."""
        self._note(lambda seq: encode_gap(Gap(seq, seq)))

    def withdraw(self, tick: Tick, reason: Reason) -> None:
        """The venue takes back a tick that has its number."""
        assert tick.seq is not None
        of, ticker, price, instant = tick.seq, tick.ticker, tick.price, tick.timestamp
        self._note(lambda seq: encode_withdrawal(Withdrawal(seq, of, ticker, price, instant, reason)))

    def beat(self, now: datetime) -> None:
        """Send a heartbeat to all who are live; not while ticks that have their numbers are still being sent."""
        if self.readers and not self._is_delivering:
            self._write(list(self.readers), encode_heartbeat(Heartbeat(self.backlog.next_seq - 1, now)))

    async def end(self) -> None:
        """Send what faults still hold, and close every connection with 1000: there is nothing more to come."""
        await self._send_batches(self._encoded(self.faults.flush()))
        if self._catching_up:
            await asyncio.wait(self._catching_up.values(), timeout=SEND_TIMEOUT)
        for reader in list(self._catching_up):
            self._abort(reader)
        closing = (self._close(reader, 1000, "end of recording", SEND_TIMEOUT) for reader in list(self.readers))
        await asyncio.gather(*closing)

    def abort(self) -> None:
        """End every connection at once."""
        for reader in [*self.readers, *self._catching_up]:
            self._abort(reader)

    def _note(self, frame_of: Callable[[int], str]) -> None:
        """Tell all readers, whatever they subscribed to."""
        self._write(list(self.readers), self.backlog.note(frame_of, asyncio.get_running_loop().time()))

    def _batches(self, ticks: Sequence[Tick]) -> Iterator[Batch]:
        """Number and hold the ticks; yield what is to be sent of them."""
        numbered = self.backlog.add(ticks, asyncio.get_running_loop().time())
        is_corrupt = self.faults.happens("corrupt")
        for readers, frame in self._encoded(self.faults.delivered(numbered)):
            yield readers, self.faults.corrupted(frame) if is_corrupt else frame
        if self.faults.happens("disconnect") and self.readers:
            self._abort(self.faults.randoms["disconnect"].choice(list(self.readers)))

    def _encoded(self, ticks: Sequence[Tick]) -> Iterator[tuple[list[ServerConnection], str]]:
        """Make each frame once for all who subscribed to the same tickers."""
        groups = defaultdict[Tickers, list[ServerConnection]](list)
        for reader, tickers in self.readers.items():
            groups[tickers].append(reader)
        for tickers, readers in groups.items():
            selected = select(ticks, tickers)
            for start in range(0, len(selected), MAX_TOGETHER):
                live = [reader for reader in readers if reader in self.readers]  # still, after the frame before
                yield live, encode(selected[start : start + MAX_TOGETHER])

    def _write(self, readers: Iterable[ServerConnection], frame: str | bytes) -> None:
        # What `broadcast` would do for each reader is done once: without compression, all get the same bytes.
        opcode = Opcode.TEXT if isinstance(frame, str) else Opcode.BINARY
        message = Frame(opcode, frame.encode() if isinstance(frame, str) else frame).serialize(mask=False)
        for reader in readers:
            if reader.transport.get_write_buffer_size() > MAX_BUFFER:
                self._disconnect_slow(reader)
            elif reader.state is State.OPEN:
                reader.transport.write(message)

    async def _send_batches(self, batches: Iterable[Batch]) -> None:
        for readers, frame in list(batches):
            await asyncio.gather(*(self._send(reader, frame) for reader in readers))

    async def _send(self, reader: ServerConnection, frame: str | bytes) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await reader.send(frame)
        except TimeoutError:
            self._disconnect_slow(reader)
        except ConnectionClosed:
            self._forget(reader)

    async def _catch_up(self, reader: ServerConnection, tickers: Tickers, since: int) -> None:
        """Send what followed the number `since` (0: everything); TimeoutError if the reader does not take it.

        Nothing is awaited between the last look at the backlog and the return, so nothing is published in between.
        """
        over = self._catching_up[reader] = asyncio.get_running_loop().create_future()
        backlog = self.backlog
        if since == 0 or since >= backlog.next_seq:  # that number was not given yet: it is from another feed
            since = backlog.origin - 1
        try:
            while since + 1 < backlog.next_seq:
                async with asyncio.timeout(SEND_TIMEOUT):
                    await asyncio.sleep(0)  # others have their turn, also where nothing is to be sent
                    frame, since = backlog.next_frame(since, tickers)
                    if frame:
                        await reader.send(frame)
        finally:
            del self._catching_up[reader]
            over.set_result(None)

    def _join(self, reader: ServerConnection, subscription: Subscription) -> None:
        """Send to it from here on."""
        self.audience += not self.readers and not subscription.since
        self.readers[reader] = subscription.tickers
        self.occupied.set()
        self.vacated.clear()

    def _forget(self, reader: ServerConnection) -> None:
        """Send nothing more to it."""
        self.readers.pop(reader, None)
        if not self.readers:
            self.occupied.clear()
            self.vacated.set()

    def _disconnect_slow(self, reader: ServerConnection) -> None:
        """Close the connection of a slow consumer; nobody waits for that."""
        self._forget(reader)
        self.slow_consumers += 1
        task = asyncio.create_task(self._close(reader, TOO_SLOW, "too slow", CLOSE_TIMEOUT))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close(self, reader: ServerConnection, code: int, reason: str, seconds: float) -> None:
        """Close a connection with a reason, if the reader takes it within `seconds`; end it in any case."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await reader.close(code, reason)
        reader.transport.abort()

    def _abort(self, reader: ServerConnection) -> None:
        self._forget(reader)
        reader.transport.abort()
