"""Frames in, alerts shown, and everything counted on the way."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from detector import AHEAD, Alert, SpikeDetector, latest_by, never
from sequence import Sequence
from tick import Tick, decode, gap_of


class Watch:
    """What the client knows of one feed, over all its connections.

    `tickers` are those watched (none: all), `show` gets each alert, `say` each change of state, and `enough` is called
    after `max_alerts` of them. `is_partial` says that the feed is asked for `tickers` alone. For a recording there is
    no `clock`.
    """

    def __init__(
        self,
        detectors: Iterable[SpikeDetector],
        show: Callable[[Alert], None],
        *,
        say: Callable[[str], None],
        clock: Callable[[], datetime] = never,
        tickers: frozenset[str] = frozenset(),
        is_partial: bool = False,
        max_alerts: int | None = None,
    ) -> None:
        self.detectors, self.show, self.clock, self.say = list(detectors), show, clock, say
        self.tickers, self.is_partial, self.max_alerts = tickers, is_partial, max_alerts
        self.enough: Callable[[], None] = lambda: None
        self.sequence = Sequence(partial=is_partial)
        self.ticks = self.frames = self.bad = self.alerts = self.connections = 0
        self._is_ahead = False

    def connected(self) -> None:
        """A connection was made; if it is not the first, ticks may come again, or be lost."""
        self.connections += 1
        if self.connections == 1:
            return
        self.sequence.reconnect()
        for detector in self.detectors:
            detector.reconnected()

    def take(self, frame: str | bytes) -> bool:
        """Feed a frame to the detectors and show their alerts; return whether there was a tick of our time in it."""
        self.frames += 1
        ticks, bad = decode(frame)
        if bad and not self._is_notice(frame):
            self.bad += bad
        fresh = self.sequence.fresh(ticks, self._latest)
        if fresh is not ticks:
            for detector in self.detectors:
                detector.lost = self.sequence.lost
        ahead = self._feed(fresh)
        if ahead or self._is_ahead:
            self._tell_of_clocks(ahead == len(ticks))
        return len(ticks) > ahead

    def play(self, moments: Iterable[list[Tick]]) -> None:
        """Feed the ticks of a recording."""
        for ticks in moments:
            self._feed(ticks)
            if self.alerts == self.max_alerts:
                break

    def summary(self) -> str:
        late, ahead, forgotten = (
            getattr(self.detectors[0], name) for name in ("late", "quarantined", "forgotten")
        )  # fmt: skip
        duplicates = self.sequence.duplicates + self.detectors[0].duplicates
        reconnections = max(0, self.connections - 1)
        return (
            f"{self.ticks} ticks, {self.frames} frames, {self.bad} bad, {late} late, {ahead} quarantined,"
            f" {duplicates} duplicate, {self.sequence.gaps} gaps, {reconnections} reconnections,"
            f" {forgotten} tickers forgotten, {self.alerts} alerts"
        )

    def _feed(self, ticks: list[Tick]) -> int:
        """Return how many ticks were ahead of the clock."""
        if self.tickers:
            ticks = [tick for tick in ticks if tick.ticker in self.tickers]
        before = self.detectors[0].quarantined
        for detector in self.detectors:
            if alerts := detector.feed(ticks, self.clock):
                self._tell(alerts)
        ahead = self.detectors[0].quarantined - before
        self.ticks += len(ticks) - ahead
        return ahead

    def _tell(self, alerts: Iterable[Alert]) -> None:
        received = None if self.clock is never else self.clock()
        for alert in alerts:
            if self.alerts == self.max_alerts:
                return
            self.alerts += 1
            self.show(replace(alert, received=received))
            if self.alerts == self.max_alerts:
                self.enough()

    def _latest(self) -> datetime:
        return latest_by(self.clock)

    def _is_notice(self, frame: str | bytes) -> bool:
        """Whether the frame is no tick, but the feed's word that some are lost."""
        gap = gap_of(frame)
        if gap is None:
            return False
        self.say(f"the feed no longer has the ticks {gap.first} to {gap.last}")
        if self.is_partial:  # otherwise their numbers will be missing
            self.sequence.interrupt()
        return True

    def _tell_of_clocks(self, is_ahead: bool) -> None:
        """Say when the ticks begin and cease to be ahead of the clock, if all of a frame's are."""
        if is_ahead != self._is_ahead:
            self._is_ahead = is_ahead
            seconds = AHEAD.total_seconds()
            self.say(
                f"ticks are more than {seconds:g} s ahead of our clock, and quarantined"
                if is_ahead
                else "ticks are in time again"
            )
