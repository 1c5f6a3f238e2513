"""The client's connection to the feed: made again whenever it is lost, and ended when nothing comes."""

import asyncio
import re
from collections.abc import Iterator
from random import uniform
from socket import gaierror
from ssl import SSLError
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from ..credentials import NO_CREDENTIALS, Credentials, authorization
from ..status import reason
from .state import Watch
from .stream import Stream

MAX_FRAME = 1024 * 1024  # bytes
MAX_QUERY = 4000  # characters of tickers to ask for; with more, all are asked for
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0  # seconds between two attempts to connect
QUIET = 5.0  # seconds at the start in which a feed that is not there yet is waited for without a reason
CLOSE_TIMEOUT = 1  # seconds for the feed to answer that we close
RETRIED = (401, 408, 429)  # the 4xx after which another attempt may succeed; a token can be replaced
END_OF_RECORDING = 1000  # the close code of a feed that has nothing more to send


class UnreachableError(Exception):
    """The feed cannot be reached at the moment; the message says why."""


class AbsentError(UnreachableError):
    """Nothing answers at the address."""


class RefusedError(Exception):
    """What is at the address refuses us, or is no feed; the message says why."""


def delays() -> Iterator[float]:
    """Seconds before each attempt after the first: doubling, and spread so that clients do not return as one."""
    delay = FIRST_DELAY
    while True:
        yield delay * uniform(0.5, 1)
        delay = min(2 * delay, LONGEST_DELAY)


def name_of(url: str) -> str:
    """The address as it is shown: without a user and a password."""
    return re.sub(r"//[^/@]*@", "//", url)


def query_of(tickers: frozenset[str]) -> str:
    """What asks the feed for these tickers alone; empty if that would be too long to ask."""
    query = urlencode({"tickers": ",".join(sorted(tickers))}, safe=",") if tickers else ""
    return query if len(query) <= MAX_QUERY else ""


def address(url: str, watch: Watch) -> str:
    """The feed's, with our subscription: the tickers that are watched, after the last number that came."""
    parts = urlsplit(url)
    query = [word for word in parts.query.split("&") if word and word.partition("=")[0] not in ("tickers", "since")]
    if watch.sequence.partial:
        query.append(query_of(watch.tickers))
    since = parse_qs(parts.query).get("since", [None])[0] if watch.sequence.last is None else watch.sequence.last
    if since is not None:
        query.append(f"since={since}")
    return parts._replace(query="&".join(query)).geturl()


async def dial(url: str, credentials: Credentials = NO_CREDENTIALS) -> Stream:
    """Connect; UnreachableError if another attempt may succeed, RefusedError if not.

    A redirection to another host gets no token, and one from TLS to none is not followed.
    """
    options: dict[str, Any] = {"ssl": credentials.tls} if credentials.tls and url.lower().startswith("wss:") else {}
    try:
        headers = authorization(credentials.token_file)
    except (OSError, ValueError) as error:  # while the file is replaced
        raise UnreachableError(f"{credentials.token_file}: {reason(error)}") from error
    try:
        connection = await connect(
            url, create_connection=Stream, additional_headers=headers, compression=None, max_size=MAX_FRAME,
            close_timeout=CLOSE_TIMEOUT, proxy=None, **options,
        )  # fmt: skip
    except InvalidStatus as error:
        is_final = error.response.status_code < 500 and error.response.status_code not in RETRIED
        raise (RefusedError if is_final else UnreachableError)(str(error)) from error
    except (InvalidURI, ValueError, LookupError) as error:  # of an address to which we were redirected
        raise RefusedError(str(error)) from error
    except (InvalidHandshake, SSLError, gaierror) as error:
        raise UnreachableError(reason(error)) from error
    except OSError as error:
        raise AbsentError(reason(error)) from error
    assert isinstance(connection, Stream)
    return connection


async def listen(feed: Stream, watch: Watch, stale: float) -> str:
    """Take frames until the connection ends or the watch is over; return why the connection ended.

    A connection on which no tick comes for `stale` seconds is ended.
    """
    loop, bad = asyncio.get_running_loop(), watch.bad
    try:
        async with asyncio.timeout(stale) as timeout:
            while not watch.is_over:
                heard = watch.heard
                watch.take(await feed.recv_batch())
                if watch.heard != heard:
                    timeout.reschedule(loop.time() + stale)
    except TimeoutError:
        feed.transport.abort()  # whoever is mute does not answer that we close, either
        return f"no tick for {stale:g} s" + (f", {watch.bad - bad} bad" if watch.bad > bad else "")
    except ConnectionClosed as error:
        return str(error)
    return "the watch is over"


async def attend(url: str, watch: Watch, credentials: Credentials, stale: float) -> tuple[str, int | None]:
    """Connect once and listen; return why the connection ended, and the close code. Raises as `dial` does."""
    async with await dial(address(url, watch), credentials) as feed:
        watch.log(f"connected to {name_of(url)}")
        watch.connected()
        return await listen(feed, watch, stale), feed.close_code


async def follow(
    url: str, watch: Watch, credentials: Credentials = NO_CREDENTIALS, *, stale: float, exit_on_eof: bool
) -> bool:
    """Read the feed, and connect again whenever the connection is lost; RefusedError if that is in vain.

    Return True at the end of its recording, if that is asked for, and False when the watch is over. The delay starts
    over only when a tick has come: a feed that accepts and closes is not asked in a storm.
    """
    waits, name, loop = delays(), name_of(url), asyncio.get_running_loop()
    quiet_until, is_first = loop.time() + QUIET, True
    while True:
        heard, is_quiet = watch.heard, False
        try:
            problem, code = await attend(url, watch, credentials, stale)
            if watch.is_over or (exit_on_eof and code == END_OF_RECORDING):
                return not watch.is_over
        except UnreachableError as error:
            problem = str(error)
            is_quiet = isinstance(error, AbsentError) and not watch.connections and loop.time() < quiet_until
        if watch.heard > heard:
            waits = delays()
        wait = next(waits)
        if not is_quiet:
            watch.log(f"{name}: {problem}; next attempt in {wait:.1f} s")
        elif is_first:
            watch.log(f"waiting for {name}")
        is_first = False
        await asyncio.sleep(wait)
