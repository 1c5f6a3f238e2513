"""The lows of one ticker's window: the ticks that may still become its low. Pure."""

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal

from tick import LAST_INSTANT, Tick, is_same
from watch.newest import Newest
from watch.older import Older


class Lows(Newest):
    """`lows` has them in the order of their times: each is lower than all after it, so the first is the low.

    So a tick costs constant amortised work however long the window is. Of ticks at one instant it holds the lowest
    alone. Where there are many, the older ones are in `older`. There is none after the only tick known was withdrawn,
    until the next one comes; then `newest` is the one that was withdrawn.
    """

    __slots__ = ("length", "lows", "older")

    def __init__(self, tick: Tick, length: timedelta) -> None:
        super().__init__(tick)
        self.length, self.lows = length, deque([tick])
        self.older: Older | None = None

    def oldest(self) -> Tick:
        """The low of the window."""
        return self.lows[0] if self.older is None else self.older.front[0]

    def after_oldest(self) -> Tick:
        """Drop the oldest low; return the next one."""
        if self.older is None:
            self.lows.popleft()
        else:
            self.older.drop_first()
            self.older = self.older if len(self.older) else None
        return self.oldest()

    def all_lows(self) -> list[Tick]:
        """The oldest first."""
        return [*self.older, *self.lows] if self.older else list(self.lows)

    def low_at(self, instant: datetime) -> Tick | None:
        """The low of the window that ends at `instant`, which is not before the newest tick."""
        begun = (low for low in self.all_lows() if instant <= self.leaves_at(low))
        return next(begun, None)

    def leaves_at(self, low: Tick) -> datetime:
        """Up to when it is in the window; one whose time was rounded up leaves it sooner, never later."""
        length = self.length
        try:
            return low.timestamp + (length - timedelta.resolution if low.finer else length)
        except OverflowError:
            return LAST_INSTANT

    def put(self, tick: Tick) -> None:
        """Put a tick where its time belongs, whether it has left the window or not."""
        if self.older is not None and (
            tick.price <= self.older.newest.price or tick.timestamp <= self.lows[0].timestamp
        ):
            self._unpack()
        if tick.timestamp > self.newest.timestamp:
            self.newest, lows = tick, self.lows
            while lows and lows[-1].price >= tick.price:
                lows.pop()
            lows.append(tick)
            return
        if tick.timestamp == self.newest.timestamp:
            self.follow(tick)
        self._insert(tick)

    def take_out(self, tick: Tick) -> bool:
        """Take out a tick that was withdrawn; return whether it was there.

        What it had hidden is not known: if it was the newest, the latest low takes its place.
        """
        self._unpack()
        lows = deque(low for low in self.lows if not is_same(low, tick))
        was_low, was_newest = len(lows) < len(self.lows), is_same(self.newest, tick)
        self.lows = lows
        if was_newest:
            self.newest = lows[-1] if lows else self.newest
        elif was_low and not (lows and lows[-1].timestamp == self.newest.timestamp):
            lows.append(self.newest)  # which had the same time, and a higher price
        if was_low or was_newest:
            self.doubt = max(self.doubt, tick.timestamp)
        return was_low or was_newest

    def _insert(self, tick: Tick) -> None:
        """Put a tick that is not newer than the newest among the lows, if it may be or become the low."""
        lows, later = self.lows, []
        while lows and lows[-1].timestamp > tick.timestamp:
            later.append(lows.pop())
        if lows and lows[-1].timestamp == tick.timestamp:
            next_low: Decimal | None = lows[-1].price
        else:
            next_low = later[-1].price if later else None
        if next_low is None or tick.price < next_low:
            while lows and lows[-1].price >= tick.price:
                lows.pop()
            lows.append(tick)
        lows.extend(reversed(later))

    def _unpack(self) -> None:
        """Have all lows at hand."""
        self.lows, self.older = deque(self.all_lows()), None
