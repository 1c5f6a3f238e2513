"""gunicorn's threaded worker, changed so that slow clients occupy no thread.

The event loop waits for all connections. It buffers a request until it is complete, with up to MAX_BUFFERED_BODY bytes
of body, and only then gives it to a thread. It also sends the last MAX_UNSENT bytes of an answer, and lingers before it
closes a connection. So a thread waits for a client only during longer uploads and downloads, which have a minimum rate.
"""

import errno
import selectors
import signal
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.sock import ssl_context
from gunicorn.workers.gthread import ThreadWorker

from rest.waiting import places

from .connection import PIECE, Connection, refusal
from .sockets import GRACE, MIN_RATE, WOULD_BLOCK
from .waiting import Waiting

REQUEST_TIMEOUT = 10  # seconds from a request's first byte, or from the connection, to the end of its head and body
MAX_HEAD = 64 * 1024  # bytes
# Bytes that the event loop has to send to all clients; with more, the slowest one is cut off.
MAX_UNSENT_TOTAL = 64 * 1024 * 1024
LINGER = 30  # seconds for a client to read the last answer, while what it still sends is discarded
LINGER_AT_END = 2  # seconds, the same when the worker ends, and for idle connections
TURN = 0.1  # seconds of the event loop
PAUSE = 1  # second without new connections, when no more files can be opened
ENDS = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}  # what tells a worker to end


class PatientWorker(ThreadWorker):
    """A worker of `manage.py serve`. `waiting` holds the connections that the event loop waits for."""

    accept_at = 0.0  # the time, on the monotonic clock

    def init_process(self) -> None:
        self.tls = ssl_context(self.cfg) if self.cfg.is_ssl else None
        super().init_process()

    def run(self) -> None:
        self.waiting = Waiting(self.poller)
        super().run()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """For a TURN: what gunicorn does after it, as looking for deadlines, need not be done for each request."""
        until = time.monotonic() + TURN
        super().wait_for_and_dispatch_events(timeout)
        while self.alive and (left := until - time.monotonic()) > 0:
            super().wait_for_and_dispatch_events(left)

    def init_signals(self) -> None:
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)  # `serve` blocks them until somebody listens

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
        self.waiting.add(connection, self.read, REQUEST_TIMEOUT)
        if self.nr_conns >= self.worker_connections and (idle := self.waiting.longest_idle()):
            self.drop(idle)

    def drop(self, connection: Connection) -> None:
        """Close a connection of the event loop."""
        self.waiting.remove(connection)
        self.nr_conns -= 1
        connection.close()

    def read(self, connection: Connection, _: Any) -> None:
        """Receive more of a request; hand it over once it is complete."""
        try:
            data = connection.receive()
        except WOULD_BLOCK:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
            return
        if not connection.received:
            connection.deadline = time.monotonic() + REQUEST_TIMEOUT
        connection.received += data
        self.proceed(connection)

    def proceed(self, connection: Connection) -> None:
        """Hand a complete request to a thread; refuse a head of more than MAX_HEAD bytes."""
        if connection.is_complete():
            self.waiting.remove(connection)
            connection.hand_over()
            self.enqueue_req(connection)
        elif not connection.needed and len(connection.received) > MAX_HEAD:
            self.refuse(connection, 431)

    def refuse(self, connection: Connection, status: int) -> None:
        self.waiting.remove(connection)
        with suppress(OSError):
            connection.sock.send(refusal(status))
        self.linger(connection)

    def enqueue_req(self, conn: Connection) -> None:
        self.tpool.submit(self.handle, conn).add_done_callback(partial(self.give_back, conn))

    def give_back(self, conn: Connection, fs: "Future[bool]") -> None:
        """In the thread that is done: wait for another request, without waking the event loop, if that is all to do."""
        conn.keeps_alive = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        if conn.keeps_alive and conn.is_idle() and self.alive:
            self.waiting.add(conn, self.read, self.cfg.keepalive)
        else:
            self.method_queue.defer(self.finish_request, conn, fs)

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """In the event loop, when a thread is done."""
        if conn.sock.unsent and conn.sock.fileno() >= 0:  # it was closed where an answer failed half-way
            self.waiting.add(conn, self.send, GRACE + len(conn.sock.unsent) / MIN_RATE, selectors.EVENT_WRITE)
            if slowest := self.waiting.slowest_reader(MAX_UNSENT_TOTAL):
                self.drop(slowest)
        else:
            self.follow(conn)

    def send(self, connection: Connection, _: Any) -> None:
        try:
            connection.sock.flush()
        except OSError:
            self.drop(connection)
            return
        if not connection.sock.unsent:
            self.waiting.remove(connection)
            self.follow(connection)

    def follow(self, connection: Connection) -> None:
        """After an answer: wait for another request, which may be here already, or close."""
        if not connection.keeps_alive:
            self.linger(connection)
            return
        self.waiting.add(connection, self.read, REQUEST_TIMEOUT if connection.received else self.cfg.keepalive)
        if connection.received:
            self.proceed(connection)

    def linger(self, connection: Connection) -> None:
        """Close for writing, and for reading when the client has closed: a reset could discard the answer."""
        connection.forget()
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            connection.close()
        else:
            self.waiting.add(connection, self.discard, LINGER if self.alive else LINGER_AT_END)

    def discard(self, connection: Connection, _: Any) -> None:
        try:
            data = connection.sock.raw.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Enforce the deadlines. gunicorn calls it in every turn of the event loop, and at the end with `force`."""
        if not self.alive:
            places.end()
        now = time.monotonic()
        for connection in self.waiting:
            if not self.alive and connection.is_idle():
                connection.deadline = min(connection.deadline, now + LINGER_AT_END)
            if connection.deadline > now and not force:
                continue
            if connection.received and not connection.sock.unsent and not force:
                self.refuse(connection, 408)
            else:
                self.drop(connection)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        req.must_close |= conn.is_long  # its body may not be read
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError as error:  # which gunicorn would log as a fault of its own
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow") from error
