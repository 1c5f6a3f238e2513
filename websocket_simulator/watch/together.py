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
from typing import Any

from tick import LAST_INSTANT, Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.exact import INFINITE
from watch.levels import LevelDetector
from watch.tickers import Detector


class Ride:
    """A host and its riders, none of which has hours."""

    def __init__(self, host: SpikeDetector, riders: Sequence[LevelDetector]) -> None:
        self.host, self.riders = host, riders
        self._all: list[Detector[Any]] = [host, *riders]
        self._is_joined = False

    def feed(self, ticks: Sequence[Tick], latest: datetime) -> list[list[Alert]]:
        """Return the alerts of each, the host's first."""
        if not self._is_possible(len(ticks)):
            self.part()
            return [one.feed(ticks, latest) for one in self._all]
        self._join()
        found = [list[Alert]() for _ in self._all]
        host = self.host
        for tick in host.pass_calm(ticks, found[0], lambda: self._horizon(latest)):
            for rider, alerts in zip(self.riders, found[1:], strict=True):
                rider.feed_time = host.feed_time
                rider.take(tick, latest, alerts)
            host.take(tick, latest, found[0])
            if tick.timestamp <= host.feed_time:  # it was not quarantined
                self._narrow(tick.ticker)
        for rider in self.riders:
            rider.feed_time = host.feed_time
        return found

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

    def _join(self) -> None:
        """Let the next tick of each ticker come to all."""
        if not self._is_joined:
            self._is_joined = True
            for window in self.host.windows.values():
                window.narrow(INFINITE, INFINITE)

    def _is_possible(self, count: int) -> bool:
        """Whether they can take this many ticks together."""
        feed_time = self.host.feed_time
        return all(len(one.windows) + count <= one.max_tickers and one.feed_time == feed_time for one in self._all)

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
        self._riders: dict[SpikeDetector, list[LevelDetector]] = {}
        for detector in self.detectors:
            if isinstance(detector, LevelDetector) and (host := self._host_of(detector)):
                self._riders.setdefault(host, []).append(detector)
        self._rides = [Ride(host, riders) for host, riders in self._riders.items()]

    def feed(self, ticks: Sequence[Tick], latest: datetime = LAST_INSTANT) -> list[tuple[Detector[Any], list[Alert]]]:
        """Let all detectors take the next ticks; return what each of them found, in their order."""
        found: dict[Detector[Any], list[Alert]] = {}
        for ride in self._rides:
            found.update(zip((ride.host, *ride.riders), ride.feed(ticks, latest), strict=True))
        return [(one, found[one] if one in found else one.feed(ticks, latest)) for one in self.detectors]

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
