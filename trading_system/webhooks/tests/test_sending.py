"""One attempt: what is sent, where it goes, and how long it may take."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import trustme

from webhooks import addresses, sending
from webhooks.sending import MAX_ANSWER, send

from .receiver import Answer, Receiver

BODY = b'{"type":"trade.inserted"}'
Talk = Callable[[socket.socket], None]


@contextmanager
def answering(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that reads a request and then talks, at this port, in a thread for each connection."""

    def serve(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) if context else connection as stream:
                stream.recv(65536)
                talk(stream)
        except OSError:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=[connection]))
            threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for thread in [accepting, *threads]:
                thread.join()


def talk_of(*words: bytes) -> Talk:
    """Says these words."""
    return lambda stream: stream.sendall(b"".join(words))


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name means this machine."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *more, **options: look_up("127.0.0.1", *more, **options))


def test_it_is_posted_as_it_is(receiver: Receiver) -> None:
    outcome = send(receiver.url, {"webhook-id": "msg_1"}, BODY, is_private_allowed=True)
    [received] = receiver.received
    assert (outcome.status, outcome.is_taken, received.body) == (204, True, BODY)
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["host"] in receiver.url


@pytest.mark.usefixtures("named")
def test_the_name_stays_the_host_and_the_address_is_the_one_that_was_looked_at(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    port = receiver.url.split(":")[2].split("/")[0]
    assert send(f"http://receiver.example:{port}/", {}, BODY, is_private_allowed=True).is_taken
    assert receiver.received[0].headers["host"] == f"receiver.example:{port}"


@pytest.mark.usefixtures("named")
def test_a_name_that_means_a_private_address_is_not_connected_to() -> None:
    asked: list[bool] = []
    with answering(lambda _: asked.append(True)) as port:
        outcome = send(f"https://receiver.example:{port}/", {}, BODY, is_private_allowed=False)
    assert (outcome.status, asked) == (None, [])
    assert "private address" in outcome.problem


@pytest.mark.parametrize(
    "url", ["http://receiver.example/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/"]
)
def test_an_address_that_says_it_itself_is_not_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert "WEBHOOK_PRIVATE_ADDRESSES" in send(url, {}, BODY, is_private_allowed=False).problem


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirections_are_not_followed(receivers: Callable[..., Receiver], receiver: Receiver, status: int) -> None:
    def elsewhere(_: object) -> Answer:
        return status, {"Location": receiver.url}

    outcome = send(receivers(elsewhere).url, {}, BODY, is_private_allowed=True)
    assert (outcome.status, outcome.problem) == (status, f"answered {status}: redirections are not followed")
    assert receiver.received == []


def test_an_answer_that_drips_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def drip(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\n")
        while not ended.wait(0.01):
            stream.sendall(b"a: b\r\n" if stream else b"")

    monkeypatch.setattr(sending, "ATTEMPT_TIMEOUT", 0.2)
    begun = time.monotonic()
    with answering(drip) as port:
        outcome = send(f"http://127.0.0.1:{port}/", {}, BODY, is_private_allowed=True)
        ended.set()
    assert not outcome.is_taken
    assert outcome.problem
    assert time.monotonic() - begun < 5


def test_who_does_not_answer_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(sending, "ATTEMPT_TIMEOUT", 0.1)
    with answering(lambda _: bool(ended.wait(10)) and None) as port:
        outcome = send(f"http://127.0.0.1:{port}/", {}, BODY, is_private_allowed=True)
        ended.set()
    assert outcome.problem == "did not answer in time"


def test_of_a_long_answer_the_beginning_is_enough() -> None:
    sent = 0

    def pour(stream: socket.socket) -> None:
        nonlocal sent
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 1000 * MAX_ANSWER:
            sent += stream.send(b"x" * MAX_ANSWER)

    with answering(pour) as port:
        assert send(f"http://127.0.0.1:{port}/", {}, BODY, is_private_allowed=True).is_taken
    assert sent < 1000 * MAX_ANSWER


@pytest.mark.parametrize(
    "words", [b"", b"hello\r\n", b"HTTP/1.1 99999 no\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200]
)
def test_what_is_no_answer_of_http_is_a_failure(words: bytes) -> None:
    with answering(talk_of(words)) as port:
        outcome = send(f"http://127.0.0.1:{port}/", {}, BODY, is_private_allowed=True)
    assert not outcome.is_taken
    assert outcome.status is None


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = send(f"http://127.0.0.1:{port}/", {}, BODY, is_private_allowed=True)
    assert (outcome.status, outcome.is_taken) == (None, False)
    assert "refused" in outcome.problem


@pytest.mark.parametrize("host", ["nowhere.invalid", f"{'a' * 64}.example", "a..b"])
def test_a_name_that_is_none_is_a_failure(host: str) -> None:
    outcome = send(f"http://{host}/", {}, BODY, is_private_allowed=True)
    assert outcome.problem == "the name of its host is not known"


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(("certified", "is_taken"), [("receiver.example", True), ("other.example", False)])
def test_over_tls_the_certificate_has_to_be_that_of_the_name(
    certified: str, is_taken: bool, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(certified).configure_cert(context)
    with answering(talk_of(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), context) as port:
        outcome = send(f"https://receiver.example:{port}/", {}, BODY, is_private_allowed=True)
    assert outcome.is_taken is is_taken
    assert is_taken or "certificate" in outcome.problem
