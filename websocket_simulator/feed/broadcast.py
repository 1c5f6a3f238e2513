"""Fan-out: numbers ticks and sends them to everybody who is connected, after what they missed.

Live, nobody waits for anybody: a reader that lets MAX_BUFFER bytes pile up is let go. A recording at full
speed, and what a reader missed, wait until there is room, each time for SEND_TIMEOUT at most.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from feed.backlog import Backlog
from feed.faults import Faults
from feed.missed import Missed, Wanted, those_of
from tick import MAX_TOGETHER, Tick, encode

MAX_BUFFER = 1024 * 1024  # bytes
SEND_TIMEOUT = 10  # seconds
PARTING_TIMEOUT = 1  # seconds for a reader that was too slow to hear that it was
TOO_SLOW = 1013  # "try again later"


class Feed:
    """`ring` numbers the ticks and holds the latest; `faults` spoils what is sent live."""

    def __init__(self, ring: Backlog | None = None, faults: Faults | None = None) -> None:
        self.ring, self.faults = Backlog() if ring is None else ring, faults
        self.missed = Missed(self.ring)
        self.readers: dict[ServerConnection, Wanted] = {}  # those that are live
        self.occupied = asyncio.Event()  # set while there are readers
        self.vacated = asyncio.Event()  # set while there are none
        self.vacated.set()
        self.audience = 0  # counts how often a first reader came that had heard nothing yet
        self.let_go = 0  # readers that were too slow
        self.lag = 0.0  # seconds between the moment when the latest ticks were due and that when they were sent
        self._groups: dict[Wanted, dict[ServerConnection, None]] = {}
        # Those that get what they missed; each future is done when that is over.
        self._entering: dict[ServerConnection, asyncio.Future[None]] = {}
        self._parting: set[asyncio.Task[None]] = set()  # a task lives as long as somebody knows it

    async def handle(self, reader: ServerConnection, wanted: Wanted, since: int | None) -> None:
        """Serve one connection until it closes; what a reader says is not listened to."""
        try:
            if since is not None:
                await self._enter(reader, wanted, since)
            self._join(reader, wanted, is_returning=bool(since))
            async for _ in reader:
                pass
        except ConnectionClosed:
            pass
        except TimeoutError:
            self._let_go(reader)
        finally:
            self._forget(reader)

    def publish(self, ticks: Sequence[Tick]) -> None:
        """Send to all at once, and let go those that have stopped reading."""
        for readers, frame in self._frames(ticks):
            # What `broadcast` would do for each reader is done once: without compression, all get the same bytes.
            opcode = Opcode.TEXT if isinstance(frame, str) else Opcode.BINARY
            message = Frame(opcode, frame.encode() if isinstance(frame, str) else frame).serialize(mask=False)
            for reader in readers:
                if reader.transport.get_write_buffer_size() > MAX_BUFFER:
                    self._let_go(reader)
                elif reader.state is State.OPEN:
                    reader.transport.write(message)
        self._disconnect_somebody()

    async def deliver(self, ticks: Sequence[Tick]) -> None:
        """Send to all, and return when each has room for more."""
        for readers, frame in list(self._frames(ticks)):
            await asyncio.gather(*(self._send(reader, frame) for reader in readers))
        self._disconnect_somebody()

    async def end(self) -> None:
        """Send what faults still hold, and close every connection with 1000: there is nothing more to come."""
        if self.faults:
            for readers, frame in list(self._encoded_for_all(self.faults.flush())):
                await asyncio.gather(*(self._send(reader, frame) for reader in readers))
        if self._entering:
            await asyncio.wait(self._entering.values(), timeout=SEND_TIMEOUT)
        for reader in list(self._entering):
            self._abort(reader)
        await asyncio.gather(
            *(self._part(reader, 1000, "end of recording", SEND_TIMEOUT) for reader in list(self.readers))
        )

    def abort(self) -> None:
        """Let go all who are still there."""
        for reader in [*self.readers, *self._entering]:
            self._abort(reader)

    def _frames(self, ticks: Sequence[Tick]) -> Iterator[tuple[list[ServerConnection], str | bytes]]:
        """Number and hold the ticks; yield each frame to send, made once for all who want the same."""
        sent = self.ring.add(ticks, asyncio.get_running_loop().time())
        if self.faults is None:
            yield from self._encoded_for_all(sent)
            return
        is_corrupt = self.faults.happens("corrupt")
        for readers, frame in self._encoded_for_all(self.faults.spoil(sent)):
            yield readers, self.faults.garble(frame) if is_corrupt else frame

    def _encoded_for_all(self, ticks: Sequence[Tick]) -> Iterator[tuple[list[ServerConnection], str]]:
        for wanted, readers in list(self._groups.items()):
            chosen = those_of(ticks, wanted)
            for start in range(0, len(chosen), MAX_TOGETHER):
                yield list(readers), encode(chosen[start : start + MAX_TOGETHER])

    def _disconnect_somebody(self) -> None:
        if self.faults and self.faults.happens("disconnect") and self.readers:
            self._abort(self.faults.randoms["disconnect"].choice(list(self.readers)))

    async def _enter(self, reader: ServerConnection, wanted: Wanted, since: int) -> None:
        entered = asyncio.get_running_loop().create_future()
        self._entering[reader] = entered
        try:
            await self._catch_up(reader, wanted, since)
        finally:
            del self._entering[reader]
            entered.set_result(None)

    async def _catch_up(self, reader: ServerConnection, wanted: Wanted, since: int) -> None:
        """Send what followed the number `since` (0: everything); TimeoutError if the reader does not take it.

        Nothing is awaited between the last look at the ring and the return, so nothing is published in between.
        """
        ring = self.ring
        if since == 0 or since >= ring.next_seq:  # that number was not given yet: it is from another feed
            since = ring.origin - 1
        while since + 1 < ring.next_seq:
            async with asyncio.timeout(SEND_TIMEOUT):
                await asyncio.sleep(0)  # others have their turn, also where nothing is to be sent
                frame, since = self.missed.next(since, wanted)
                if frame:
                    await reader.send(frame)

    def _join(self, reader: ServerConnection, wanted: Wanted, *, is_returning: bool) -> None:
        """Send to it from here on."""
        self.audience += not self.readers and not is_returning
        self.readers[reader] = wanted
        self._groups.setdefault(wanted, {})[reader] = None
        self.occupied.set()
        self.vacated.clear()

    async def _send(self, reader: ServerConnection, frame: str | bytes) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await reader.send(frame)
        except TimeoutError:
            self._let_go(reader)
        except ConnectionClosed:
            self._forget(reader)

    def _let_go(self, reader: ServerConnection) -> None:
        """Tell a slow reader so, if it listens soon; send it nothing more in any case."""
        self._forget(reader)
        self.let_go += 1
        task = asyncio.create_task(self._part(reader, TOO_SLOW, "too slow", PARTING_TIMEOUT))
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)

    async def _part(self, reader: ServerConnection, code: int, reason: str, seconds: float) -> None:
        """Close a connection, if the reader listens soon; end it in any case."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await reader.close(code, reason)
        reader.transport.abort()

    def _abort(self, reader: ServerConnection) -> None:
        self._forget(reader)
        reader.transport.abort()

    def _forget(self, reader: ServerConnection) -> None:
        wanted = self.readers.pop(reader, None)
        if wanted is None:
            return
        del self._groups[wanted][reader]
        if not self._groups[wanted]:
            del self._groups[wanted]
        if not self.readers:
            self.occupied.clear()
            self.vacated.set()
