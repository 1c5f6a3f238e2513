"""A simulated market: prices wander around where they opened, and now and then one of them jumps up.

Pure: randomness and time arrive as arguments, so that a seed repeats a market.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from tick import Tick

OPENING = {"AAPL": 170.25, "MSFT": 421.10, "GOOG": 176.30, "AMZN": 184.90, "NVDA": 121.40, "TSLA": 248.50}
VOLATILITY = 0.0002  # standard deviation of the price's logarithm after one second
RETURN_TIME = 120.0  # seconds in which a price falls back to 1/e of its distance from the opening
JUMP_EVERY = (12.0, 40.0)  # seconds from one jump to the next, uniformly
JUMP_SIZE = (0.025, 0.05)  # of the price, uniformly: above the watch's default threshold


class Market:
    """The prices of `tickers`, each moved `rate` times a second."""

    def __init__(self, tickers: Sequence[str], rate: float, random: Random) -> None:
        self.random, self.interval = random, 1 / rate
        self.opening = [OPENING.get(ticker) or random.uniform(20, 500) for ticker in tickers]
        self.tickers, self.distance = tickers, [0.0] * len(tickers)  # of the logarithms from the opening's
        self.until_jump = random.uniform(*JUMP_EVERY)

    def step(self, now: datetime) -> list[Tick]:
        """Move every price by one interval and return the ticks of that moment, one a ticker."""
        stay, spread = math.exp(-self.interval / RETURN_TIME), VOLATILITY * math.sqrt(self.interval)
        self.distance = [stay * distance + self.random.gauss(0, spread) for distance in self.distance]
        self.until_jump -= self.interval
        if self.until_jump <= 0:
            self.until_jump = self.random.uniform(*JUMP_EVERY)
            self.distance[self.random.randrange(len(self.tickers))] += math.log1p(self.random.uniform(*JUMP_SIZE))
        return [
            Tick(ticker, Decimal(f"{opening * math.exp(distance):.2f}"), now)
            for ticker, opening, distance in zip(self.tickers, self.opening, self.distance, strict=True)
        ]
