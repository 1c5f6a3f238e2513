"""Frames in, alerts shown, and everything counted on the way."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from tick import LAST_INSTANT, Tick, decode, gap_of
from watch.detector import AHEAD, Alert, SpikeDetector
from watch.sequence import Sequence


class Watch:
    """What the client knows of one feed, over all its connections.

    `tickers` are those watched (none: all), `show` gets each alert, `say` each change of state, and `enough` is called
    after `max_alerts` of them. `is_partial` says that the feed is asked for `tickers` alone. For a recording there is
    no `clock`.
    """

    def __init__(
        self,
        rises: SpikeDetector,
        show: Callable[[Alert], None],
        *,
        falls: SpikeDetector | None = None,
        say: Callable[[str], None],
        clock: Callable[[], datetime] | None = None,
        tickers: frozenset[str] = frozenset(),
        is_partial: bool = False,
        max_alerts: int | None = None,
    ) -> None:
        self.rises, self.falls, self.show, self.clock, self.say = rises, falls, show, clock, say
        self.tickers, self.max_alerts = tickers, max_alerts
        self.enough: Callable[[], None] = lambda: None
        self.sequence = Sequence(partial=is_partial)
        self.ticks = self.frames = self.bad = self.alerts = self.connections = 0
        self.heard = 0  # how often ticks came, while not all were ahead of the clock
        self._is_ahead = False
        for detector in (rises, falls):
            if detector:
                detector.lost_between = self.sequence.lost_between

    def connected(self) -> None:
        """A connection was made; if it is not the first, ticks may come again, or be lost."""
        self.connections += 1
        if self.connections == 1:
            return
        self.sequence.reconnect()
        self.rises.reconnected()
        if self.falls:
            self.falls.reconnected()

    def take(self, frames: Iterable[str | bytes]) -> None:
        """Feed frames that came together to the detectors, and show their alerts."""
        assert self.clock
        now, ticks = self.clock(), list[Tick]()
        for frame in frames:
            self.frames += 1
            more, bad = decode(frame)
            if bad:
                self._judge(ticks, now)  # first what came before
                ticks = []
                self._refuse(frame, bad)
            ticks += more
        self._judge(ticks, now)

    def _judge(self, ticks: list[Tick], now: datetime) -> None:
        latest = now + AHEAD
        fresh = self.sequence.fresh(ticks, latest)
        if self.tickers:
            fresh = [tick for tick in fresh if tick.ticker in self.tickers]
        ahead = self._feed(fresh, latest, now)
        if (ahead or self._is_ahead) and fresh:
            self._tell_of_clocks(ahead == len(fresh))
        if ticks and not self._is_ahead:
            self.heard += 1

    def play(self, moments: Iterable[list[Tick]]) -> None:
        """Feed the ticks of a recording."""
        for ticks in moments:
            self._feed([tick for tick in ticks if not self.tickers or tick.ticker in self.tickers])
            if self.alerts == self.max_alerts:
                break

    def summary(self) -> str:
        duplicates = self.sequence.duplicates + self.rises.duplicates
        reconnections = max(0, self.connections - 1)
        return (
            f"{self.ticks} ticks, {self.frames} frames, {self.bad} bad, {self.rises.late} late,"
            f" {self.rises.quarantined} quarantined, {duplicates} duplicate, {self.sequence.gaps} gaps,"
            f" {reconnections} reconnections, {self.rises.forgotten} tickers forgotten, {self.alerts} alerts"
        )

    def _feed(self, ticks: list[Tick], latest: datetime = LAST_INSTANT, now: datetime | None = None) -> int:
        """Return how many ticks were ahead of the clock."""
        before = self.rises.quarantined
        alerts = self.rises.feed(ticks, latest)
        if self.falls:
            alerts += self.falls.feed(ticks, latest)
        for alert in alerts:
            if self.alerts == self.max_alerts:
                break
            self.alerts += 1
            self.show(replace(alert, received=now))
            if self.alerts == self.max_alerts:
                self.enough()
        ahead = self.rises.quarantined - before
        self.ticks += len(ticks) - ahead
        return ahead

    def _refuse(self, frame: str | bytes, bad: int) -> None:
        """Count what is no tick, unless it is the feed's word that ticks are lost."""
        gap = gap_of(frame)
        if gap is None:
            self.bad += bad
            return
        self.say(f"the feed no longer has the ticks {gap.first} to {gap.last}")
        if self.sequence.partial:  # otherwise their numbers will be missing
            self.sequence.interrupt()

    def _tell_of_clocks(self, is_ahead: bool) -> None:
        """Say when the ticks begin and cease to be ahead of the clock."""
        if is_ahead != self._is_ahead:
            self._is_ahead = is_ahead
            seconds = AHEAD.total_seconds()
            self.say(
                f"ticks are more than {seconds:g} s ahead of our clock, and quarantined"
                if is_ahead
                else "ticks are in time again"
            )
