"""The client's connection to the feed: made again whenever it is lost, and ended when nothing comes.

Quiet is not mute: ticks, heartbeats and the feed's pings are signs of life. Its pongs are none, as they answer ours.
"""

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from math import inf
from random import uniform
from socket import gaierror
from ssl import SSLError
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from credentials import NO_CREDENTIALS, Credentials, authorization
from retry import growing
from status import reason
from stream import Stream
from watch.state import Watch

MAX_FRAME = 1024 * 1024  # bytes
MAX_QUERY = 4000  # characters of tickers to ask for; with more, all are asked for
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0  # seconds between two attempts to connect
QUIET = 5.0  # seconds at the start in which a feed that is not there yet is waited for without a reason
LOOK = 1.0  # seconds between two looks at what the feed does
CLOSE_TIMEOUT = 1  # seconds for the feed to answer that we close
RETRIED = (401, 408, 429)  # the 4xx after which another attempt may succeed; a token can be replaced
OVER = "the watch is over"
END_OF_RECORDING = 1000  # the close code of a feed that has nothing more to send


class UnreachableError(Exception):
    """The feed cannot be reached at the moment; the message says why."""


class AbsentError(UnreachableError):
    """Nothing answers at the address."""


class RefusedError(Exception):
    """What is at the address refuses us, or is no feed; the message says why."""


def delays() -> Iterator[float]:
    """Seconds before each attempt after the first: doubling, and spread so that clients do not return as one."""
    return growing(FIRST_DELAY, LONGEST_DELAY, uniform)


def name_of(url: str) -> str:
    """The address as it is shown: without a user and a password."""
    return re.sub(r"//[^/@]*@", "//", url)


def query_of(tickers: frozenset[str]) -> str:
    """What asks the feed for these tickers alone; empty if that would be too long to ask."""
    query = urlencode({"tickers": ",".join(sorted(tickers))}, safe=",") if tickers else ""
    return query if len(query) <= MAX_QUERY else ""


def address(url: str, watch: Watch) -> str:
    """The feed's, with our subscription: the tickers that are watched, after the last number that came.

    A watch that may have heard ticks, and knows none, asks for all that the feed has.
    """
    parts = urlsplit(url)
    query = [word for word in parts.query.split("&") if word and word.partition("=")[0] not in ("tickers", "since")]
    if watch.sequence.partial:
        query.append(query_of(watch.tickers))
    since: str | int | None = watch.sequence.last
    if since is None:
        since = parse_qs(parts.query).get("since", [0 if watch.asks_for_all else None])[0]
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

    A connection on which there is no sign of life for `stale` seconds is ended.
    """
    loop, health = asyncio.get_running_loop(), watch.health
    health.connected(loop.time())
    guarding = asyncio.create_task(guard(feed, watch, stale))
    guarding.add_done_callback(partial(abort, feed))
    try:
        while not watch.is_over:
            signs = watch.heard + health.signs
            watch.take(await feed.recv_batch())
            if watch.heard + health.signs != signs:
                feed.alive = loop.time()
    except ConnectionClosed as error:
        return guarding.result() if guarding.done() else str(error)
    finally:
        health.lost(is_mute=guarding.done() and not watch.is_over)
        guarding.cancel()
        watch.look(loop.time(), inf)
    return OVER


def abort(feed: Stream, guarding: asyncio.Task[str]) -> None:
    """End the connection, unless that was done: whoever is mute does not answer that we close, either."""
    if not guarding.cancelled():
        feed.transport.abort()


async def guard(feed: Stream, watch: Watch, stale: float) -> str:
    """Look at what the feed does, once a second; return what to say when there was no sign of life for so long."""
    loop = asyncio.get_running_loop()
    while (left := feed.alive + stale - loop.time()) > 0:
        await asyncio.sleep(min(LOOK, left))
        if watch.is_over:  # by what waited for its time, and no frame tells `listen`
            await feed.close()
            return OVER
        if feed.alive + stale > loop.time():
            watch.look(loop.time(), stale)
    return f"no tick, heartbeat or ping for {stale:g} s"


async def attend(url: str, watch: Watch, credentials: Credentials, stale: float) -> tuple[str, int | None]:
    """Connect once and listen; return why the connection ended, and the close code. Raises as `dial` does."""
    async with await dial(address(url, watch), credentials) as feed:
        watch.log(f"connected to {name_of(url)}")
        watch.connected()
        return await listen(feed, watch, stale), feed.close_code


async def follow(
    url: str, watch: Watch, credentials: Credentials = NO_CREDENTIALS, *, stale: float, exit_on_eof: bool
) -> bool:
    """Read the feed, and connect again whenever the connection is lost; RefusedError if already the first attempt is.

    Return True at the end of its recording, if that is asked for, and False when the watch is over. The delay starts
    over only when a tick has come: a feed that accepts and closes is not asked in a storm.
    """
    waits, name, loop = delays(), name_of(url), asyncio.get_running_loop()
    quiet_until, is_first = loop.time() + QUIET, True
    while True:
        heard, is_quiet = watch.heard, False
        try:
            problem, code = await attend(url, watch, credentials, stale)
            if code == END_OF_RECORDING:
                watch.finish()
            if watch.is_over or (exit_on_eof and code == END_OF_RECORDING):
                return not watch.is_over
        except RefusedError as error:
            if not watch.connections and not watch.asks_for_all:
                raise
            watch.asks_for_all = False  # which another feed may not understand
            problem = str(error)  # it took us before, or may take us now
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
