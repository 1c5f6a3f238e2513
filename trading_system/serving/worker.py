"""gunicorn's worker with threads, made so that slow clients hold none.

The loop, which waits for all connections at once, reads a request until all of it is there, up to MAX_HELD bytes of
body, and only then gives it to a thread. It sends what a client does not take of its answer at once, up to MAX_OUTBOX
bytes, and hears clients out that have got their last one. So a thread meets nobody's pace but that of longer uploads
and downloads, which has a lower bound.
"""

import errno
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.sock import ssl_context
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from .connection import GRACE, NOT_NOW, SLOWEST, Connection, refusal

WHOLE = 10  # seconds from a request's first byte, or from the connection, to the end of its head and body
MAX_HEAD = 64 * 1024  # bytes
MAX_OUTBOXES = (
    64 * 1024 * 1024
)  # bytes of all answers that the loop has to send; with more, the slowest client is cut off
HEARD_OUT = 30  # seconds for a client to hear the last answer, while what it still sends is thrown away
PAUSE = 1  # second without new connections, when the system has no more files to open
PIECE = 64 * 1024  # bytes


class PatientWorker(ThreadWorker):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.waiting: set[Connection] = set()  # those that are the loop's, each until its deadline
        self.accept_at = 0.0

    def init_process(self) -> None:
        self.tls = ssl_context(self.cfg) if self.cfg.is_ssl else None
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi.hears_out = False

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and time.monotonic() >= self.accept_at)

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self.accept_at = time.monotonic() + PAUSE
                self.set_accept_enabled(False)
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        try:
            connection = Connection(self.tls, self.cfg, client, address, listener.getsockname())
        except OSError:  # it has gone already
            client.close()
            return
        self.nr_conns += 1
        self.wait(connection, self.read, WHOLE)
        if self.nr_conns >= self.worker_connections:
            self.make_room()

    def make_room(self) -> None:
        """End the oldest of those from which nothing has come, and of those that have their last answer."""
        if idle := [one for one in self.waiting if not one.received and not one.sock.outbox]:
            self.drop(min(idle, key=lambda one: one.deadline))

    def wait(self, connection: Connection, callback: Any, seconds: float, event: int = selectors.EVENT_READ) -> None:
        """Call back when there is something to read, or room to write."""
        connection.sock.setblocking(False)
        connection.deadline = time.monotonic() + seconds
        self.waiting.add(connection)
        self.poller.register(connection.sock, event, partial(callback, connection))

    def release(self, connection: Connection) -> None:
        self.waiting.discard(connection)
        self.poller.unregister(connection.sock)

    def drop(self, connection: Connection) -> None:
        self.release(connection)
        self.nr_conns -= 1
        connection.close()

    def read(self, connection: Connection, _: Any) -> None:
        """Take what has come; hand the request over once it is whole."""
        try:
            if not connection.is_secure:
                connection.sock.do_handshake()
                connection.is_secure = True
            data = connection.sock.recv(PIECE)
            while data and self.tls and (pending := connection.sock.pending()):
                data += connection.sock.recv(pending)
        except NOT_NOW:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
            return
        if not connection.received:
            connection.deadline = time.monotonic() + WHOLE
        connection.received += data
        self.proceed(connection)

    def proceed(self, connection: Connection) -> None:
        if connection.is_complete():
            self.release(connection)
            connection.hand_over()
            self.enqueue_req(connection)
        elif not connection.needed and len(connection.received) > MAX_HEAD:
            self.refuse(connection, 431)

    def refuse(self, connection: Connection, status: int) -> None:
        self.release(connection)
        connection.forget()
        with suppress(OSError):
            connection.sock.send(refusal(status))
        self.hear_out(connection)

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """gunicorn calls it in the loop, when a thread is through."""
        conn.keeps = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        if conn.sock.outbox and conn.sock.fileno() >= 0:  # it was closed where an answer failed half-way
            self.wait(conn, self.send, GRACE + len(conn.sock.outbox) / SLOWEST, selectors.EVENT_WRITE)
            self.limit_outboxes()
        else:
            self.follow(conn)

    def limit_outboxes(self) -> None:
        sending = [one for one in self.waiting if one.sock.outbox]
        if sum(len(one.sock.outbox) for one in sending) > MAX_OUTBOXES:
            self.drop(min(sending, key=lambda one: one.deadline))

    def send(self, connection: Connection, _: Any) -> None:
        try:
            connection.sock.flush()
        except OSError:
            self.drop(connection)
            return
        if not connection.sock.outbox:
            self.release(connection)
            self.follow(connection)

    def follow(self, connection: Connection) -> None:
        """What comes after an answer: another request, or the end."""
        if not connection.keeps:
            self.hear_out(connection)
            return
        rest = connection.parser.unreader.take_buffered()
        self.wait(connection, self.read, WHOLE if rest else self.cfg.keepalive)
        if rest:
            connection.received += rest
            self.proceed(connection)

    def hear_out(self, connection: Connection) -> None:
        """Say that nothing more comes, and close when the client has done so: it might not hear the answer else."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            connection.close()
        else:
            self.wait(connection, self.throw_away, HEARD_OUT if self.alive else STOP_KEEPALIVE_LINGER)

    def throw_away(self, connection: Connection, _: Any) -> None:
        try:
            data = connection.sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """gunicorn calls it in every turn, and with `force` in the end."""
        now = time.monotonic()
        for connection in [one for one in self.waiting if force or one.deadline <= now]:
            if connection.received and not force:
                self.refuse(connection, 408)
            else:
                self.drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker is told to end, those who have their answer, and have begun nothing else, have until then."""
        for connection in self.waiting:
            if not connection.received and not connection.sock.outbox:
                connection.deadline = min(connection.deadline, deadline)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        req.must_close |= conn.is_long  # its body may not be read
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError as error:  # which gunicorn would log as a fault of its own
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow") from error
