"""A load generator: several connections of one process, each asking again as soon as it was answered."""

import selectors
import signal
import socket
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

TIMEOUT = 30  # seconds without any answer
WARM, SECONDS = 0.5, 3.0  # of which the first do not count


@dataclass(frozen=True)
class Load:
    """So many connections that ask for this, all the time: a GET, or a POST of a body in JSON."""

    connections: int
    path: str
    body: bytes | None = None

    def request(self, port: int, headers: dict[str, str]) -> bytes:
        lines = {"Host": f"127.0.0.1:{port}", "Accept": "application/json", **headers}
        if self.body is not None:
            lines |= {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        method = "GET" if self.body is None else "POST"
        return f"{method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + (self.body or b"")


class Client:
    """A connection that is kept for as long as the server keeps it, and opened anew when it does not."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request = port, request
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        self.ask()

    def ask(self) -> None:
        self.received, self.length, self.stays = b"", 0, True
        self.socket.sendall(self.request)

    def read(self) -> bool:
        """Take what has come, and return whether the answer is complete."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError(f"cut off after {self.received[:200]!r}")
        self.received += data
        if not self.length and (end := self.received.find(b"\r\n\r\n")) >= 0:
            self.length = end + 4 + self._headers(self.received[:end].lower())
        return self.length == len(self.received)

    def _headers(self, head: bytes) -> int:
        """The body's length."""
        assert head.startswith((b"http/1.1 200 ", b"http/1.1 201 ")), head
        self.stays = b"\r\nconnection: close" not in head
        return int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])


def drive(pipe: Connection, load: Load) -> None:
    """For each port and headers that come through the pipe: say that all is warm, and when told to go on, the rate."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    while True:
        port, headers = pipe.recv()
        clients = [Client(port, load.request(port, headers)) for _ in range(load.connections)]
        answers(clients, WARM)
        pipe.send(None)
        pipe.recv()
        pipe.send(answers(clients, SECONDS))
        for client in clients:
            client.socket.close()


def answers(clients: list[Client], seconds: float) -> float:
    """Answers a second, over so many seconds."""
    count, begun = 0, time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
        while (elapsed := time.perf_counter() - begun) < seconds:
            ready = selector.select(TIMEOUT)
            assert ready, "no answer"
            for key, _ in ready:
                if key.data.read():
                    count += 1
                    again(key.data, selector)
    return count / elapsed


def again(client: Client, selector: selectors.BaseSelector) -> None:
    if client.stays:
        client.ask()
        return
    selector.unregister(client.socket)
    client.socket.close()
    client.connect()
    selector.register(client.socket, selectors.EVENT_READ, client)
