"""A simulated market: prices wander around where they opened, and now and then one of them jumps up.

Pure: randomness and time arrive as arguments, so that a seed repeats a market.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from tick import Tick

OPENING = {"AAPL": 170.25, "MSFT": 421.10, "GOOG": 176.30, "AMZN": 184.90, "NVDA": 121.40, "TSLA": 248.50}
VOLATILITY = 0.0002  # standard deviation of the price's logarithm after one second
RETURN_TIME = 120.0  # seconds in which a price falls back to 1/e of its distance from the opening
JUMP_EVERY = (12.0, 40.0)  # seconds from one jump to the next, uniformly
JUMP_SIZE = (0.025, 0.05)  # of the price, uniformly: above the watch's default threshold

Label = Callable[[Tick, Decimal], None]  # gets the tick with which a price jumped, and the price before


class Market:
    """The prices of `tickers`, each moved `rate` times a second; `label` gets each jump."""

    def __init__(self, tickers: Sequence[str], rate: float, random: Random, label: Label | None = None) -> None:
        self.random, self.interval, self.label = random, 1 / rate, label
        self.opening = [OPENING.get(ticker) or random.uniform(20, 500) for ticker in tickers]
        self.tickers, self.distance = tickers, [0.0] * len(tickers)  # of the logarithms from the opening's
        self.until_jump = random.uniform(*JUMP_EVERY)

    def step(self, now: datetime) -> list[Tick]:
        """Move every price by one interval and return the ticks of that moment, one a ticker."""
        before = self.distance
        stay, spread = math.exp(-self.interval / RETURN_TIME), VOLATILITY * math.sqrt(self.interval)
        self.distance = [stay * distance + self.random.gauss(0, spread) for distance in before]
        jumped = self._jump()
        prices = map(_price, self.opening, self.distance)
        ticks = [Tick(ticker, price, now) for ticker, price in zip(self.tickers, prices, strict=True)]
        if jumped is not None and self.label:
            self.label(ticks[jumped], _price(self.opening[jumped], before[jumped]))
        return ticks

    def _jump(self) -> int | None:
        """Let a price jump if it is time; return whose."""
        self.until_jump -= self.interval
        if self.until_jump > 0:
            return None
        self.until_jump = self.random.uniform(*JUMP_EVERY)
        number = self.random.randrange(len(self.tickers))
        self.distance[number] += math.log1p(self.random.uniform(*JUMP_SIZE))
        return number


def _price(opening: float, distance: float) -> Decimal:
    return Decimal(f"{opening * math.exp(distance):.2f}")
