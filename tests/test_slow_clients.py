"""Clients that are slow, silent or rude hold no thread of the server, and others are answered meanwhile."""

import http.client
import json
import select
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from .production import Production, issue
from .running import Running, free_port

TRADE = json.dumps({"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}).encode()
# One worker with two threads: whatever holds two threads would be noticed. Its patience is in seconds; 0 is the usual.
SERVE = """
import sys
sys.path.insert(0, "trading_system")
from serving import connection, worker
if patience := int(sys.argv.pop(1)):
    worker.REQUEST_TIMEOUT = worker.LINGER = connection.IDLE_TIMEOUT = connection.GRACE = patience
sys.argv = ["manage.py", "serve", "--workers", "1", "--threads", "2", *sys.argv[1:]]
import manage
manage.main()
"""
Start = Callable[..., int]
LONG, NOTE = 30_000, "so long a file " * 4  # more than sockets and buffers hold, there and back


@pytest.fixture(scope="module")
def serve(production: Production) -> Iterator[Start]:
    """The port of a server with these words and this patience: one for all tests that want the same."""
    started: dict[tuple[int | str | Path, ...], tuple[Running, int]] = {}

    def start(*words: str | Path, patience: int = 0) -> int:
        if (patience, *words) not in started:
            port = free_port()
            server = Running(sys.executable, "-c", SERVE, str(patience), "--bind", f"127.0.0.1:{port}", *words,
                             **production.settings)  # fmt: skip
            started[(patience, *words)] = server, port
            server.read_until("Booting worker")
            threading.Thread(target=server.process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
        return started[(patience, *words)][1]

    yield start
    for server, _ in started.values():
        server.kill()


def head(path: str, *lines: str, method: str = "GET") -> bytes:
    fixed = ("Host: 127.0.0.1", "X-Forwarded-Proto: https", *lines)
    return f"{method} {path} HTTP/1.1\r\n".encode() + "".join(f"{line}\r\n" for line in fixed).encode() + b"\r\n"


@contextmanager
def connected(port: int, *pieces: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for piece in pieces:
            client.sendall(piece)
        yield client


def answer(client: socket.socket) -> tuple[int, bytes]:
    """The next answer's status and body; 0 if there is none."""
    found = http.client.HTTPResponse(client)
    try:
        found.begin()
        return found.status, found.read()
    except (http.client.BadStatusLine, ConnectionResetError):
        return 0, b""


def drip(client: socket.socket) -> None:
    """A byte now and then, until something comes back, or the connection is gone."""
    readers = [client]
    while True:
        if select.select(readers, [], [], 0.05)[0]:
            if client.recv(1):
                return
            readers.clear()  # its end is all that there will ever be to read
        client.sendall(b" ")


def is_served(port: int) -> bool:
    with connected(port, head("/livez")) as client:
        return answer(client) == (200, b"ok\n")


def post(production: Production, length: int, *lines: str, role: str = "trader", path: str = "/api/trades/") -> bytes:
    token = f"Authorization: Token {production.tokens[role]}" if role else "X: y"
    return head(path, token, "Content-Type: application/json", f"Content-Length: {length}", *lines, method="POST")


def test_who_says_nothing_is_let_go(serve: Start) -> None:
    port = serve(patience=1)
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(port)) for _ in range(50)]
        assert is_served(port)
        assert [one.recv(1) for one in silent] == [b""] * 50


def test_who_does_not_go_when_told_is_ended(serve: Start) -> None:
    with connected(serve(patience=1), b"G") as client:
        assert answer(client) == (408, b"")
        with pytest.raises(ConnectionError):
            drip(client)


@pytest.mark.parametrize("begun", [b"G", head("/livez")[:-2], head("/livez", "Content-Length: 9") + b"123"])
def test_who_does_not_finish_is_told_so(begun: bytes, serve: Start) -> None:
    port = serve(patience=1)
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(port, begun)) for _ in range(20)]
        assert is_served(port)
        assert [answer(one) for one in slow] == [(408, b"")] * 20


def test_who_never_ends_the_head_is_refused(serve: Start) -> None:
    with connected(serve(), b"GET / HTTP/1.1\r\nX: " + b"x" * 65_600) as client:
        assert answer(client)[0] == 431


def test_a_body_may_come_in_pieces(production: Production, serve: Start) -> None:
    port = serve()
    with connected(port) as client:
        for byte in post(production, len(TRADE)) + TRADE:
            client.sendall(bytes((byte,)))
        assert answer(client)[0] == 201


