"""What a detector remembers of one ticker that needs no window. Pure."""

from decimal import Decimal

from tick import FIRST_INSTANT, Tick
from watch.exact import INFINITE

MAX_AT_AN_INSTANT = 1000  # different prices of the newest instant that are known again after a reconnection


class Newest:
    """The newest tick of one ticker that is believed, and the prices of all at its instant, MAX_AT_AN_INSTANT at most.

    It is calm nowhere until it is said where. `doubt` is the time of the latest tick that was withdrawn and had hidden
    others: of what was before it, not all is known.
    """

    __slots__ = ("calm_high", "calm_low", "doubt", "instant", "newest", "prices", "until", "waiting")

    def __init__(self, tick: Tick) -> None:
        self.newest = tick
        self.instant, self.prices = tick.timestamp, {tick.price}  # of the last instant that had several ticks
        self.waiting: Tick | None = None
        self.until = self.doubt = FIRST_INSTANT
        self.calm_low = self.calm_high = INFINITE

    def follow(self, tick: Tick) -> None:
        """Make `tick`, which is not older, the newest."""
        if tick.timestamp == self.newest.timestamp:
            prices = self.prices_at_newest()
            if len(prices) < MAX_AT_AN_INSTANT:
                prices.add(tick.price)
        self.newest = tick

    def prices_at_newest(self) -> set[Decimal]:
        """The prices of the ticks at the newest one's instant."""
        if self.instant != self.newest.timestamp:
            self.instant, self.prices = self.newest.timestamp, {self.newest.price}
        return self.prices
