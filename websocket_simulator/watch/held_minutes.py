"""The minutes of all tickers that are held: the newest, and those that begin up to HELD before it.

A tick of one of these is put in its place, whenever it comes; one of a minute that is held no longer is late, and
counted. Pure: no sockets, no clock.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tick import FIRST_INSTANT, Tick
from watch.exact import EXACT
from watch.minutes import Minute, minute_of

HELD = timedelta(minutes=2)
MAX_HELD = 200_000  # candles; a tick that would begin another one is counted, and left out


class HeldMinutes:
    """`newest` is the newest minute of each ticker, behind which are those before it; `latest` begins the newest."""

    def __init__(self) -> None:
        self.newest: dict[str, Minute] = {}
        self.count = 0
        self.late = self.crowded = 0  # ticks of minutes that are held no longer, and for whose minute there was no room
        self.latest = FIRST_INSTANT

    def of(self, ticker: str) -> Iterator[Minute]:
        """Those of a ticker, the newest first."""
        return _chain(self.newest.get(ticker))

    def put(self, ticker: str, minute: Minute, after: Minute | None = None) -> None:
        """Hold another one; `after` is the one after it, if it is not the newest of the ticker."""
        self.count += 1
        if after:
            after.before = minute
        else:
            self.newest[ticker] = minute
        self.latest = max(self.latest, minute.begin)

    def clear(self) -> None:
        """Hold none."""
        self.newest.clear()
        self.count, self.latest = 0, FIRST_INSTANT

    def take(self, ticks: list[Tick], latest: datetime) -> None:
        """Put ticks in their places, but for those newer than `latest`."""
        newest, add = self.newest, EXACT.add
        for tick in ticks:
            minute, instant = newest.get(tick.ticker), tick.timestamp
            if minute is None or not minute.last <= instant < minute.open_until:
                if instant <= latest:
                    self._place(tick, latest)
                continue
            price, quantity = tick.price, tick.quantity
            minute.last, minute.close = instant, price
            if price > minute.high:
                minute.high = price
            elif price < minute.low:
                minute.low = price
            minute.ticks += 1
            if quantity is not None:
                minute.volume = quantity if minute.volume is None else add(minute.volume, quantity)

    def _place(self, tick: Tick, latest: datetime) -> None:
        """Put a tick into its minute, wherever that is."""
        begin = minute_of(tick.timestamp)
        after, minute = None, self.newest.get(tick.ticker)
        while minute and minute.begin > begin:
            after, minute = minute, minute.before
        if minute and minute.begin == begin:
            minute.add(tick)
        elif self.latest - begin > HELD:
            self.late += 1
            return
        elif self.count >= MAX_HELD:
            self.crowded += 1
            return
        else:
            minute = Minute.of(tick, minute)
            self.put(tick.ticker, minute, after)
        minute.open_until = min(minute.end, latest)

    def let_go(self, ticker: str) -> None:
        """Of what is held no longer."""
        after, minute = None, self.newest.get(ticker)
        while minute and self.latest - minute.begin <= HELD:
            after, minute = minute, minute.before
        self.count -= sum(1 for _ in _chain(minute))
        if after:
            after.before = None
        else:
            self.newest.pop(ticker, None)


def _chain(minute: Minute | None) -> Iterator[Minute]:
    """A minute and those before it that are held."""
    while minute:
        yield minute
        minute = minute.before