def test_one_connection_serves_for_many_requests(production: Production, serve: Start) -> None:
    with connected(serve(), head("/livez") + post(production, len(TRADE)) + TRADE + head("/livez")[:9]) as client:
        reader = client.makefile("rb")
        statuses = []
        for _ in range(2):
            statuses.append(int(reader.readline().split()[1]))
            length = 0
            while (line := reader.readline()) != b"\r\n":
                name, _, value = line.lower().partition(b":")
                length = int(value) if name == b"content-length" else length
            reader.read(length)
        client.sendall(head("/livez")[9:])
        statuses.append(int(reader.readline().split()[1]))
        assert statuses == [200, 201, 200]


def test_a_long_body_that_is_refused_holds_no_thread(production: Production, serve: Start) -> None:
    port = serve()
    refused = post(production, 200_000_000, role="", path="/api/trades/bulk/")
    with ExitStack() as stack:
        rude = [stack.enter_context(connected(port, refused, b"[" * 10)) for _ in range(10)]
        assert [answer(one)[0] for one in rude] == [401] * 10
        assert is_served(port)


@pytest.mark.parametrize("told", [401, 413])
def test_the_answer_is_heard_however_much_is_sent(told: int, production: Production, serve: Start) -> None:
    request = post(production, 5_000_000, role="" if told == 401 else "trader")
    with connected(serve(), request, b"[" * 5_000_000) as client:
        assert answer(client)[0] == told


def test_a_long_body_that_comes_too_slowly_is_cut_off(production: Production, serve: Start) -> None:
    port = serve(patience=1)
    file = post(production, 2_000_000, path="/api/trades/bulk/")
    with connected(port, file, b"[") as stalled, connected(port, file, b"[") as dripping:
        while not select.select([dripping], [], [], 0.05)[0]:
            dripping.sendall(b" ")
        assert answer(dripping)[0] == 400
        assert answer(stalled)[0] == 400
        assert is_served(port)


@pytest.mark.parametrize(
    "begun",
    [
        head("/livez", "Transfer-Encoding: chunked"),
        head("/livez", "Content-Length: 00000000000000000005"),
        head("/livez", "Content-Length: 1", "Content-Length: 2"),
        head("/login/", "Content-Length: 1000000000000", method="POST"),
        head("/livez", "Expect: 100-continue", "Content-Length: 5"),
    ],
)
def test_a_body_that_does_not_come_holds_no_thread(begun: bytes, serve: Start) -> None:
    port = serve()
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(connected(port, begun))
        assert is_served(port)


def test_who_does_not_read_the_answer_holds_no_thread(production: Production, serve: Start) -> None:
    port = serve()
    with ExitStack() as stack:
        slow = []
        for _ in range(10):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(20)
            client.connect(("127.0.0.1", port))
            client.sendall(head("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"))
            slow.append(client)
        assert is_served(port)
        status, script = answer(slow[0])
        assert (status, len(script) > 1_000_000) == (200, True)
        assert is_served(port)


def test_an_answer_of_any_length_arrives(production: Production, serve: Start) -> None:
    port = serve()
    rows = "".join(f"LONG,{number},1,buy,2025-06-06T20:00:00Z,{NOTE}\n" for number in range(1, LONG + 1)).encode()
    file = b"ticker,price,quantity,side,timestamp,note\n" + rows
    head_ = post(production, len(file), path="/api/trades/bulk/").replace(b"application/json", b"text/csv")
    with connected(port, head_, file) as client:
        assert answer(client)[0] == 201
    token = f"Authorization: Token {production.tokens['viewer']}"
    with connected(port, head("/api/trades/export/?format=csv&ticker=LONG", token)) as client:
        status, exported = answer(client)
    assert status == 200
    assert sorted(int(line.split(b",")[1]) for line in exported.splitlines()[1:]) == list(range(1, LONG + 1))


def test_who_waits_to_be_told_to_go_on_is(production: Production, serve: Start) -> None:
    with connected(serve(), post(production, len(TRADE), "Expect: 100-continue")) as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(TRADE)
        assert answer(client)[0] == 201


def test_over_tls_it_is_the_same(serve: Start, tmp_path: Path) -> None:
    authority = issue(tmp_path)
    port = serve("--certfile", tmp_path / "cert.pem", "--keyfile", tmp_path / "key.pem", patience=5)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with connected(port) as silent, connected(port, head("/livez")) as plain, connected(port) as client:
        with context.wrap_socket(client, server_hostname="127.0.0.1") as secure:  # a busy machine may take a second
            secure.sendall(head("/livez")[:30])
            secure.sendall(head("/livez")[30:])
            assert answer(secure) == (200, b"ok\n")
            secure.sendall(head("/login/"))
            status, page = answer(secure)
            assert (status, b"</html>" in page) == (200, True)
        assert answer(plain)[0] == answer(silent)[0] == 0
