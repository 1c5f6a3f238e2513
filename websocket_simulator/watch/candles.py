"""Candles of one minute of all that is watched, made of ticks by the ticks' own times.

A candle says `gap` until all of its minute is known to have come: the watch saw its beginning, no tick of it was lost,
and the feed has got LATENESS beyond its end. So a minute whose end nobody saw is never told as a whole one.

Ticks are put off by `add` until `settle`, so that alerts need not wait for candles. Pure: no sockets, no clock.
"""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from tick import FIRST_INSTANT, LAST_INSTANT, Tick
from watch.candle import Candle
from watch.candle_queue import CandleQueue
from watch.held_minutes import HeldMinutes
from watch.minutes import Minute, minute_of
from watch.tickers import LATENESS

CANDLES_EVERY = 10.0  # seconds
AT_A_LOOK = 1000  # tickers whose candles are handed over together; about a millisecond


class Numbers(Protocol):
    """What is known of the feed, as a `Sequence` has it."""

    @property
    def newest(self) -> datetime:
        """The time of the newest tick."""

    def lost_between(self, begin: datetime, end: datetime) -> bool:
        """Whether ticks of this time were lost."""


class KeptCandles(msgspec.Struct, frozen=True, array_like=True):
    """What a snapshot keeps of one ticker, the newest minute first."""

    ticker: str
    candles: list[Candle]


class CandlesHead(msgspec.Struct, frozen=True):
    """What is not of a ticker."""

    since: datetime | None
    latest: datetime
    complete: datetime


class Candles:
    """Hands candles that have changed over to `queue`, where they wait for the ledger."""

    def __init__(self, queue: CandleQueue) -> None:
        self.queue = queue
        self.since: datetime | None = None  # the time of the first tick
        self.minutes = HeldMinutes()
        self._complete = FIRST_INSTANT  # up to when all ticks have come, unless they are late
        self._put_off: list[tuple[list[Tick], datetime]] = []
        self._round: list[str] = []  # tickers at which the present round has not looked yet, from the end
        self._due, self._rounded = 0.0, FIRST_INSTANT

    def head(self) -> CandlesHead:
        """With the tickers' `kept`, what `restore` goes on from."""
        self.settle()
        return CandlesHead(self.since, self.minutes.latest, self._complete)

    def kept(self, ticker: str) -> KeptCandles:
        """What is held of a ticker."""
        self.settle()
        return KeptCandles(ticker, [minute.candle(ticker, gap=False) for minute in self.minutes.of(ticker)])

    def begin_with(self, head: CandlesHead) -> None:
        """Go on as it was, for which each ticker has to be restored."""
        self.since, self.minutes.latest, self._complete = head.since, head.latest, head.complete

    def restore(self, kept: KeptCandles) -> None:
        """Go on with what was kept of a ticker; all of it is handed over once more."""
        minute = None
        for candle in reversed(kept.candles):
            minute = Minute(candle, minute)
            self.minutes.put(kept.ticker, minute)

    def add(self, ticks: list[Tick], latest: datetime) -> None:
        """Take ticks that came together; those newer than `latest` are left out."""
        if self.since is None:
            self.since = min((tick.timestamp for tick in ticks if tick.timestamp <= latest), default=None)
        self._put_off.append((ticks, latest))

    def reach(self, instant: datetime) -> None:
        """The feed has got as far as that, and what comes from before is late."""
        if instant - FIRST_INSTANT >= LATENESS:
            self._complete = max(self._complete, minute_of(instant - LATENESS))

    def settle(self) -> None:
        """Do what was put off."""
        for ticks, latest in self._put_off:
            self.minutes.take(ticks, latest)
        self._put_off.clear()

    def look(self, at: float, numbers: Numbers) -> None:
        """Hand over AT_A_LOOK tickers of a round; one begins after CANDLES_EVERY seconds, and when a minute has ended.

        `at` are seconds of any clock.
        """
        self.reach(numbers.newest)
        if not self._round and (at >= self._due or self._complete > self._rounded):
            self._due, self._rounded, self._round = at + CANDLES_EVERY, self._complete, list(self.minutes.newest)[::-1]
        some = self._round[-AT_A_LOOK:][::-1]
        del self._round[-AT_A_LOOK:]
        self._hand_over(some, numbers)

    def hand_over(self, numbers: Numbers) -> None:
        """All that have changed."""
        self.settle()
        self.reach(numbers.newest)
        self._hand_over(list(self.minutes.newest), numbers)

    def finish(self, numbers: Numbers) -> None:
        """Hand over all, as the feed has come to its end."""
        self._complete = LAST_INSTANT
        self.hand_over(numbers)

    def forget(self, numbers: Numbers) -> None:
        """Hand over all, and know nothing, as the feed begins anew."""
        self.hand_over(numbers)
        self.clear()

    def clear(self) -> None:
        """Know nothing."""
        self.minutes.clear()
        self._put_off.clear()
        self._round.clear()
        self.since = None
        self._complete = self._rounded = FIRST_INSTANT

    def _hand_over(self, tickers: list[str], numbers: Numbers) -> None:
        gaps = dict[datetime, bool]()
        changed = list[Candle]()
        for ticker in tickers:
            for minute in [*self.minutes.of(ticker)][::-1]:
                if minute.begin not in gaps:
                    gaps[minute.begin] = self._is_gap(minute, numbers)
                told = minute.ticks, gaps[minute.begin]
                if told != minute.told:
                    minute.told = told
                    changed.append(minute.candle(ticker, gap=told[1]))
            self.minutes.let_go(ticker)
        if changed:
            self.queue.put(changed)

    def _is_gap(self, minute: Minute, numbers: Numbers) -> bool:
        """Whether ticks of this time may be missing."""
        is_cut = minute.end > self._complete or self.since is None or minute.begin <= self.since
        return is_cut or numbers.lost_between(minute.begin, minute.end - timedelta.resolution)
