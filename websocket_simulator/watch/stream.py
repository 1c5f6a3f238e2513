"""A connection to the feed that hands on what it reads without a task or a queue."""

from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class Stream(ClientConnection):
    """A connection that hands on the messages as they arrive, those that came together at once, from `start` on.

    `recv` would queue each and wake a task, which costs more than all that is done for a frame with one tick.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.failure: Exception | None = None  # of whoever took them
        self._take: Callable[[list[bytes]], None] | None = None
        self._messages: list[bytes] = []
        self._fragments: list[bytes] = []

    def start(self, take: Callable[[list[bytes]], None]) -> None:
        self._take = take
        self._hand_on()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages:
            self._hand_on()

    def process_event(self, event: Event) -> None:
        if not isinstance(event, Frame) or event.opcode not in DATA:
            super().process_event(event)
        elif event.fin and not self._fragments:
            self._messages.append(bytes(event.data))
        else:
            self._fragments.append(bytes(event.data))
            if event.fin:
                self._messages.append(b"".join(self._fragments))
                self._fragments = []

    def _hand_on(self) -> None:
        if self._take:
            messages, self._messages = self._messages, []
            try:
                self._take(messages)
            except Exception as error:  # it is raised where the end of the connection is awaited
                self.failure = self.failure or error
                self.transport.abort()
