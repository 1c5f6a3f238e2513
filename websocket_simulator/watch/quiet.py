"""Which tickers are quiet while others tick.

Time counts only while the feed ticks: when a market closes, nobody is quiet. A ticker is looked at by its newest tick,
so that a tick costs nothing here. Pure: time arrives as seconds, of a clock that never jumps.
"""

from collections.abc import Iterable, Sequence

QUIET = 60.0  # seconds without a tick, and
USUALLY = 10  # times its usual interval, after which a ticker is quiet
KNOWN = 3  # intervals from which the usual one is known
MEMORY = 8  # intervals that the usual one is the mean of, about
PAUSE = 10.0  # seconds between two ticks of the feed that count at most
NAMED = 5  # tickers that a line names


class Ticker:
    """What is known of one ticker; instants are seconds in which the feed ticked."""

    __slots__ = ("intervals", "is_quiet", "newest", "seen", "usual")

    def __init__(self, newest: object, seen: float) -> None:
        self.newest, self.seen = newest, seen
        self.intervals, self.usual = 0, 0.0
        self.is_quiet = False

    def tick(self, newest: object, now: float) -> None:
        """It ticked since the last look."""
        self.intervals += 1
        self.usual += (now - self.seen - self.usual) / min(self.intervals, MEMORY)
        self.newest, self.seen = newest, now

    def is_overdue(self, now: float) -> bool:
        """Whether it has been silent for longer than is usual."""
        return self.intervals >= KNOWN and now - self.seen > max(QUIET, USUALLY * self.usual)


class Quiet:
    """The tickers of one feed, over all its connections; `tickers` are those that are quiet, in order."""

    def __init__(self) -> None:
        self.tickers: tuple[str, ...] = ()
        self._known: dict[str, Ticker] = {}
        self._now = 0.0  # seconds in which the feed ticked
        self._heard = 0
        self._ticked: float | None = None

    def look(self, at: float, heard: int, newest: Iterable[tuple[str, object]]) -> list[str]:
        """Return lines that tell what has changed.

        `at` are seconds, `heard` is a number that rises with the feed's ticks, and `newest` has each ticker with its
        newest tick: another object after each tick.
        """
        if heard == self._heard:
            return []  # the feed is silent: time stands still
        if self._ticked is not None:
            self._now += min(at - self._ticked, PAUSE)
        self._ticked, self._heard = at, heard
        self._known, before = {ticker: self._seen(ticker, tick) for ticker, tick in newest}, self.tickers
        self.tickers = tuple(sorted(ticker for ticker, known in self._known.items() if known.is_quiet))
        fell_quiet, tick_again = set(self.tickers) - set(before), (set(before) - set(self.tickers)) & self._known.keys()
        lines = []
        if fell_quiet:
            lines.append(f"no tick for more than {QUIET:g} s, while others tick, of {named(sorted(fell_quiet))}")
        if tick_again:
            lines.append(f"ticks come again of {named(sorted(tick_again))}")
        return lines

    def _seen(self, ticker: str, newest: object) -> Ticker:
        known = self._known.get(ticker)
        if known is None:
            return Ticker(newest, self._now)
        if known.newest is not newest:
            known.tick(newest, self._now)
            known.is_quiet = False
        elif not known.is_quiet:
            known.is_quiet = known.is_overdue(self._now)
        return known


def named(tickers: Sequence[str]) -> str:
    """The first NAMED of them, and how many more there are."""
    if len(tickers) > NAMED:
        return f"{', '.join(tickers[:NAMED])} and {len(tickers) - NAMED} more"
    return ", ".join(tickers)
