"""The exchanges that ccxt has, for those of which there is no adapter here: the same surface as `session.Session`.

Trades are taken where ccxt stores them, because what its watch returns leaves out those of a burst. It connects when
it is asked to watch, and says when it has.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import uniform
from typing import Any

from notices import quoted
from venues.ccxt_library import exact, meaning, moved, require, store, watches
from venues.ccxt_trades import frame, instant
from venues.dialling import FinalError
from venues.gate import Gate
from venues.link import Sink
from venues.reading import Lost, Reading, Ticks
from venues.session import Recorder, State, symbols_of
from venues.venue import Keys, Venue

HISTORY = timedelta(seconds=5)  # by which a trade is older than our first connection if it is history
CONNECTION = 1  # the number of its connections in a recording: ccxt does not say which brought what


class CcxtSession:
    """One exchange by ccxt, whose ticks go to `sink`; arguments as those of `Session`. ValueError as `require`.

    `address` takes the place of each WebSocket address of the exchange. `tls` is ccxt's own affair.
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
        self.kind, self.venue, self.sink, self.address, self.recorder = require(venue), venue, sink, address, recorder
        self.name, self.symbols = name or venue.name, symbols_of(venue, tickers)
        self.reading, self.gate = Reading(venue, self.symbols), Gate(venue.limits, uniform)
        self.reconnections = 0
        self._log, self._connected = log, set[str]()
        self._is_open = False  # as far as we know
        self._began: datetime | None = None  # when the first connection was made
        self._exchange: Any = None

    def say(self, text: str) -> None:
        """A line about the exchange."""
        self._log(f"{self.name}: {text}")

    def state(self) -> State:
        """What there is to say of it at the moment, for /health and /metrics."""
        reading, clients = self.reading, self._exchange.clients if self._exchange else {}
        return {
            "connections": sum(not client.closed() for client in clients.values()),
            "reconnections": self.reconnections,
            "trades": reading.trades.total(),
            "passed": dict(reading.passed),
            "duplicates": reading.duplicates,
            "losses": reading.losses,
            "bad": reading.bad,
        }

    async def run(self) -> None:
        """Follow the exchange until it is known to have none of the symbols; FinalError if it does not want us."""
        self._exchange = exchange = self._made()
        try:
            await self._insist(exchange.load_markets)
            names = self._known(exchange.markets)
            for name in names:
                exchange.trades[name] = store(self._take)
            async with asyncio.TaskGroup() as group:
                for watch in watches(exchange, names):
                    group.create_task(self._follow(watch))
        except* FinalError as errors:
            raise errors.exceptions[0] from None
        finally:
            await exchange.close()

    def _made(self) -> Any:
        exchange = exact(self.kind, self._misread)
        connected = exchange.on_connected

        def on_connected(client: Any, message: object = None) -> None:
            connected(client, message)
            self._opened(client.url)

        exchange.on_connected = on_connected
        if self.address:
            exchange.urls["api"]["ws"] = moved(exchange.urls["api"]["ws"], self.address)
        return exchange

    def _known(self, markets: Mapping[str, Any]) -> list[str]:
        """The symbols that the exchange has; the others are said."""
        names = [symbol.name for symbol in self.symbols]
        if unknown := [name for name in names if name not in markets]:
            self.say(f"it does not have {', '.join(unknown)}")
        return [name for name in names if name in markets]

    async def _follow(self, watch: Callable[[], Awaitable[object]]) -> None:
        while True:
            await self._insist(watch)

    async def _insist(self, call: Callable[[], Awaitable[object]]) -> None:
        """Call until it succeeds, with delays that grow; FinalError if it cannot."""
        has_failed = False
        while True:
            try:
                await call()
                break
            except Exception as error:  # adapters raise anything where an exchange sends what they do not expect
                has_failed = True
                await self._stay_away(error)
        if has_failed:
            self.gate.succeeded()

    async def _stay_away(self, error: Exception) -> None:
        text, seconds = meaning(error)
        self._interrupted()
        wait = self.gate.failed(seconds)
        self.say(f"{text}; next attempt in {wait:.1f} s")
        await self.gate.turn()

    def _opened(self, url: str) -> None:
        """A connection was made, for the first time or again; an address may have a token, and is not shown."""
        now = datetime.now(UTC)
        self._began = self._began or now
        if url in self._connected:
            self.reconnections += 1
            self._interrupted()
        self._connected.add(url)
        self._is_open = True
        if self.recorder:
            self.recorder.opened(self.name, CONNECTION, now)
        self.say("connected")

    def _misread(self, message: object, error: Exception) -> None:
        self.reading.bad += 1
        self.reading.latest_bad = f"{quoted(str(message))} ({type(error).__name__}: {quoted(str(error))})"
        self._say_bad()

    def _say_bad(self) -> None:
        """The first of what nobody understands is said."""
        if self.reading.bad == 1:
            self.say(f"sends what we do not understand: {self.reading.latest_bad}")

    def _interrupted(self) -> None:
        """A connection was lost, which may be noticed twice: when it ends, and when it is made again."""
        if not self._is_open:
            return
        self._is_open = False
        self.reading.interrupted()
        if self.recorder:
            self.recorder.closed(self.name, CONNECTION, datetime.now(UTC))
            self.recorder.interrupted(self.name, datetime.now(UTC))

    def _take(self, trade: Mapping[str, Any]) -> None:
        at, began = instant(trade), self._began
        read = frame(trade, is_history=bool(at and began and at < began - HISTORY))
        if self.recorder:
            self.recorder.frames(self.name, CONNECTION, [read], datetime.now(UTC))
        bad = self.reading.bad
        for heard in self.reading.read([read], asyncio.get_running_loop().time()):
            match heard:
                case Ticks():
                    self.sink.publish(heard.ticks, heard.keys)
                case Lost():
                    self.sink.lose()
        if self.reading.bad > bad:
            self._say_bad()
