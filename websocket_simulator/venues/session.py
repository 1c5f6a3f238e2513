"""All connections to one venue: made again whenever they are lost, and renewed before the venue ends them.

A connection is renewed by a second one beside it: both are read until the second has everything, and what comes twice
is known by the venue's ids. What was lost all the same the feed says, by a number that it leaves out.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count
from random import uniform
from typing import Protocol, TypedDict

from venues.dialling import FinalError, UnreachableError, dial
from venues.gate import Gate
from venues.keys import without_keys
from venues.link import LOOK, Link, Sink
from venues.reading import Reading
from venues.venue import Keys, Symbol, Venue

OVERLAP = 2.0  # seconds for which two connections are read when one is renewed
MARGIN = 0.05  # share of a connection's lifetime that is left when it is renewed; twice that at most, by chance
FIRST_TRADE = 60.0  # seconds for a trade of each symbol to come, after which those without one are named
NAMED = 3  # symbols in a line
STEADY = 10.0  # seconds after which a connection is good, and delays begin anew


class Recorder(Protocol):
    """Who keeps what came. `at` is in UTC."""

    def opened(self, venue: str, connection: int, at: datetime) -> None:
        """A connection was subscribed."""

    def frames(
        self, venue: str, connection: int, frames: list[bytes], at: datetime, *, is_overlapping: bool = False
    ) -> None:
        """Frames came together; while connections overlap, others bring the same."""

    def closed(self, venue: str, connection: int, at: datetime) -> None:
        """A connection ended."""

    def interrupted(self, venue: str, at: datetime) -> None:
        """A connection was lost, and no other had its symbols."""


class State(TypedDict):
    """Counts since the start; `passed` has trades that are no ticks, by why."""

    connections: int  # that are open
    reconnections: int
    trades: int
    duplicates: int
    losses: int
    bad: int
    passed: dict[str, int]


class Session:
    """One venue, whose ticks go to `sink`. `log` gets a line for each change of state, without a key in it.

    `name` is what it is called in lines and in a recording, and `address` where it is, if not where its documentation
    says. ValueError if the venue does not have a
    ticker, or allows fewer connections than these tickers need.
    """

    def __init__(
        self,
        venue: Venue,
        tickers: Sequence[str],
        sink: Sink,
        log: Callable[[str], None],
        *,
        keys: Keys,
        name: str | None = None,
        address: str | None = None,
        tls: ssl.SSLContext | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.venue, self.sink, self.keys, self.tls, self.recorder = venue, sink, keys, tls, recorder
        self.name, self.address = name or venue.name, address or venue.address(keys)
        self.tickers, self.symbols = tickers, symbols_of(venue, tickers)
        self.reading = Reading(venue, self.symbols)
        self.gate = Gate(venue.limits, uniform)
        self.links: list[Link] = []  # that are open
        self.reconnections = 0
        self._log, self._numbers, self._said = log, count(1), ""

    def say(self, text: str) -> None:
        """A line about the venue."""
        self._log(f"{self.name}: {without_keys(text, self.keys)}")

    async def run(self) -> None:
        """Follow the venue until it refuses all symbols; FinalError if it does not want us."""
        self._say_other_names()
        names, size = [symbol.name for symbol in self.symbols], self.venue.limits.symbols_per_connection
        lines = [Line(self, names[at : at + size]) for at in range(0, len(names), size)]
        looking = asyncio.create_task(self._look())
        try:
            async with asyncio.TaskGroup() as group:
                for line in lines:
                    group.create_task(line.run())
        except* FinalError as errors:
            raise errors.exceptions[0] from None
        finally:
            looking.cancel()
            for link in list(self.links):
                link.abort()

    def state(self) -> State:
        """What there is to say of it at the moment, for /health and /metrics."""
        reading = self.reading
        return {
            "connections": len(self.links),
            "reconnections": self.reconnections,
            "trades": reading.trades.total(),
            "passed": dict(reading.passed),
            "duplicates": reading.duplicates,
            "losses": reading.losses,
            "bad": reading.bad,
        }

    async def open(self, symbols: Sequence[str], beside: Link | None = None) -> Link:
        """A new connection that is subscribed to the symbols, however long that takes, and replaces `beside`."""
        while True:
            await self.gate.turn()
            try:
                return await self._open_once(symbols, beside)
            except UnreachableError as error:
                wait = self.gate.failed(error.wait)
                self.say(f"{error}; next attempt in {wait:.1f} s")

    async def _open_once(self, symbols: Sequence[str], beside: Link | None) -> Link:
        stream = await dial(self.venue, self.address, self.tls)
        number = next(self._numbers)
        recorded = partial(self._record, number) if self.recorder else None
        link = Link(stream, self.venue, symbols, self.reading, self.sink, self.say, recorded)
        link.beside = beside
        if beside:
            beside.beside = link
        self.links.append(link)
        link.ended.add_done_callback(lambda ended: self._closed(link, number))
        if self.recorder:
            self.recorder.opened(self.name, number, datetime.now(UTC))
        try:
            await link.begin(self.keys)
        except BaseException:
            link.abort()
            raise
        self.say(f"connected, {len(link.symbols)} {'symbol' if len(link.symbols) == 1 else 'symbols'}")
        return link

    def interrupted(self) -> None:
        """A connection was lost, and no other had its symbols."""
        self.reading.interrupted()
        if self.recorder:
            self.recorder.interrupted(self.name, datetime.now(UTC))

    def _record(self, number: int, frames: list[bytes], is_overlapping: bool) -> None:
        assert self.recorder
        self.recorder.frames(self.name, number, frames, datetime.now(UTC), is_overlapping=is_overlapping)

    def _closed(self, link: Link, number: int) -> None:
        self.links.remove(link)
        if self.recorder:
            self.recorder.closed(self.name, number, datetime.now(UTC))

    async def _look(self) -> None:
        """Say what is due although no frame comes."""
        loop, is_new = asyncio.get_running_loop(), True
        began = loop.time()
        while True:
            await asyncio.sleep(LOOK)
            if is_new and loop.time() - began >= FIRST_TRADE:
                is_new = False
                self._name_those_without_a_trade()
            for _ in self.reading.look(loop.time()):
                self.sink.lose()
            if self.reading.bad and not self._said:
                self._said = self.reading.latest_bad
                self.say(f"sends what we do not understand: {self._said}")

    def _say_other_names(self) -> None:
        """Tickers that the venue has in another currency, or under another name."""
        for ticker in self.tickers:
            if (other := self.venue.symbol_of(ticker).ticker) != ticker:
                self.say(f"{ticker} is {other} there")

    def _name_those_without_a_trade(self) -> None:
        """Some venues confirm what they do not have, and then send nothing of it."""
        names = [symbol.name for symbol in self.symbols if not self.reading.trades[symbol.name]]
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            self.say(f"no trade so far of {', '.join(names[:NAMED])}{more}")


class Line:
    """Some symbols of a venue, by one connection at a time, and two while it is renewed."""

    def __init__(self, session: Session, symbols: Sequence[str]) -> None:
        self.session, self.symbols = session, list(symbols)

    async def run(self) -> None:
        """Keep it connected until all symbols are refused."""
        link = await self.session.open(self.symbols)
        while link.symbols:
            self.symbols = link.symbols
            link = await self._follow(link)
        await link.close()

    async def _follow(self, link: Link) -> Link:
        """Return the connection that comes after this one, when it has ended or been replaced."""
        began = asyncio.get_running_loop().time()
        leaving = asyncio.create_task(self._until_it_is_to_be_renewed(link))
        try:
            await asyncio.wait({link.ended, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
        is_good = asyncio.get_running_loop().time() - began >= STEADY
        if is_good:
            self.session.gate.succeeded()
        if link.ended.done():
            return await self._replace(link)
        if not is_good and link.leaves.is_set():  # as during maintenance, of which each new connection hears at once
            self.session.gate.failed()
        return await self._renew(link)

    async def _until_it_is_to_be_renewed(self, link: Link) -> None:
        lifetime = self.session.venue.limits.lifetime
        with suppress(TimeoutError):
            async with asyncio.timeout(lifetime and lifetime * (1 - uniform(MARGIN, 2 * MARGIN))):
                await link.leaves.wait()

    async def _replace(self, link: Link) -> Link:
        """Connect again after a connection was lost."""
        session, problem = self.session, link.ended.result()
        session.interrupted()
        session.reconnections += 1
        wait = session.gate.failed(link.wait)
        session.say(f"{problem}; next attempt in {wait:.1f} s")
        return await session.open(self.symbols)

    async def _renew(self, link: Link) -> Link:
        """Connect a second time, and end the first connection when the second one has everything."""
        session = self.session
        if not session.venue.has_ids or len(session.links) >= session.venue.limits.connections:
            await link.close()
            return await self._replace(link)
        heir = await self._open_beside(link)
        await asyncio.wait({link.ended, heir.ended}, timeout=OVERLAP, return_when=asyncio.FIRST_COMPLETED)
        await link.close()
        heir.beside = None
        session.say("connection renewed")
        return heir

    async def _open_beside(self, link: Link) -> Link:
        """Connect while the first connection is read; what it brings no more until then is lost."""
        session = self.session
        opening = asyncio.create_task(session.open(self.symbols, link))
        try:
            await asyncio.wait({opening, link.ended}, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                session.say(f"{link.ended.result()}, while it was being renewed")
                session.interrupted()
            return await opening
        finally:
            opening.cancel()


def symbols_of(venue: Venue, tickers: Iterable[str]) -> list[Symbol]:
    """The venue's symbols of these tickers, each once; ValueError if it does not have one, or not so many."""
    symbols = list(dict.fromkeys(map(venue.symbol_of, tickers)))
    most = venue.limits.symbols_per_connection * venue.limits.connections
    if len(symbols) > most:
        raise ValueError(f"{venue.name} allows {most} symbols, and these are {len(symbols)}")
    return symbols
