"""One ticker within its window: the low, and up to where a price is quiet.

All prices are compared exactly. Where falls are watched, prices are negated, and a low is a high. Pure.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact

from ..tick import LAST_INSTANT, Tick

EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact])  # not for divisions
HALF = Decimal("0.5")
ROUNDED = Context(prec=28)
MAX_AT_AN_INSTANT = 1000  # different prices of the newest instant that are known again after a reconnection


@dataclass(frozen=True, slots=True)
class Rule:
    """A move of more than `threshold` percent within `window` is a spike."""

    threshold: Decimal = Decimal(2)
    window: timedelta = timedelta(minutes=1)


class Window:
    """What is remembered of one ticker.

    `lows` holds the ticks of the window that may still become its low: each is lower than all after it, so the
    first is the low, and a tick costs constant amortised work however long the window is. Of ticks at one
    instant it holds the lowest alone.
    """

    __slots__ = (
        "alerted", "arms", "escalates", "expires", "fires", "instant", "low", "lows", "newest", "prices", "quiet",
        "rule", "up", "up_half",
    )  # fmt: skip

    def __init__(self, rule: Rule, sign: int, tick: Tick) -> None:
        percent = EXACT.scaleb(rule.threshold, -2) * sign
        self.rule, self.up = rule, EXACT.add(1, percent)
        self.up_half = EXACT.add(1, EXACT.multiply(percent, HALF))
        self.newest, self.lows = tick, deque([tick])
        self.escalates: Decimal | None = None  # above which a further alert is due; None while armed
        self.arms = tick.price  # up to which it is armed again; of no meaning while armed
        self.alerted: dict[tuple[datetime, Decimal], int] = {}  # how many alerts rose from each low of the window
        self.instant, self.prices = tick.timestamp, {tick.price}  # of the last instant that had several ticks
        self.slide()

    def slide(self) -> None:
        """Let the window end with the newest tick, and do what follows from its low."""
        newest, length, lows = self.newest.timestamp, self.rule.window, self.lows
        while newest - lows[0].timestamp > length:
            lows.popleft()
        self.low, begun = lows[0].price, lows[0].timestamp
        try:
            self.expires = begun + length
        except OverflowError:
            self.expires = LAST_INSTANT
        self.fires = self.quiet = EXACT.multiply(self.low, self.up)
        if self.escalates is not None:
            self._follow_up()

    def insert(self, tick: Tick) -> None:
        """Put a tick that is not newer than the newest where its time belongs, if it may be or become the low."""
        lows, later, low = self.lows, [], self.lows[0]
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
        if lows[0] is not low:
            self.slide()

    def follow_at_once(self, tick: Tick) -> None:
        """Make `tick`, of the same instant, the newest."""
        prices = self.prices_at_newest()
        if len(prices) < MAX_AT_AN_INSTANT:
            prices.add(tick.price)
        self.newest = tick

    def prices_at_newest(self) -> set[Decimal]:
        """The prices of all ticks at the newest one's instant, MAX_AT_AN_INSTANT at most."""
        if self.instant != self.newest.timestamp:
            self.instant, self.prices = self.newest.timestamp, {self.newest.price}
        return self.prices

    def fire(self) -> int:
        """Escalate from here on; return which alert from its low this one is."""
        self.escalates = EXACT.multiply(self.newest.price, self.up)
        self._follow_up()
        newest, low = self.newest.timestamp, self.lows[0]
        while self.alerted and newest - next(iter(self.alerted))[0] > self.rule.window:
            del self.alerted[next(iter(self.alerted))]
        key = (low.timestamp, low.price)
        self.alerted[key] = self.alerted.get(key, 0) + 1
        return self.alerted[key]

    def arm(self) -> None:
        """Fire again from here on, instead of escalating."""
        self.escalates, self.quiet = None, self.fires

    def _follow_up(self) -> None:
        """While fired: up to which price a further alert is not due, and up to which the ticker is armed again."""
        assert self.escalates is not None
        self.quiet = max(self.fires, self.escalates)
        self.arms = EXACT.multiply(self.low, self.up_half)
