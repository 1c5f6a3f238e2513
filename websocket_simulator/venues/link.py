"""One connection to a venue: logged in, subscribed, and read until it ends. It is watched for silence of two kinds.

A connection by which nothing comes is ended. A symbol that traded often and has fallen silent is asked for again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NoReturn, Protocol

from websockets.exceptions import ConnectionClosed

from notices import Reason
from stream import Stream
from tick import Tick
from venues.dialling import FinalError, UnreachableError
from venues.pace import Pace
from venues.reading import Heard, Key, Lost, Reading, TakenBack, Ticks
from venues.venue import Failed, Keys, Leaving, Ready, Refused, Reply, Subscribed, Venue

LOGIN_TIMEOUT = 10.0  # seconds for the venue to be ready for subscriptions
CONFIRM_TIMEOUT = 15.0  # seconds for it to confirm or refuse each of them
MAX_QUOTED = 100  # refusals, errors and announcements by one connection that are shown
LOOK = 1.0  # seconds between two looks whether something is due


class Sink(Protocol):
    """Who gets what a venue sends."""

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """Ticks in their order; `keys` are those of each, or none."""

    def lose(self) -> None:
        """Trades were lost before what comes next."""

    def withdraw(self, key: Key, reason: Reason) -> None:
        """The trade with this key is taken back."""


class Link:
    """A connection for these symbols. `say` gets a line for each change of state; `recorded` gets frames as they come.

    `beside` is another connection that has the same symbols, while one is renewed. `ended` is why it ended, once
    it has; FinalError is raised from it where the venue does not want us. `leaves` is set when the venue announces its
    end.
    """

    def __init__(
        self,
        stream: Stream,
        venue: Venue,
        symbols: Sequence[str],
        reading: Reading,
        sink: Sink,
        say: Callable[[str], None],
        recorded: Callable[[list[bytes], bool], None] | None = None,
    ) -> None:
        self.stream, self.venue, self.symbols, self.reading, self.sink, self.say = (
            stream, venue, list(symbols), reading, sink, say,
        )  # fmt: skip
        self.recorded = recorded
        self.beside: Link | None = None
        self.unconfirmed = set[str]()
        self.ready, self.confirmed, self.leaves = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.wait = 0.0  # seconds for which the venue wants us to stay away, after its end
        self._asked = deque[tuple[str, ...]]()  # frames of subscriptions that nobody has confirmed, as their symbols
        self._number, self._quoted, self._pace = 0, 0, Pace()
        self._loop = asyncio.get_running_loop()
        self._heard = self._pinged = self._began = self._loop.time()
        self._guarding = asyncio.create_task(self._guard())
        self.ended = asyncio.create_task(self._read())
        self.ended.add_done_callback(self._finish)

    async def begin(self, keys: Keys) -> None:
        """Log in and subscribe; UnreachableError if the venue does not answer in time, or ends the connection."""
        for frame in self.venue.login(keys):
            await self._send(frame)
        if self.venue.waits_until_ready:
            await self._until(self.ready, LOGIN_TIMEOUT, "it does not take our login")
        await self.subscribe(self.symbols)
        if self.venue.confirms:
            await self._until(self.confirmed, CONFIRM_TIMEOUT, "it does not confirm our subscription")

    async def subscribe(self, symbols: Sequence[str]) -> None:
        """Ask for symbols, no faster than the venue allows."""
        self.unconfirmed.update(symbols)
        self.confirmed.clear()
        for some in _parts(symbols, self.venue.limits.symbols_per_frame):
            self._asked.append(tuple(some))
            await self._send_each(self.venue.subscribe(some, self._next_number()))

    @property
    def is_overlapping(self) -> bool:
        """Whether another connection may bring what this one does not."""
        return self.beside is not None and not self.beside.ended.done()

    async def close(self) -> None:
        """End it, and wait until all that came by it was taken."""
        await self.stream.close()
        await asyncio.wait({self.ended})

    def abort(self) -> None:
        """End it at once."""
        self.stream.transport.abort()

    async def _until(self, event: asyncio.Event, seconds: float, problem: str) -> None:
        """Wait for an event, as long as the connection lives."""
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({waiting, self.ended}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not event.is_set():
            self._give_up(problem)

    def _give_up(self, problem: str) -> NoReturn:
        """Raise why the connection is of no use: what the venue said of it, where it did."""
        raise UnreachableError(self.ended.result() if self.ended.done() else problem, self.wait) from None

    def _finish(self, ended: asyncio.Task[str]) -> None:
        self._guarding.cancel()
        if not ended.cancelled():
            ended.exception()  # it is not always asked for: nobody waits for a connection that has been replaced

    async def _read(self) -> str:
        """Take what comes until the connection ends; return why it did."""
        try:
            while True:
                frames = await self.stream.recv_batch()
                self._heard = self._loop.time()
                if self.recorded:
                    self.recorded(frames, self.is_overlapping)
                for heard in self.reading.read(frames, self._heard, is_overlapping=self.is_overlapping):
                    await self._take(heard)
        except ConnectionClosed as error:
            return self._guarding.result() if self._guarding.done() and not self._guarding.cancelled() else str(error)
        except UnreachableError as error:
            self.wait = error.wait
            self.abort()
            return str(error)

    async def _take(self, heard: Heard) -> None:
        match heard:
            case Ticks():
                self.sink.publish(heard.ticks, heard.keys)
            case Lost():
                self.sink.lose()
            case TakenBack():
                self.sink.withdraw(heard.key, heard.reason)
            case Ready():
                self.ready.set()
            case Reply():
                await self._send(heard.frame)
            case Subscribed():
                self._confirm(heard.symbols)
            case Refused():
                self._refuse(heard)
            case Leaving():
                self._quote(f"it announces: {heard.text}")
                self.leaves.set()
            case Failed():
                self._fail(heard)

    def _confirm(self, symbols: Iterable[str]) -> None:
        """The venue has answered about these, or about those that were asked for in the oldest frame."""
        named = tuple(symbols) or (self._asked.popleft() if self._asked else ())
        self.unconfirmed.difference_update(named)
        while self._asked and self.unconfirmed.isdisjoint(self._asked[0]):
            self._asked.popleft()
        if not self.unconfirmed:
            self.confirmed.set()

    def _refuse(self, refused: Refused) -> None:
        named = refused.symbols or (self._asked[0] if self._asked else ())
        self._quote(f"it refuses {', '.join(named) or 'a subscription'}: {refused.text}")
        self.symbols = [symbol for symbol in self.symbols if symbol not in named]
        self._confirm(refused.symbols)

    def _fail(self, failed: Failed) -> None:
        if failed.is_final:
            self.abort()
            raise FinalError(failed.text)
        if failed.ends:
            raise UnreachableError(failed.text, failed.wait)
        self._quote(f"it reports an error: {failed.text}")

    def _quote(self, text: str) -> None:
        """Say what the venue says, which may be the same thousands of times."""
        self._quoted += 1
        if self._quoted <= MAX_QUOTED:
            self.say(text)
        if self._quoted == MAX_QUOTED:
            self.say("what else it says by this connection is not shown")

    async def _guard(self) -> str:
        """Look what is due, until nothing has come for so long that the connection is dead; return what to say then."""
        limits = self.venue.limits
        try:
            while (left := self._alive + limits.silence - self._loop.time()) > 0:
                await asyncio.sleep(min(LOOK, left))
                await self._ping()
                if silent := self._pace.look(self._trades(), self._loop.time()):
                    await self._ask_again(silent)
        except UnreachableError as error:
            return str(error)
        self.abort()
        return f"nothing came for {limits.silence:g} s"

    @property
    def _alive(self) -> float:
        """When the venue last showed that it is there."""
        answered = 0.0 if self.venue.beats else self.stream.answered
        return max(self._heard, self.stream.alive, answered)

    async def _ping(self) -> None:
        every = self.venue.limits.ping_every
        if self.venue.ping and every and self._loop.time() - self._pinged >= every:
            self._pinged = self._loop.time()
            await self._send(self.venue.ping(self._next_number()))

    async def _ask_again(self, symbols: list[str]) -> None:
        self.say(f"no trade of {', '.join(symbols)} for long: asked for again")
        for some in _parts(symbols, self.venue.limits.symbols_per_frame):
            await self._send_each(self.venue.unsubscribe(some, self._next_number()))
        await self.subscribe(symbols)

    def _trades(self) -> dict[str, int]:
        trades = self.reading.trades
        return {symbol: trades[symbol] for symbol in self.symbols if symbol in trades}

    async def _send_each(self, frames: Iterable[str]) -> None:
        for frame in frames:
            await self._send(frame)
            await asyncio.sleep(1 / self.venue.limits.frames_per_second)

    async def _send(self, frame: str) -> None:
        try:
            await self.stream.send(frame)
        except ConnectionClosed as error:
            self._give_up(str(error))

    def _next_number(self) -> int:
        self._number += 1
        return self._number


def _parts(symbols: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (symbols[at : at + size] for at in range(0, len(symbols), size))
