"""One ticker in one minute, while ticks come: open and close by their times, and by arrival where these are equal.

Pure: no sockets, no clock.
"""

from datetime import datetime, timedelta

from tick import FIRST_INSTANT, Tick
from watch.candle import Candle
from watch.exact import EXACT, later

MINUTE = timedelta(minutes=1)


def minute_of(instant: datetime) -> datetime:
    """The beginning of the minute that an instant is in."""
    return instant.replace(second=0, microsecond=0)


class Minute:
    """What a candle is made of. A tick from `last` on and before `open_until` is the newest, and nothing else follows.

    `before` is the minute before it of which there are ticks, as long as that is held; `told` what was handed over:
    how many ticks, and whether with a gap.
    """

    __slots__ = (
        "before", "begin", "close", "end", "first", "high",
        "last", "low", "open", "open_until", "ticks", "told", "volume",
    )  # fmt: skip

    def __init__(self, candle: Candle, before: "Minute | None") -> None:
        self.begin, self.end = candle.timestamp, later(candle.timestamp, MINUTE)
        self.open, self.high, self.low, self.close = candle.open, candle.high, candle.low, candle.close
        self.volume, self.ticks = candle.volume, candle.ticks
        self.first, self.last = candle.first, candle.last
        self.open_until = FIRST_INSTANT
        self.before, self.told = before, (0, False)

    @classmethod
    def of(cls, tick: Tick, before: "Minute | None") -> "Minute":
        """That of a first tick."""
        instant, price = tick.timestamp, tick.price
        begin = minute_of(instant)
        only = Candle(tick.ticker, begin, price, price, price, price, tick.quantity, 1, False, instant, instant)
        return cls(only, before)

    def add(self, tick: Tick) -> None:
        """Take a tick of any time in the minute."""
        instant, price = tick.timestamp, tick.price
        if instant >= self.last:
            self.last, self.close = instant, price
        elif instant < self.first:
            self.first, self.open = instant, price
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.ticks += 1
        if tick.quantity is not None:
            self.volume = tick.quantity if self.volume is None else EXACT.add(self.volume, tick.quantity)

    def candle(self, ticker: str, *, gap: bool) -> Candle:
        """As it is now."""
        return Candle(
            ticker, self.begin, self.open, self.high, self.low, self.close,
            self.volume, self.ticks, gap, self.first, self.last,
        )  # fmt: skip
