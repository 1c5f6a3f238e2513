"""A connection to the feed that is read in batches."""

import asyncio
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State

DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class Stream(ClientConnection):
    """A connection whose messages come in batches: all that arrived together.

    `recv` queues each message and wakes a task for it, which costs more than all that is done for a frame with one
    tick. What is overridden and read of the library is listed in tests/private_names.py.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._messages: list[bytes] = []
        self._fragments = bytearray()  # of a message that is not complete
        self._arrival: asyncio.Future[None] | None = None

    async def recv_batch(self) -> list[bytes]:
        """Wait for messages; ConnectionClosed when no more can come. One task may call it, instead of `recv`."""
        while not self._messages:
            if self.state is State.CLOSED:
                raise self.protocol.close_exc
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        messages, self._messages = self._messages, []
        return messages

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages:
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._wake()

    def process_event(self, event: Event) -> None:
        if not isinstance(event, Frame) or event.opcode not in DATA:
            super().process_event(event)
        elif event.fin and not self._fragments:
            self._messages.append(bytes(event.data))
        else:
            self._fragments += event.data
            if event.fin:
                self._messages.append(bytes(self._fragments))
                self._fragments.clear()

    def _wake(self) -> None:
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)
