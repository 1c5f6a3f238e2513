"""What was seen of one ticker in one minute, as a value, and what two of them know together.

That the ledger has half a candle, gets one twice, or gets an older one last, does no harm: it joins what it is told of
a minute as `joined` does. Pure: no sockets, no clock.
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from tick import render

Key = tuple[str, datetime]


class Candle(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The ticks of `ticker` in the minute that begins at `timestamp`; `first` and `last` are instants of two of them.

    `volume` is None if no tick had a quantity. `gap` says that there may have been more ticks.
    """

    ticker: str
    timestamp: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None
    ticks: int
    gap: bool
    first: datetime
    last: datetime

    @property
    def key(self) -> Key:
        """What it is the candle of."""
        return self.ticker, self.timestamp


def joined(one: Candle, other: Candle) -> Candle:
    """What both know of the same minute of a ticker; the order makes no difference, and repeating changes nothing.

    At equal instants the one with more ticks knows its open and close better. That holds for any number of parts of a
    minute that grow one out of the other, as those of one watch do. Of others, the ledger keeps more than is here: how
    many ticks the part had whose open or close it has.
    """
    both = (one, other)
    volumes = [candle.volume for candle in both if candle.volume is not None]
    opens = min(both, key=lambda candle: (candle.first, -candle.ticks, candle.open))
    closes = max(both, key=lambda candle: (candle.last, candle.ticks, candle.close))
    fuller = max(both, key=lambda candle: (candle.ticks, not candle.gap))
    return Candle(
        one.ticker,
        one.timestamp,
        open=opens.open,
        high=max(one.high, other.high),
        low=min(one.low, other.low),
        close=closes.close,
        volume=max(volumes, default=None),
        ticks=fuller.ticks,
        gap=fuller.gap,
        first=opens.first,
        last=closes.last,
    )


def json_of(candle: Candle) -> str:
    """The object that the ledger's API takes: exact strings, instants in UTC."""
    prices = ",".join(f'"{name}":"{getattr(candle, name):f}"' for name in ("open", "high", "low", "close"))
    volume = "null" if candle.volume is None else f'"{candle.volume:f}"'
    gap = "true" if candle.gap else "false"
    return (
        f'{{"ticker":"{candle.ticker}","timestamp":"{render(candle.timestamp)}",{prices},"volume":{volume},'
        f'"ticks":{candle.ticks},"gap":{gap},"first":"{render(candle.first)}","last":"{render(candle.last)}"}}'
    )
