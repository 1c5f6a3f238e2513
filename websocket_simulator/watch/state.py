"""Frames in, alerts told, and everything counted on the way."""

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Several
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tick import FIRST_INSTANT, LAST_INSTANT, Tick, decode, gap_of, render
from watch.alert import Alert
from watch.sequence import Sequence
from watch.tickers import AHEAD, Detector

GRACE = timedelta(seconds=0.25)  # how much longer than the tick before it a tick may have been on its way


class Watch:
    """What the client knows of one feed, over all its connections.

    `tickers` are those watched (none: all), `tell` gets the alerts that came together, and `log` a line for each
    change of state. The watch is over after `max_alerts`. `is_partial` says that the feed is asked for `tickers`
    alone. For a recording there is no `clock`.
    """

    def __init__(
        self,
        detectors: Several[Detector[Any]],
        tell: Callable[[list[Alert]], None],
        *,
        log: Callable[[str], None],
        clock: Callable[[], datetime] | None = None,
        tickers: frozenset[str] = frozenset(),
        is_partial: bool = False,
        max_alerts: int | None = None,
    ) -> None:
        self.detectors = list(detectors)
        self.tell, self.clock, self.log = tell, clock, log
        self.tickers, self.max_alerts, self.is_over = tickers, max_alerts, False
        self.sequence = Sequence(partial=is_partial)
        self.ticks = self.frames = self.bad = self.alerts = self.connections = 0
        self.heard = 0  # how often ticks came that were not all ahead of the clock
        self.heard_at: datetime | None = None  # when they came last
        self._is_ahead = False

    def connected(self) -> None:
        """A connection was made; if it is not the first, ticks may come again, or be lost."""
        self.connections += 1
        if self.connections > 1:
            self.sequence.reconnect()
            for detector in self.detectors:
                detector.reconnected()

    def take(self, frames: Iterable[str | bytes]) -> None:
        """Feed frames that came together to the detectors, and tell their alerts."""
        assert self.clock
        now, ticks, alerts = self.clock(), list[Tick](), list[Alert]()
        for frame in frames:
            self.frames += 1
            more, bad = decode(frame)
            if bad:
                alerts += self._take_ticks(ticks, now)  # those before it first, as it may report a gap
                ticks = []
                self._take_bad(frame, bad)
            ticks += more
        self._tell([*alerts, *self._take_ticks(ticks, now)])

    def look(self) -> None:
        """Tell what waits for another tick, and has waited for long enough by the clock."""
        assert self.clock
        if self.heard_at is not None:
            passed = max(timedelta(0), self.clock() - self.heard_at - GRACE)
            self._expire(passed)

    def finish(self) -> None:
        """Tell all that waits, as nothing more will come."""
        self._expire(LAST_INSTANT - FIRST_INSTANT)

    def backtest(self, moments: Iterable[list[Tick]]) -> None:
        """Feed the ticks of a recording."""
        for ticks in moments:
            if self.tickers:
                ticks = [tick for tick in ticks if tick.ticker in self.tickers]
            self.ticks += len(ticks)
            self._tell([alert for detector in self.detectors for alert in detector.feed(ticks)])
            if self.is_over:
                return
        self.finish()

    def summary(self) -> str:
        """What was counted, as a line."""
        duplicates = self.sequence.duplicates + self._most("duplicates")
        return (
            f"{self.ticks} ticks, {self.frames} frames, {self.bad} bad, {self._most('late')} late,"
            f" {self._most('quarantined')} quarantined, {duplicates} duplicate, {self._most('outliers')} outliers,"
            f" {self.sequence.gaps} gaps, {max(0, self.connections - 1)} reconnections,"
            f" {self._most('forgotten')} tickers forgotten, {self.alerts} alerts"
        )

    def outliers(self) -> list[str]:
        """The latest of them, as ticker, price and time."""
        latest = {tick for detector in self.detectors for tick in detector.latest_outliers}
        in_order = sorted(latest, key=lambda tick: tick.timestamp)
        return [f"{tick.ticker} {tick.price:f} at {render(tick.timestamp)}" for tick in in_order]

    def _most(self, name: str) -> int:
        """A count of the ticks that every detector looks at; each counts those of its own tickers."""
        return max(int(getattr(detector, name)) for detector in self.detectors)

    def _take_ticks(self, ticks: list[Tick], now: datetime) -> list[Alert]:
        """Return the alerts that they raise."""
        latest = now + AHEAD
        fresh = self.sequence.fresh(ticks, latest)
        if self.tickers:
            fresh = [tick for tick in fresh if tick.ticker in self.tickers]
        before = self._most("quarantined")
        alerts = [alert for detector in self.detectors for alert in self._feed(detector, fresh, latest, now)]
        ahead = self._most("quarantined") - before
        self.ticks += len(fresh) - ahead
        if fresh and (ahead == len(fresh)) != self._is_ahead:
            self._is_ahead = not self._is_ahead
            limit = f"ticks are more than {AHEAD.total_seconds():g} s ahead of our clock, and quarantined"
            self.log(limit if self._is_ahead else "ticks are in time again")
        if ticks and not self._is_ahead:
            self.heard += 1
            self.heard_at = now
        return alerts

    def _feed(self, detector: Detector[Any], ticks: list[Tick], latest: datetime, now: datetime) -> list[Alert]:
        if detector.since is None:
            detector.since = min((tick.timestamp for tick in ticks if tick.timestamp <= latest), default=None)
        return [self._marked(alert, detector, now) for alert in detector.feed(ticks, latest)]

    def _expire(self, passed: timedelta) -> None:
        """Let as much of the feed's time pass as that since the newest tick."""
        self._tell(
            [
                self._marked(alert, detector, self.heard_at)
                for detector in self.detectors
                for alert in detector.expire(detector.feed_time + min(passed, LAST_INSTANT - detector.feed_time))
            ]
        )

    def _marked(self, alert: Alert, detector: Detector[Any], received: datetime | None) -> Alert:
        """Say whether ticks of its window were lost, or came before we listened."""
        begin, end = alert.span
        is_cut = detector.since is not None and begin < detector.since
        return replace(alert, after_gap=is_cut or self.sequence.lost_between(begin, end), received=received)

    def _tell(self, alerts: list[Alert]) -> None:
        if not alerts or self.is_over:
            return
        if self.max_alerts is not None:
            alerts = alerts[: self.max_alerts - self.alerts]
            self.is_over = self.alerts + len(alerts) == self.max_alerts
        self.alerts += len(alerts)
        self.tell(alerts)

    def _take_bad(self, frame: str | bytes, bad: int) -> None:
        """Count what is no tick, unless the frame reports that ticks are lost."""
        gap = gap_of(frame)
        if gap is None:
            self.bad += bad
            return
        self.log(f"the feed no longer has the ticks {gap.first} to {gap.last}")
        if self.sequence.partial:  # otherwise their numbers will be missing
            self.sequence.interrupt()
