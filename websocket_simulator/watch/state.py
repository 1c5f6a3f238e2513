"""Frames in, alerts told, and everything counted on the way."""

from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Several
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from notices import Heartbeat, Withdrawal
from tick import FIRST_INSTANT, LAST_INSTANT, Gap, Tick, render
from watch.alert import Alert
from watch.candles import Candles
from watch.exact import later
from watch.health import Health
from watch.history import History
from watch.intake import Intake
from watch.quiet import Quiet
from watch.raised import Raised, RaisedAlert
from watch.sequence import Sequence
from watch.snapshot import Restored
from watch.tickers import AHEAD, LATENESS, Detector
from watch.together import Together
from watch.withdrawn import Reason

LONG_BEFORE = timedelta(minutes=1)
GRACE = timedelta(seconds=0.25)  # how much longer than the tick before it a tick may have been on its way


class Watch:
    """What the client knows of one feed, over all its connections.

    `tickers` are those watched (none: all), `tell` gets the alerts that came together, and `log` a line for each
    change of state. The watch is over after `max_alerts`. `is_partial` says that the feed is asked for `tickers`
    alone. For a recording there is no `clock`. `history` gets what came, for rules that are tried, and so do
    `candles`. `tell` may return how many were new; what is raised when the watch is over is `left`. `raised` has what
    was told, and `withdraw` gets those of them that rest on a trade which the venue took back, the reason, and when
    that was heard.
    """

    def __init__(
        self,
        detectors: Several[Detector[Any]],
        tell: Callable[[list[Alert]], int | None],
        *,
        log: Callable[[str], None],
        clock: Callable[[], datetime] | None = None,
        tickers: frozenset[str] = frozenset(),
        is_partial: bool = False,
        max_alerts: int | None = None,
        history: History | None = None,
        candles: Candles | None = None,
        raised: Raised | None = None,
        withdraw: Callable[[list[RaisedAlert], Reason, datetime], None] = lambda alerts, reason, at: None,
    ) -> None:
        self._together = Together(detectors)
        self.tell, self.clock, self.log = tell, clock, log
        self.tickers, self.max_alerts, self.is_over, self.history = tickers, max_alerts, False, history
        self.candles = candles
        self.sequence = Sequence(partial=is_partial)
        self.health, self.quiet, self.kinds = Health(), Quiet(), Counter[str]()
        self.raised, self.withdraw = Raised() if raised is None else raised, withdraw
        self.left: list[Alert] = []
        self.intake = Intake(self.health)
        self.ticks = self.alerts = self.connections = 0
        self.heard = 0  # how often ticks came that were not all ahead of the clock
        self.heard_at: datetime | None = None  # when they came last
        self.first: Tick | None = None  # of the feed, since it began anew
        self.restored: Restored | None = None  # until all ticks that a snapshot knows have come again
        self.is_back = False  # on a connection after another one, of which nothing has come yet
        self.asks_for_all = False  # as an earlier life may have heard what it did not come to keep
        self.began_anew: Callable[[], None] = lambda: None  # is called when the feed did
        self.is_ahead = False

    @property
    def detectors(self) -> list[Detector[Any]]:
        """One for each rule, in order."""
        return self._together.detectors

    @detectors.setter
    def detectors(self, detectors: Several[Detector[Any]]) -> None:
        self._together.part()
        self._together = Together(detectors)

    def resume(self, restored: Restored) -> None:
        """Go on from a snapshot, from which the detectors were restored."""
        self.restored, self.first, self.sequence = restored, restored.first, restored.sequence
        self.asks_for_all = self.first is None
        self.raised.restore(restored.raised)

    def connected(self) -> None:
        """A connection was made; if it is not the first, ticks may come again, or be lost."""
        self.connections += 1
        if self.connections > 1 or self.restored:
            self.is_back = True
            self.sequence.reconnect()
            for detector in self.detectors:
                detector.reconnected()

    def take(self, frames: list[bytes]) -> None:
        """Feed frames that came together to the detectors, and tell their alerts."""
        assert self.clock
        now, alerts = self.clock(), list[Alert]()
        if self.sequence.newest - now > LONG_BEFORE:
            self._begin_anew_as_the_clock_was_set_back()
        for event in self.intake.read(frames):
            if isinstance(event, list):
                alerts += self._take_ticks(event, now)
            elif isinstance(event, Withdrawal):
                self._tell(alerts)  # before one of them is withdrawn
                alerts = self._take_back(event, now)
            else:
                self._hear(event)
        self._tell(alerts)
        if self.candles:
            self.candles.settle()

    def look(self, at: float, stale: float) -> None:
        """Say what has changed in what the feed does; called once a second, `at` in seconds of the loop's clock.

        No tick for `stale` seconds is said.
        """
        assert self.clock
        lines = self.health.look(self.sequence, at, self.clock(), self.heard, stale)
        widest = self._widest()
        widest.catch_up()
        for line in lines + self.quiet.look(at, self.heard, widest.windows):
            self.log(line)

    def _widest(self) -> Detector[Any]:
        """The detector that sees most tickers, at all hours if there is such a one."""
        return max(self.detectors, key=lambda detector: (detector.is_open is None, len(detector.windows)))

    def let_time_pass(self) -> None:
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
            alerts = [alert for _, found in self._together.feed(ticks) for alert in found]
            self._tell(sorted(alerts, key=_due) if len(self.detectors) > 1 else alerts)
            if self.is_over:
                return
        self.finish()

    def summary(self) -> str:
        """What was counted, as a line."""
        errors = f" {self.health.errors} errors," if self.health.errors else ""
        return (
            f"{self.ticks} ticks, {self.intake.frames} frames, {self.intake.bad} bad,{errors}"
            f" {self.count_of('late')} late, {self.count_of('quarantined')} quarantined, {self.duplicates} duplicate,"
            f" {self.count_of('outliers')} outliers, {self.sequence.gaps} gaps,"
            f" {max(0, self.connections - 1)} reconnections,"
            f" {self.count_of('forgotten')} tickers forgotten, {self.alerts} alerts"
        )

    @property
    def duplicates(self) -> int:
        """Ticks that had come before, by the feed's numbers or by their content."""
        return self.sequence.duplicates + self.count_of("duplicates")

    def outliers(self) -> list[str]:
        """The latest of them, as ticker, price and time."""
        latest = {tick for detector in self.detectors for tick in detector.latest_outliers}
        in_order = sorted(latest, key=lambda tick: tick.timestamp)
        return [f"{tick.ticker} {tick.price:f} at {render(tick.timestamp)}" for tick in in_order]

    def count_of(self, name: str) -> int:
        """A count of the ticks that every detector looks at; each counts those of its own tickers."""
        return max(int(getattr(detector, name)) for detector in self.detectors)

    def _take_ticks(self, ticks: list[Tick], now: datetime) -> list[Alert]:
        """Return the alerts that they raise."""
        latest, last = now + AHEAD, self.sequence.last
        fresh = self._fresh(ticks, latest)
        if self.is_back and fresh:
            self.is_back = False
            self._look_whether_it_began_anew(fresh[0], last)
        if self.first is None and fresh:
            self.first, self.asks_for_all = fresh[0], False
        if self.history:
            self.history.add([tick for tick in fresh if tick.timestamp <= latest])
        before = self.count_of("quarantined")
        found = self._feed(fresh, latest)
        alerts = [self._marked(alert, detector, now) for detector, alerts in found for alert in alerts]
        if self.candles and fresh:
            self.candles.add(self.restored.fresh(self.candles, fresh) if self.restored else fresh, latest)
        if self.restored and (self.sequence.last or 0) >= self.restored.last:
            self.restored = None
        ahead = self.count_of("quarantined") - before
        self.ticks += len(fresh) - ahead
        if fresh and (ahead == len(fresh)) != self.is_ahead:
            self.is_ahead = not self.is_ahead
            limit = f"ticks are more than {AHEAD.total_seconds():g} s ahead of our clock, and quarantined"
            self.log(limit if self.is_ahead else "ticks are in time again")
        if ticks:
            self.health.understood()
            if not self.is_ahead:
                self.heard += 1
                self.heard_at = now
        return alerts

    def _hear(self, notice: Heartbeat | Gap) -> None:
        if isinstance(notice, Heartbeat):
            self._beat(notice.seq)
            return
        if not self.sequence.lose(notice.last):
            return
        if notice.first == notice.last:  # so a feed tells what its source has lost, however much that is
            self.log(f"the feed has lost ticks at number {notice.first}: one, or all that its source did not give it")
        else:
            self.log(f"the feed no longer has the ticks {notice.first} to {notice.last}")

    def _take_back(self, withdrawal: Withdrawal, now: datetime) -> list[Alert]:
        """Withdraw the alerts that rest on a trade; return those that are due without it."""
        ticker, seq = withdrawal.ticker, withdrawal.seq
        if not self.sequence.take_number(seq) or (self.tickers and ticker not in self.tickers):
            return []
        if found := self.raised.withdraw(withdrawal):
            self.withdraw(found, withdrawal.reason, now)
        tick = Tick(ticker, withdrawal.price, withdrawal.timestamp, withdrawal.of)
        detectors = self.detectors
        if restored := self.restored:
            detectors = [one for one in detectors if not restored.knows(one, ticker, seq)]
        due = self._together.withdraw(tick, detectors)
        return [self._marked(alert, detector, now) for detector, alerts in due for alert in alerts]

    def _beat(self, seq: int) -> None:
        """The feed has given this number last, so nothing came later if we have it."""
        self.sequence.declare(seq)
        if self.candles and self.clock and self.heard_at and self.sequence.has_all_to(seq):
            passed = max(timedelta(0), self.clock() - self.heard_at - GRACE)
            self.candles.reach(later(self.sequence.newest, passed))

    def _fresh(self, ticks: list[Tick], latest: datetime) -> list[Tick]:
        """Those that have not come before, and are watched."""
        restarts = self.sequence.restarts
        fresh = self.sequence.fresh(ticks, latest)
        if self.sequence.restarts != restarts:
            self.restored = None  # the numbers that it knows are of another count
        return [tick for tick in fresh if tick.ticker in self.tickers] if self.tickers else fresh

    def _look_whether_it_began_anew(self, tick: Tick, last: int | None) -> None:
        """A recording that is played again has new numbers and old times: what is known is of another time.

        `tick` is the first of a connection. It has come as the first before, or is a minute older than that.
        """
        first, known = self.first, max(detector.feed_time for detector in self.detectors)
        if first is None or last is None or tick.seq is None or tick.seq <= last or known - tick.timestamp <= LATENESS:
            return
        is_first = (tick.ticker, tick.price, tick.timestamp) == (first.ticker, first.price, first.timestamp)
        if is_first or first.timestamp - tick.timestamp > LONG_BEFORE:
            self.log(f"the feed began anew: it is at {render(tick.timestamp)} again")
            self._forget()
            self.began_anew()

    def _begin_anew_as_the_clock_was_set_back(self) -> None:
        """What is known is of a time to come; until then all ticks would be late."""
        self.log(f"our clock was set back: the newest tick is of {render(self.sequence.newest)}; the watch begins anew")
        self.sequence.set_back()
        self._forget()

    def _forget(self) -> None:
        """Tell what waits, and know nothing."""
        self.finish()
        self.restored = self.first = None
        if self.candles:
            self.candles.forget(self.sequence)
        for detector in self.detectors:
            detector.forget()

    def _feed(self, ticks: list[Tick], latest: datetime) -> list[tuple[Detector[Any], list[Alert]]]:
        """What each detector finds."""
        for detector in self.detectors:
            if detector.since is None:
                detector.since = min((tick.timestamp for tick in ticks if tick.timestamp <= latest), default=None)
        if not self.restored:
            return self._together.feed(ticks, latest)
        self._together.part()
        fresh = self.restored.fresh
        return [(detector, detector.feed(fresh(detector, ticks), latest)) for detector in self.detectors]

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
        is_unsure = is_cut or detector.is_in_doubt(alert.tick.ticker, begin) or self.sequence.lost_between(begin, end)
        return replace(alert, after_gap=is_unsure, received=received)

    def _tell(self, alerts: list[Alert]) -> None:
        while alerts and not self.is_over:
            room = len(alerts) if self.max_alerts is None else self.max_alerts - self.alerts
            some, alerts = alerts[:room], alerts[room:]
            self.alerts += len(some)
            self.kinds.update(alert.rule.kind for alert in some)
            told = self.tell(some)
            self.alerts -= 0 if told is None else len(some) - told
            self.is_over = self.alerts == self.max_alerts
        self.left += alerts


def _due(alert: Alert) -> datetime:
    """When it is told, or shortly before: the tick that confirmed it came next."""
    return alert.tick.timestamp if alert.confirmed else later(alert.tick.timestamp, alert.rule.confirm)
