"""The client's connection to the feed: made again whenever it is lost, and ended when it is mute."""

import asyncio
import re
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from credentials import NOTHING, Credentials, authorization
from watch.state import Watch
from watch.stream import Stream

MAX_FRAME = 1024 * 1024  # bytes
MAX_QUERY = 4000  # characters of tickers to ask for; with more, all are asked for
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0  # seconds between two attempts to connect
CLOSE_TIMEOUT = 1  # seconds for the feed to answer that we close
AGAIN_LATER = (401, 408, 429)  # the 4xx that say nothing for good; a token can be replaced
END_OF_RECORDING = 1000  # the close code of a feed that has nothing more to send


class UnreachableError(Exception):
    """There is no feed at the address at the moment; the message says why."""


class RefusedError(Exception):
    """There is something at the address that does not want us, or is no feed; the message says why."""


def delays(random: Random) -> Iterator[float]:
    """Seconds before each attempt after the first: doubling, and spread so that clients do not return as one."""
    delay = FIRST_DELAY
    while True:
        yield delay * random.uniform(0.5, 1)
        delay = min(2 * delay, LONGEST_DELAY)


def name_of(url: str) -> str:
    """The address as it is shown: without a user and a password."""
    return re.sub(r"//[^/@]*@", "//", url)


def query_of(tickers: frozenset[str]) -> str:
    """What asks the feed for these tickers alone; empty if that would be too long to ask."""
    query = urlencode({"tickers": ",".join(sorted(tickers))}, safe=",") if tickers else ""
    return query if len(query) <= MAX_QUERY else ""


def address(url: str, watch: Watch) -> str:
    """The feed's, with what we want of it: our tickers, since the last that we have."""
    parts = urlsplit(url)
    wishes = [word for word in parts.query.split("&") if word and word.partition("=")[0] not in ("tickers", "since")]
    if watch.sequence.partial:
        wishes.append(query_of(watch.tickers))
    since = parse_qs(parts.query).get("since", [None])[0] if watch.sequence.last is None else watch.sequence.last
    if since is not None:
        wishes.append(f"since={since}")
    return parts._replace(query="&".join(wishes)).geturl()


async def dial(url: str, passport: Credentials = NOTHING) -> Stream:
    """Connect; UnreachableError if another attempt may succeed, RefusedError if not.

    A redirection to another host gets no token, and one from TLS to none is not followed.
    """
    options: dict[str, Any] = {"ssl": passport.tls} if passport.tls and url.lower().startswith("wss:") else {}
    try:
        headers = authorization(passport.token_file)
    except (OSError, ValueError) as error:  # while the file is replaced
        raise UnreachableError(f"{passport.token_file}: {getattr(error, 'strerror', None) or error}") from error
    try:
        connection = await connect(
            url,
            additional_headers=headers,
            **options,
            create_connection=Stream,
            compression=None,
            max_size=MAX_FRAME,
            close_timeout=CLOSE_TIMEOUT,
            proxy=None,
        )
    except InvalidStatus as error:
        if error.response.status_code < 500 and error.response.status_code not in AGAIN_LATER:
            raise RefusedError(str(error)) from error
        raise UnreachableError(str(error)) from error
    except (InvalidURI, ValueError, LookupError) as error:  # of an address to which we were redirected
        raise RefusedError(str(error)) from error
    except (OSError, InvalidHandshake) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error
    assert isinstance(connection, Stream)
    return connection


class Watchdog:
    """Ends a connection on which nothing was heard for `stale` seconds, or up to a tenth more."""

    def __init__(self, feed: ClientConnection, watch: Watch, stale: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.feed, self.watch, self.stale, self.is_mute = feed, watch, stale, False
        self.heard, self.since = watch.heard, self.loop.time()
        self.wait()

    def wait(self) -> None:
        self.timer = self.loop.call_later(self.stale / 10, self.look)

    def look(self) -> None:
        now = self.loop.time()
        if self.watch.heard != self.heard:
            self.heard, self.since = self.watch.heard, now
        if now - self.since < self.stale:
            self.wait()
        else:
            self.is_mute = True
            self.feed.transport.abort()


async def follow(
    url: str, watch: Watch, passport: Credentials = NOTHING, *, stale: float, exit_on_eof: bool, random: Random
) -> None:
    """Read the feed for ever, or to the end of its recording; connect again whenever it is lost.

    The delay starts over only when a tick has come: a feed that accepts and closes is not asked in a storm.
    """
    waits, name = delays(random), name_of(url)
    while True:
        try:
            async with await dial(address(url, watch), passport) as feed:
                watch.say(f"connected to {name}")
                watch.connected()
                heard = watch.heard
                reason = await read(feed, watch, stale)
            if watch.heard > heard:
                waits = delays(random)
            if exit_on_eof and feed.close_code == END_OF_RECORDING:
                return
        except UnreachableError as error:
            reason = str(error)
        wait = next(waits)
        watch.say(f"{name}: {reason}; next attempt in {wait:.1f} s")
        await asyncio.sleep(wait)


async def read(feed: Stream, watch: Watch, stale: float) -> str:
    """Take frames until the connection ends; return why it did."""
    bad, vigil = watch.bad, Watchdog(feed, watch, stale)
    try:
        feed.start(watch.take)
        await feed.wait_closed()
    finally:
        vigil.timer.cancel()
    if feed.failure:
        raise feed.failure
    if vigil.is_mute:
        return f"no tick for {stale:g} s" + (f", {watch.bad - bad} bad" if watch.bad > bad else "")
    return str(feed.protocol.close_exc)
