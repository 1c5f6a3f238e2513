"""Where a watch's alerts come from and go to in tests: a feed, and a way to the ledger on which answers may be held."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from feed.admission import Admission
from feed.backlog import Backlog
from feed.broadcast import Feed
from tick import Tick


class Published:
    """A feed on a real socket, in a thread, to which a test gives its ticks."""

    def __enter__(self) -> "Published":
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever)
        self.thread.start()
        self.do(self._open())
        return self

    def __exit__(self, *failure: object) -> None:
        self.server.close()
        self.do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def publish(self, *together: Sequence[Tick]) -> None:
        """Send some ticks, and more in a frame of their own, to a reader that is or will be there."""
        self.do(self._publish(together))

    def end(self) -> None:
        """There is nothing more for the reader that is or will be there."""
        self.do(self._end_for_all())

    def wait_until_left(self) -> None:
        """Wait until it has seen that its reader was killed."""
        self.do(self._wait_until_left())

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self.loop)
        done.result(60)

    async def _open(self) -> None:
        self.feed = Feed(Backlog(1000))
        self.server = await Admission(self.feed).open("127.0.0.1", 0)

    async def _publish(self, together: Sequence[Sequence[Tick]]) -> None:
        await self.feed.occupied.wait()
        for ticks in together:
            self.feed.publish(ticks)

    async def _wait_until_left(self) -> None:
        await self.feed.vacated.wait()

    async def _end_for_all(self) -> None:
        await self.feed.occupied.wait()
        await self.feed.end()

    async def _end(self) -> None:
        self.feed.abort()
        await self.server.wait_closed()


NEWER = ("/api/alert-rules/", "/api/alert-snoozes/", "/api/alert-previews/")


class Way(ThreadingHTTPServer):
    """Passes requests on to the ledger; its answers to alerts come back, unless they `are_held` until it is closed."""

    daemon_threads = True

    def __init__(self, ledger: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.ledger, self.are_held = urlsplit(ledger).netloc, False
        self.taken = 0  # alerts that the ledger has
        self.passed: list[tuple[str, str, int]] = []  # method, path and status of each request
        self.is_older, self.is_away = False, False  # than rules, snoozes and previews; no request is answered
        self.closed = Event()

    def __enter__(self) -> "Way":
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.closed.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no surprise here."""


class Passing(BaseHTTPRequestHandler):
    server: Way

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.server.is_away:
            self.close_connection = True
            return
        with closing(HTTPConnection(self.server.ledger, timeout=30)) as connection:
            headers = {**self.headers, "X-Forwarded-Proto": "https"}  # as a proxy that ends TLS says
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        if self.server.is_older and self.path.startswith(NEWER):
            answer.status, answer.headers, content = 404, {}, b"{}"  # type: ignore[assignment]
        self.server.passed.append((self.command, self.path, answer.status))
        if self.command == "POST":
            self.server.taken += answer.status in (200, 201)
            if self.server.are_held:
                self.server.closed.wait(60)
        self.send_response(answer.status)
        if etag := answer.headers.get("ETag"):
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PATCH = do_GET  # noqa: N815  # the library's names

    def log_message(self, *arguments: Any) -> None:
        pass
