"""One attempt to send a message: to an address that was looked at, within a time, and to no other place.

Redirections are not followed: they would lead past the look at the address. Nothing of an answer is kept but its
status, and how long it asks to be left alone.
"""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from http.client import HTTPException
from threading import Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from .addresses import RefusedError, addresses_of
from .outcomes import Outcome, outcome_of
from .receivers import Receiver, receiver_at, refusal

ATTEMPT_TIMEOUT = 15.0  # seconds from the request to the end of its answer, however slowly that comes
CONNECT_TIMEOUT = 5.0  # seconds for TCP, and for TLS
MAX_PROBLEM = 200  # characters
MAX_ANSWER = 16 * 1024  # bytes that are read of an answer
SENT_AS = {"content-type": "application/json", "user-agent": "trading-system-webhooks"}
ERRORS = (HTTPError, HTTPException, OSError, ValueError)


def send(url: str, headers: Mapping[str, str], body: bytes, *, is_private_allowed: bool) -> Outcome:
    """Post a body once. Whatever happens is an outcome; names are looked up for as long as the resolver takes."""
    if text := refusal(url, is_private_allowed=is_private_allowed):
        return Outcome(problem=text)
    begun = time.monotonic()
    try:
        receiver = receiver_at(url)
        addresses = addresses_of(receiver.host, receiver.port, is_private_allowed=is_private_allowed)
        return post(receiver, addresses, {**SENT_AS, **headers, "host": receiver.authority}, body)
    except RefusedError as error:
        return Outcome(problem=str(error))
    except ERRORS as error:
        return Outcome(problem=said(error, time.monotonic() - begun))


def post(receiver: Receiver, addresses: list[str], headers: Mapping[str, str], body: bytes) -> Outcome:
    """Post to the first of the addresses that can be connected to; one of ERRORS if no answer comes."""
    begun = time.monotonic()
    with cut_off_in_time(opened(receiver, addresses)) as connection:
        connection.request("POST", receiver.path, body, headers, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        if time.monotonic() - begun >= ATTEMPT_TIMEOUT:  # a beginning of headers is an answer to http.client
            raise TimeoutError
        with suppress(*ERRORS), closing(answer):  # its status has come
            answer.read(MAX_ANSWER)
    return outcome_of(answer.status, answer.headers.get("Retry-After"), datetime.now(UTC))


def opened(receiver: Receiver, addresses: list[str]) -> HTTPConnection:
    """A connection to the first of the addresses that answers, or the error of the last."""
    *earlier, last = addresses
    for address in earlier:
        with suppress(*ERRORS):
            return opened_to(address, receiver)
    return opened_to(last, receiver)


def opened_to(address: str, receiver: Receiver) -> HTTPConnection:
    """A connection to this address and no other; the name is that of the certificate."""
    connection: HTTPConnection = HTTPConnection(address, receiver.port, timeout=CONNECT_TIMEOUT)
    if receiver.is_tls:
        connection = HTTPSConnection(
            address,
            receiver.port,
            timeout=CONNECT_TIMEOUT,
            ssl_context=ssl.create_default_context(),
            server_hostname=receiver.host,
        )
    try:
        connection.connect()
    except ERRORS:
        connection.close()
        raise
    return connection


@contextmanager
def cut_off_in_time(connection: HTTPConnection) -> Iterator[HTTPConnection]:
    """It is closed at the end of the block, and cut off if that does not come within ATTEMPT_TIMEOUT."""
    connection.timeout = ATTEMPT_TIMEOUT
    timer = Timer(ATTEMPT_TIMEOUT, cut_off, [connection.sock])
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def cut_off(sock: socket.socket) -> None:
    """End what another thread reads or writes. TLS is not asked: its own way to end waits for the other side."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def said(error: Exception, seconds: float) -> str:
    """An error after so many seconds in a few words."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return "the name of its host is not known"
    if is_timeout(error) or seconds >= ATTEMPT_TIMEOUT:
        return "did not answer in time"
    return f"could not be reached: {error}"[:MAX_PROBLEM]


def is_timeout(error: Exception) -> bool:
    """To urllib3, a connection that is refused is one that timed out."""
    return isinstance(error, TimeoutError) or type(error) is ConnectTimeoutError
