"""Detectors that see the same ticks look at most of them once.

Nearly all ticks are calm for every rule. Detectors of levels ride on a detector of rises, their host: each of its
windows calls calm only what is calm for all. A calm tick comes to the host alone; the riders catch up with it before
anything looks at what they know. Every other tick comes to each of them. What is found is what each would find by
itself; see the tests.

    | the detectors are fed           | while                                                                     |
    | each by itself                  | one has no room for more tickers, which it would have to forget in order, |
    |                                 | or the riders have seen another time of the feed than the host            |
    | together                        | otherwise                                                                 |

Pure: no sockets, no clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from tick import LAST_INSTANT, Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.exact import INFINITE
from watch.levels import LevelDetector
from watch.tickers import Detector

Found = dict[Detector[Any], list[Alert]]


class Ride:
    """A host and its riders, none of which has hours."""

    def __init__(self, host: SpikeDetector, riders: Sequence[LevelDetector]) -> None:
        self.host, self.riders = host, riders
        self._all: list[Detector[Any]] = [host, *riders]
        self._is_joined = False
        self._room = 0  # for so many ticks, at least, none of them has to forget a ticker

    def feed(self, ticks: Sequence[Tick], latest: datetime, found: Found) -> None:
        """Let them take the next ticks, and put down what each of them finds."""
        if not self._has_room(len(ticks)) or not self._join():
            self.part()
            found.update({one: one.feed(ticks, latest) for one in self._all})
            return
        host, riders = self.host, self.riders
        alerts = found[host] = list[Alert]()
        for tick in host.pass_calm(ticks, alerts, lambda: self._horizon(latest)):
            for rider in riders:
                rider.feed_time = host.feed_time
                rider.take(tick, latest, found.setdefault(rider, []))
            host.take(tick, latest, alerts)
            if tick.timestamp <= host.feed_time:  # it was not quarantined
                self._narrow(tick.ticker)
        for rider in riders:
            rider.feed_time = host.feed_time

    def withdraw(self, tick: Tick, detectors: Iterable[Detector[Any]], found: Found) -> None:
        """Let these of them take out a tick; the next one of its ticker comes to all."""
        if self._is_joined:
            self._let_come_to_all(tick.ticker)
        found.update({one: one.withdraw(tick) for one in self._all if one in detectors})

    def _let_come_to_all(self, ticker: str) -> None:
        for rider in self.riders:
            if level := rider.windows.get(ticker):
                level.catch_up()
                level.host = None
        if window := self.host.windows.get(ticker):
            window.narrow(INFINITE, INFINITE)

    def part(self) -> None:
        """Let each of them be fed by itself."""
        if self._is_joined:
            self._is_joined = False
            for rider in self.riders:
                rider.catch_up()
                for level in rider.windows.values():
                    level.host = None
            for window in self.host.windows.values():
                window.narrow(-INFINITE, INFINITE)

    def _join(self) -> bool:
        """Let the next tick of each ticker come to all, if they have seen the same time of the feed."""
        if not self._is_joined and all(rider.feed_time == self.host.feed_time for rider in self.riders):
            self._is_joined = True
            for window in self.host.windows.values():
                window.narrow(INFINITE, INFINITE)
        return self._is_joined

    def _has_room(self, count: int) -> bool:
        """Whether they can take so many ticks, each of a new ticker."""
        self._room -= count
        if self._room < 0:
            self._room = min(one.max_tickers - len(one.windows) for one in self._all) - count
        return self._room >= 0

    def _horizon(self, latest: datetime) -> datetime:
        """The first instant after which one of them has something to do that no calm tick lets it do."""
        for one in self._all:
            latest = one.horizon(latest)
        return latest

    def _narrow(self, ticker: str) -> None:
        """Let its next tick come to the host alone if it is calm for all."""
        window, floor, ceiling = self.host.windows.get(ticker), -INFINITE, INFINITE
        if window is None:
            return
        for rider in self.riders:
            level = rider.windows.get(ticker)
            if level is None:
                continue
            level.ride(window)
            if level.calm_low > floor:
                floor = level.calm_low
            if level.calm_high < ceiling:
                ceiling = level.calm_high
            if level.newest.timestamp > window.newest.timestamp:
                floor = INFINITE
        window.narrow(floor, ceiling)


class Together:
    """All detectors of a watch, in order."""

    def __init__(self, detectors: Iterable[Detector[Any]]) -> None:
        self.detectors = list(detectors)
        riders: dict[SpikeDetector, list[LevelDetector]] = {}
        for detector in self.detectors:
            if isinstance(detector, LevelDetector) and (host := self._host_of(detector)):
                riders.setdefault(host, []).append(detector)
        self._rides = [Ride(*pair) for pair in riders.items()]
        riding = {*riders, *chain.from_iterable(riders.values())}
        self._alone = [detector for detector in self.detectors if detector not in riding]

    def feed(self, ticks: Sequence[Tick], latest: datetime = LAST_INSTANT) -> list[tuple[Detector[Any], list[Alert]]]:
        """Let all detectors take the next ticks; return those that found something, in their order, and what it is."""
        found: Found = {}
        for ride in self._rides:
            ride.feed(ticks, latest, found)
        for detector in self._alone:
            found[detector] = detector.feed(ticks, latest)
        return [(detector, found[detector]) for detector in self.detectors if found.get(detector)]

    def withdraw(self, tick: Tick, detectors: Iterable[Detector[Any]]) -> list[tuple[Detector[Any], list[Alert]]]:
        """Let these detectors take out a tick that was withdrawn; return what they find without it, as `feed` does."""
        found: Found = {}
        of, alone = set(detectors), set(self._alone)
        for ride in self._rides:
            ride.withdraw(tick, of, found)
        found.update({one: one.withdraw(tick) for one in of & alone})
        return [(detector, found[detector]) for detector in self.detectors if found.get(detector)]

    def part(self) -> None:
        """Let each of them be fed by itself, until the next `feed`."""
        for ride in self._rides:
            ride.part()

    def _host_of(self, rider: LevelDetector) -> SpikeDetector | None:
        """The first that finds rises and takes all of its tickers, at all hours."""
        tickers = set(rider.rule.tickers)
        for one in self.detectors:
            if not isinstance(one, SpikeDetector) or one.is_of_falls or one.is_open or rider.is_open:
                continue
            if "*" in one.rule.tickers or tickers <= set(one.rule.tickers):
                return one
        return None
