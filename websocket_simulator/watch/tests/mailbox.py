"""A mail server on a real socket, which takes mails or does as it is told."""

import asyncio
from collections import deque
from email import message_from_bytes
from email.message import Message
from email.policy import default
from threading import Event, Thread

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`answers` are given in turn, and then "250 OK"; with `held` set, none is given until it is cleared."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.answers: deque[str] = deque()
        self.is_held, self.came = False, Event()
        self.loop = asyncio.new_event_loop()

    def __enter__(self) -> "Mailbox":
        make = self.loop.create_server(lambda: SMTP(self, hostname="localhost", loop=self.loop), "127.0.0.1", 0)
        self.server = self.loop.run_until_complete(make)
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = Thread(target=self.loop.run_forever)
        self.thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _end(self) -> None:
        self.server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=watch@watch.example&to=me@home.example"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.popleft() if self.answers else "250 OK"
        if answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.came.set()
        while self.is_held:
            await asyncio.sleep(0.005)
        return answer
