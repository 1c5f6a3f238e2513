"""Frames in, alerts shown, and everything counted on the way."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from ..tick import LAST_INSTANT, Tick, decode, gap_of
from .detector import AHEAD, Alert, SpikeDetector
from .sequence import Sequence


class Watch:
    """What the client knows of one feed, over all its connections.

    `tickers` are those watched (none: all), `show` gets each alert, and `log` a line for each change of state. The
    watch is over after `max_alerts`. `is_partial` says that the feed is asked for `tickers` alone. For a recording
    there is no `clock`.
    """

    def __init__(
        self,
        rises: SpikeDetector,
        show: Callable[[Alert], None],
        *,
        log: Callable[[str], None],
        falls: SpikeDetector | None = None,
        clock: Callable[[], datetime] | None = None,
        tickers: frozenset[str] = frozenset(),
        is_partial: bool = False,
        max_alerts: int | None = None,
    ) -> None:
        self.rises, self.detectors = rises, [rises, falls] if falls else [rises]
        self.show, self.clock, self.log = show, clock, log
        self.tickers, self.max_alerts, self.is_over = tickers, max_alerts, False
        self.sequence = Sequence(partial=is_partial)
        self.ticks = self.frames = self.bad = self.alerts = self.connections = 0
        self.heard = 0  # how often ticks came that were not all ahead of the clock
        self._is_ahead = False

    def connected(self) -> None:
        """A connection was made; if it is not the first, ticks may come again, or be lost."""
        self.connections += 1
        if self.connections > 1:
            self.sequence.reconnect()
            for detector in self.detectors:
                detector.reconnected()

    def take(self, frames: Iterable[str | bytes]) -> None:
        """Feed frames that came together to the detectors, and show their alerts."""
        assert self.clock
        now, ticks = self.clock(), list[Tick]()
        for frame in frames:
            self.frames += 1
            more, bad = decode(frame)
            if bad:
                self._take_ticks(ticks, now)  # those before it first, as it may report a gap
                ticks = []
                self._take_bad(frame, bad)
            ticks += more
        self._take_ticks(ticks, now)

    def backtest(self, moments: Iterable[list[Tick]]) -> None:
        """Feed the ticks of a recording."""
        for ticks in moments:
            self._detect([tick for tick in ticks if not self.tickers or tick.ticker in self.tickers])
            if self.is_over:
                break

    def summary(self) -> str:
        """What was counted, as a line."""
        duplicates = self.sequence.duplicates + self.rises.duplicates
        reconnections = max(0, self.connections - 1)
        return (
            f"{self.ticks} ticks, {self.frames} frames, {self.bad} bad, {self.rises.late} late,"
            f" {self.rises.quarantined} quarantined, {duplicates} duplicate, {self.sequence.gaps} gaps,"
            f" {reconnections} reconnections, {self.rises.forgotten} tickers forgotten, {self.alerts} alerts"
        )

    def _take_ticks(self, ticks: list[Tick], now: datetime) -> None:
        latest = now + AHEAD
        fresh = self.sequence.fresh(ticks, latest)
        if self.tickers:
            fresh = [tick for tick in fresh if tick.ticker in self.tickers]
        ahead = self._detect(fresh, latest, now)
        if fresh and (ahead == len(fresh)) != self._is_ahead:
            self._is_ahead = not self._is_ahead
            limit = f"ticks are more than {AHEAD.total_seconds():g} s ahead of our clock, and quarantined"
            self.log(limit if self._is_ahead else "ticks are in time again")
        if ticks and not self._is_ahead:
            self.heard += 1

    def _detect(self, ticks: list[Tick], latest: datetime = LAST_INSTANT, now: datetime | None = None) -> int:
        """Return how many ticks were ahead of the clock."""
        before = self.rises.quarantined
        for alert in [alert for detector in self.detectors for alert in detector.feed(ticks, latest)]:
            if self.is_over:
                break
            self.alerts += 1
            self.is_over = self.alerts == self.max_alerts
            self.show(replace(alert, after_gap=self.sequence.lost_between(*alert.span), received=now))
        ahead = self.rises.quarantined - before
        self.ticks += len(ticks) - ahead
        return ahead

    def _take_bad(self, frame: str | bytes, bad: int) -> None:
        """Count what is no tick, unless the frame reports that ticks are lost."""
        gap = gap_of(frame)
        if gap is None:
            self.bad += bad
            return
        self.log(f"the feed no longer has the ticks {gap.first} to {gap.last}")
        if self.sequence.partial:  # otherwise their numbers will be missing
            self.sequence.interrupt()
