"""Fan-out: numbers ticks and sends them to everybody who is connected.

Live, nobody waits for anybody: a reader that lets MAX_BUFFER bytes pile up is let go. A recording at full
speed waits for its readers, each for SEND_TIMEOUT at most.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed

from tick import Tick, encode

MAX_BUFFER = 1024 * 1024  # bytes
SEND_TIMEOUT = 10  # seconds


class Feed:
    def __init__(self) -> None:
        self.readers: set[ServerConnection] = set()
        self.occupied = asyncio.Event()  # set while there are readers
        self.vacated = asyncio.Event()  # set while there are none
        self.vacated.set()
        self.audience = 0  # counts how often a first reader came
        self._seq = 0

    async def handle(self, reader: ServerConnection) -> None:
        """Serve one connection until it closes; what a reader says is not listened to."""
        self.audience += not self.readers
        self.readers.add(reader)
        self.occupied.set()
        self.vacated.clear()
        try:
            async for _ in reader:
                pass
        except ConnectionClosed:
            pass
        finally:
            self._forget(reader)

    def publish(self, ticks: Sequence[Tick]) -> None:
        """Send to all at once, and let go those that have stopped reading."""
        for reader in [reader for reader in self.readers if reader.transport.get_write_buffer_size() > MAX_BUFFER]:
            self._drop(reader)
        broadcast(self.readers, self._frame(ticks))

    async def deliver(self, ticks: Sequence[Tick]) -> None:
        """Send to all, and return when each has room for more."""
        frame = self._frame(ticks)
        await asyncio.gather(*(self._send(reader, frame) for reader in self.readers))

    async def end(self) -> None:
        """Close every connection with 1000: there is nothing more to come."""
        await asyncio.gather(*(reader.close(1000, "end of recording") for reader in list(self.readers)))

    def abort(self) -> None:
        """Let go all who are still there."""
        for reader in list(self.readers):
            self._drop(reader)

    def _frame(self, ticks: Sequence[Tick]) -> str:
        first, self._seq = self._seq + 1, self._seq + len(ticks)
        return encode(replace(tick, seq=seq) for seq, tick in enumerate(ticks, first))

    async def _send(self, reader: ServerConnection, frame: str) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await reader.send(frame)
        except TimeoutError:
            self._drop(reader)
        except ConnectionClosed:
            self._forget(reader)

    def _drop(self, reader: ServerConnection) -> None:
        self._forget(reader)
        reader.transport.abort()

    def _forget(self, reader: ServerConnection) -> None:
        self.readers.discard(reader)
        if not self.readers:
            self.occupied.clear()
            self.vacated.set()
