"""Which tickers are quiet while others tick.

Time counts only while the feed ticks: when a market closes, nobody is quiet. A ticker is looked at by its newest tick,
so that a tick costs nothing here. Pure: time arrives as seconds, of a clock that never jumps.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Protocol

QUIET = 60.0  # seconds without a tick, and
USUALLY = 10  # times its usual interval, after which a ticker is quiet
KNOWN = 3  # intervals from which the usual one is known
MEMORY = 8  # intervals that the usual one is the mean of, about
PAUSE = 10.0  # seconds between two ticks of the feed that count at most
MAX_LOOKED = 5000  # tickers at one look; with more, each is looked at every few seconds
NAMED = 5  # tickers that a line names


class Ticks(Protocol):
    """What is remembered of one ticker elsewhere."""

    @property
    def newest(self) -> object:
        """Its newest tick: another object after each tick."""


class Ticker:
    """What is known of one ticker; instants are seconds in which the feed ticked."""

    __slots__ = ("due", "intervals", "is_quiet", "newest", "seen", "usual")

    def __init__(self, newest: object, seen: float) -> None:
        self.newest, self.seen = newest, seen
        self.intervals, self.usual = 0, 0.0
        self.due, self.is_quiet = inf, False  # when it has been silent for longer than is usual

    def tick(self, newest: object, now: float) -> None:
        """It ticked since it was last looked at."""
        self.intervals += 1
        self.usual += (now - self.seen - self.usual) / min(self.intervals, MEMORY)
        self.newest, self.seen, self.is_quiet = newest, now, False
        if self.intervals >= KNOWN:
            self.due = now + max(QUIET, USUALLY * self.usual)


class Quiet:
    """The tickers of one feed, over all its connections; `tickers` are those that are quiet, in order."""

    def __init__(self) -> None:
        self.tickers: tuple[str, ...] = ()
        self._known: dict[str, Ticker] = {}
        self._now = 0.0  # seconds in which the feed ticked
        self._heard = 0
        self._ticked: float | None = None
        self._waiting: list[str] = []  # to be looked at

    def look(self, at: float, heard: int, tickers: Mapping[str, Ticks]) -> list[str]:
        """Look at MAX_LOOKED of the tickers, and return lines that tell what has changed.

        `at` are seconds, and `heard` is a number that rises with the feed's ticks.
        """
        if heard == self._heard:
            return []  # the feed is silent: time stands still
        if self._ticked is not None:
            self._now += min(at - self._ticked, PAUSE)
        self._ticked, self._heard = at, heard
        if not self._waiting:
            self._begin_round(tickers)
        fell_quiet, tick_again = self._look_at(self._waiting[:MAX_LOOKED], tickers)
        del self._waiting[:MAX_LOOKED]
        self.tickers = tuple(sorted({*self.tickers, *fell_quiet}.difference(tick_again)))
        lines = []
        if fell_quiet:
            lines.append(f"no tick for more than {QUIET:g} s, while others tick, of {named(sorted(fell_quiet))}")
        if tick_again:
            lines.append(f"ticks come again of {named(sorted(tick_again))}")
        return lines

    def _begin_round(self, tickers: Mapping[str, Ticks]) -> None:
        """All are to be looked at again, but for those that were forgotten."""
        for ticker in self._known.keys() - tickers.keys():
            del self._known[ticker]
        self.tickers = tuple(ticker for ticker in self.tickers if ticker in tickers)
        self._waiting = list(tickers)

    def _look_at(self, names: list[str], tickers: Mapping[str, Ticks]) -> tuple[list[str], list[str]]:
        """Which became quiet, and which tick again."""
        fell_quiet, tick_again, now = list[str](), list[str](), self._now
        for name in names:
            if name not in tickers:  # it was forgotten since
                continue
            newest, known = tickers[name].newest, self._known.get(name)
            if known is None:
                self._known[name] = Ticker(newest, now)
            elif known.newest is not newest:
                if known.is_quiet:
                    tick_again.append(name)
                known.tick(newest, now)
            elif now > known.due and not known.is_quiet:
                known.is_quiet = True
                fell_quiet.append(name)
        return fell_quiet, tick_again


def named(tickers: Sequence[str]) -> str:
    """The first NAMED of them, and how many more there are."""
    if len(tickers) > NAMED:
        return f"{', '.join(tickers[:NAMED])} and {len(tickers) - NAMED} more"
    return ", ".join(tickers)
