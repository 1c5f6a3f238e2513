"""A venue's frames in; ticks, losses and withdrawals out, and what else it says. Pure: time arrives as data."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from notices import Reason, quoted
from tick import Tick
from venues.trade_ids import Consecutive, TradeIds, Unordered
from venues.venue import Event, Newest, Passed, Symbol, Trade, TradeId, Venue, Withdrawn

GRACE = 1.0  # seconds for a trade to come of which the venue, or another connection, has told already
NONSENSE = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError, msgspec.MsgspecError)

Key = tuple[str, TradeId | None]  # a ticker, and the venue's id of the trade


class Ticks(NamedTuple):
    """Ticks in their order, and the key of each where the venue may withdraw trades."""

    ticks: list[Tick]
    keys: list[Key]


class Lost(NamedTuple):
    """Trades were lost before what comes next."""


class TakenBack(NamedTuple):
    """The venue withdraws the trade with this key."""

    key: Key
    reason: Reason


Heard = Ticks | Lost | TakenBack | Event


class Reading:
    """Reads one venue, over all its connections, of which several may be open. It counts what it leaves out.

    A frame that is none of the venue's is `bad`, and `latest_bad` shows it.
    """

    def __init__(self, venue: Venue, symbols: Iterable[Symbol]) -> None:
        self.venue, self.tickers = venue, {symbol.name: symbol.ticker for symbol in symbols}
        self.ids: TradeIds = Consecutive() if venue.ids_are_consecutive else Unordered()
        self.trades = Counter[str]()  # that were new, by symbol
        self.passed = Counter[str]()  # trades that are no ticks, by why
        self.duplicates = self.losses = self.bad = 0
        self.latest_bad = ""
        self._begun: set[str] = set()  # symbols of which history may tell something new

    def read(self, frames: Iterable[bytes], now: float, *, is_overlapping: bool = False) -> Iterator[Heard]:
        """What frames say that came together by one connection, in their order. `now` is in seconds.

        While connections overlap, a trade that one has not brought may come by the other.
        """
        batch, soon, keeps_keys = Ticks([], []), now + GRACE, self.venue.withdraws
        due = soon if is_overlapping else now
        for event in self._events(frames):
            if type(event) is Trade:
                tick = self._tick(event, due)
                if tick is None:
                    continue
                if self.ids.lost(now):
                    if batch.ticks:
                        yield batch
                        batch = Ticks([], [])
                    yield self._lost()
                batch.ticks.append(tick)
                if keeps_keys:
                    batch.keys.append((tick.ticker, event.id))
            elif other := self._other(event, soon):
                if batch.ticks:
                    yield batch
                    batch = Ticks([], [])
                yield other
        if batch.ticks:
            yield batch

    def look(self, now: float) -> Iterator[Heard]:
        """What is to be said although no frame came."""
        if self.ids.overdue(now):
            yield self._lost()

    def interrupted(self) -> None:
        """A connection was lost, and no other had its symbols: what history tells of them from here on is news."""
        self.ids.interrupted()
        self._begun.update(self.tickers)

    def _events(self, frames: Iterable[bytes]) -> Iterator[Event]:
        read = self.venue.read
        for frame in frames:
            try:
                yield from read(frame)
            except NONSENSE:
                self.bad += 1
                self.latest_bad = quoted(frame)

    def _tick(self, trade: Trade, due: float) -> Tick | None:
        """The tick of a trade that is new, and of which the watch is to know."""
        symbol = trade.symbol
        ticker = self.tickers.get(symbol)
        if ticker is None:
            self.passed["not asked for"] += 1
            return None
        if not self.ids.take(symbol, trade.id, trade.timestamp, due):
            self.duplicates += 1
            return None
        if trade.is_history and symbol not in self._begun:
            self.passed["history"] += 1
            return None
        self.trades[symbol] += 1
        return Tick(ticker, trade.price, trade.timestamp, None, trade.quantity, trade.finer, trade.extended)

    def _other(self, event: Event, due: float) -> Heard | None:
        """What an event that is no trade means to others; None if it is of no interest to them."""
        match event:
            case Newest():
                if event.symbol in self.tickers:
                    self.ids.heard_of(event.symbol, event.id, due)
            case Passed():
                self.passed[event.why] += event.count
            case Withdrawn():
                if ticker := self.tickers.get(event.symbol):
                    return TakenBack((ticker, event.id), event.reason)
            case _:
                return event
        return None

    def _lost(self) -> Lost:
        self.losses += 1
        return Lost()
