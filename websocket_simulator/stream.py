"""A connection to the feed that is read in batches."""

import asyncio
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State

from frames import OddError, end_of_frame, take_plain

DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
GATHER = 0.001  # seconds from a read to the next while they bring less than MUCH: waking up costs more than a tick
MUCH = 64 * 1024  # bytes


class Stream(ClientConnection):
    """A connection whose messages come in batches: all that arrived together.

    `recv` queues each message and wakes a task for it, which costs more than all that is done for a frame with one
    tick; so does the library's parser. Plain frames are taken here, and everything else is given to the library, frame
    by frame, so that it stands at the beginning of a frame whenever a plain one comes. From the first odd frame on, and
    when the connection is not open any more, it gets all. Without `max_size` nothing is plain. What is overridden and
    read of the library is listed in tests/private_names.py.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._messages: list[bytes] = []
        self._fragments = bytearray()  # of a message that is not complete
        self._rest = bytearray()  # the beginning of a frame, of which the library has got nothing
        self._wanted = 0  # how long that has to be before it is worth looking at
        self._is_odd = False
        self._due = 0.0  # when the next read is due
        self._arrival: asyncio.Future[None] | None = None
        self.alive = asyncio.get_running_loop().time()  # when the other side last showed that it is; see `connection`
        self.answered = self.alive  # when it last answered a ping of ours

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
        self._gather(len(data))
        data = self._shake_hands(data)
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted and not self._is_passed_on:
                return
            data = bytes(self._rest)
            self._rest.clear()
        if data:
            self._take(data)
        if self._messages:
            self._wake()

    def eof_received(self) -> None:
        self._give_rest()
        super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        self._give_rest()
        super().connection_lost(error)
        self._wake()

    def process_event(self, event: Event) -> None:
        if not isinstance(event, Frame) or event.opcode not in DATA:
            if isinstance(event, Frame) and event.opcode is Opcode.PING:
                self.alive = asyncio.get_running_loop().time()
            if isinstance(event, Frame) and event.opcode is Opcode.PONG:
                self.answered = asyncio.get_running_loop().time()
            super().process_event(event)
        elif event.fin and not self._fragments:
            self._messages.append(bytes(event.data))
        else:
            self._fragments += event.data
            if event.fin:
                self._messages.append(bytes(self._fragments))
                self._fragments.clear()

    def _gather(self, size: int) -> None:
        """Let more arrive before the next read, if this one came soon after the last and brought little."""
        now = self.loop.time()
        if size < MUCH and now < self._due:
            self.transport.pause_reading()
            self.loop.call_later(GATHER, self.transport.resume_reading)
        self._due = now + GATHER

    @property
    def _is_passed_on(self) -> bool:
        """Whether the library gets all that comes."""
        return self._is_odd or self.protocol.state is not State.OPEN

    def _shake_hands(self, data: bytes) -> bytes:
        """Give the library the answer to the handshake, a line at a time, and return what is behind it."""
        while data and self.protocol.state is State.CONNECTING:
            end = data.find(b"\n") + 1 or len(data)
            super().data_received(data[:end])
            data = data[end:]
        return data

    def _take(self, data: bytes) -> None:
        """Take what begins with a frame: messages, frames for the library, and the beginning of a frame."""
        at = 0
        while not self._is_passed_on:
            size, limit = self.protocol.current_size, self.protocol.max_message_size or 0
            if size is None:  # between two messages
                at = take_plain(data, at, limit, self._messages)
                if at == len(data):
                    return
            try:
                end = end_of_frame(data, at, limit - (size or 0))
            except OddError:
                self._is_odd = True
                break
            if end > len(data):
                self._rest += data[at:]
                self._wanted = end - at
                return
            super().data_received(data[at:end])
            at = end
        super().data_received(data[at:])

    def _give_rest(self) -> None:
        """No more will come of the frame that has begun."""
        rest = bytes(self._rest)
        self._rest.clear()
        if rest:
            super().data_received(rest)

    def _wake(self) -> None:
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)
