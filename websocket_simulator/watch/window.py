"""One ticker within its window: the low, and up to where a price is calm.

All prices are compared exactly. Where falls are watched, prices are negated, and a low is a high. Pure.
"""

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal

from tick import Tick
from watch.exact import EXACT, HALF, INFINITE, later
from watch.lows import Lows
from watch.older import Older, is_worth_it
from watch.remembered import KeptWindow, keep, keep_all
from watch.rule import Rule
from watch.stages import Stage, Stages, followed_by, without


class Window(Lows):
    """What is remembered of one ticker. `newest` has the last confirmed price.

    A newer tick of up to `calm_until`, whose price is above `calm_low` and up to `calm_high`, is believed and changes
    nothing but the lows; above `rising`, not the first of them. Where other detectors see the same ticks, calm prices
    are above `floor` and up to `ceiling`.
    """

    __slots__ = (
        "alerted", "alerted_at", "arms", "band", "calm_until", "ceiling", "contradicted_at", "escalates", "fires",
        "floor", "has_rested", "is_told", "leaves", "low", "quiet", "rests_since", "rising", "rule", "stages",
        "up", "up_half",
    )  # fmt: skip

    def __init__(self, rule: Rule, sign: int, tick: Tick) -> None:
        super().__init__(tick, rule.window)
        percent = EXACT.scaleb(rule.threshold, -2) * sign
        self.rule, self.up = rule, EXACT.add(1, percent)
        self.up_half = EXACT.add(1, EXACT.multiply(percent, HALF))
        self.escalates: Decimal | None = None  # above which a further alert is due; None while armed
        self.arms = tick.price  # up to which the ticker rests; of no meaning while armed
        self.alerted_at = tick.timestamp  # of no meaning while armed, as is all that follows from it
        self.rests_since: datetime | None = None
        self.stages: Stages = ()  # while fired: on what
        self.has_rested = False  # for long enough; it is armed again once `cooldown` has passed
        self.alerted: dict[tuple[datetime, Decimal], int] = {}  # how many alerts rose from each low of the window
        self.is_told = False  # whether what waits has raised an alert, as its time was up
        self.contradicted_at: datetime | None = None  # when a tick contradicted one that had raised an alert
        self.band = (-INFINITE, -INFINITE) if rule.confirm else (-INFINITE, INFINITE)
        self.floor, self.ceiling = -INFINITE, INFINITE
        self.slide()
        self.calm()

    @classmethod
    def restored(cls, rule: Rule, sign: int, kept: KeptWindow) -> "Window":
        """The window of which this was kept."""
        window = cls(rule, sign, kept.newest.of(kept.ticker))
        window.lows = deque(low.of(kept.ticker) for low in kept.lows)
        window.instant, window.prices = kept.newest.timestamp, set(kept.prices)
        window.alerted = {(instant, price): number for instant, price, number in kept.alerted}
        window.escalates, window.alerted_at = kept.escalates, kept.alerted_at
        window.rests_since, window.has_rested = kept.rests_since, kept.has_rested
        window.contradicted_at, window.until, window.is_told = (
            kept.contradicted_at,
            kept.until,
            kept.is_told,
        )
        window.waiting = kept.waiting.of(kept.ticker) if kept.waiting else None
        window.stages, window.doubt = tuple(kept.stages), kept.doubt
        while is_worth_it(window.lows):
            window.pack()
        if window.lows:
            window.slide()
        window.calm()
        return window

    def kept(self) -> KeptWindow:
        """What `restored` makes the same window of."""
        return KeptWindow(
            self.newest.ticker, keep(self.newest), list(self.prices_at_newest()), keep_all(self.all_lows()),
            [(*low, number) for low, number in self.alerted.items()] if self.alerted else [],
            self.escalates, self.alerted_at, self.rests_since, self.has_rested, self.contradicted_at,
            keep(self.waiting) if self.waiting else None, self.until, self.is_told,
            list(self.stages), self.doubt,
        )  # fmt: skip

    def slide(self) -> None:
        """Let the window end with the newest tick, and do what follows from its low."""
        newest, low = self.newest.timestamp, self.lows[0] if self.older is None else self.older.front[0]
        while newest > (leaves := self.leaves_at(low)):
            low = self.after_oldest()
        self.low, self.leaves = low.price, leaves
        self.fires = self.quiet = EXACT.multiply(self.low, self.up)
        if self.escalates is not None:
            self._follow_up()

    def pack(self) -> None:
        """Pack some of the lows if there are many; a price that is not above them is not calm from here on."""
        if is_worth_it(self.lows):
            self.older = self.older or Older()
            self.older.add(self.lows)
            self.calm()

    def calm(self) -> None:
        """Do what follows for prices that are believed and raise nothing."""
        if self.waiting is not None or not self.lows:
            self.calm_low = self.calm_high = self.rising = INFINITE  # each tick is looked at
            return
        low, high = self.band
        if not low < self.newest.price <= high:
            low, high = self.band = self._band_around(self.newest.price)
        top, until = self.quiet, self.leaves
        if self.has_rested:
            until = min(until, later(self.alerted_at, self.rule.cooldown - timedelta.resolution))
        elif self.rests_since is not None:
            rested = max(self.rule.rearm - timedelta.resolution, timedelta(0))
            top, until = self.arms, min(until, later(self.rests_since, rested))
        elif self.escalates is not None:
            low = max(low, self.arms)
        if self.older is not None:
            low = max(low, self.older.newest.price)
        if self.floor > low:
            low = self.floor
        if self.ceiling < high:
            high = self.ceiling
        lowest = self.lows[0].price
        self.calm_low, self.calm_high, self.calm_until = low, top if top < high else high, until
        self.rising = lowest if lowest > low else low

    def stay_calm(self) -> None:
        """Do what `calm` does after a calm tick that let the window slide, while it is armed."""
        high, ceiling, quiet, lowest = self.band[1], self.ceiling, self.quiet, self.lows[0].price
        if ceiling < high:
            high = ceiling
        self.calm_high, self.calm_until = quiet if quiet < high else high, self.leaves
        self.rising = lowest if lowest > self.calm_low else self.calm_low

    def narrow(self, floor: Decimal, ceiling: Decimal) -> None:
        """Call prices calm between these alone; the others are looked at, with the same result."""
        if (floor, ceiling) != (self.floor, self.ceiling):
            self.floor, self.ceiling = floor, ceiling
            self.calm()

    def _band_around(self, price: Decimal) -> tuple[Decimal, Decimal]:
        """Prices of which no two are further apart than the threshold, with this one among them."""
        share = EXACT.scaleb(self.rule.threshold, -2)
        low = EXACT.multiply(EXACT.abs(price), EXACT.subtract(1, EXACT.multiply(min(share, Decimal(1)), HALF)))
        high = EXACT.multiply(low, EXACT.add(1, share))
        return (low, high) if price > 0 else (EXACT.minus(high), EXACT.minus(low))

    def is_far(self, price: Decimal) -> bool:
        """Whether it is further than the threshold from the last confirmed price, and the rule waits for another."""
        if not self.rule.confirm:
            return False
        known = self.newest.price
        move, share = EXACT.subtract(price, known), EXACT.scaleb(self.rule.threshold, -2)
        return EXACT.abs(move) > EXACT.abs(EXACT.multiply(known, share))

    def agrees(self, price: Decimal) -> bool:
        """Whether it has made at least half of the move of what waits."""
        assert self.waiting is not None
        known = self.newest.price
        twice = EXACT.multiply(EXACT.subtract(price, known), 2)
        claimed = EXACT.subtract(self.waiting.price, known)
        return twice >= claimed if claimed > 0 else twice <= claimed

    def take(self, tick: Tick) -> None:
        """Put a believed tick where its time belongs."""
        newest, low = self.newest.timestamp, self.oldest()
        self.put(tick)
        if tick.timestamp > newest or self.oldest() is not low:
            self.slide()

    def withdraw(self, tick: Tick) -> bool:
        """Take out a tick that was withdrawn, and what fired on it; return whether a further alert may be due."""
        was_there, stages = self.take_out(tick), without(self.stages, tick)
        is_undone = self.escalates is not None and bool(self.stages) and stages[-1:] != self.stages[-1:]
        self.stages = stages
        if is_undone:
            self.escalates, self.alerted_at = None, self.newest.timestamp
            self.rests_since, self.has_rested = None, False
            if stages:
                self.escalates, self.alerted_at = stages[-1].escalates, stages[-1].instant
        if self.lows and (was_there or is_undone):
            self.slide()
        self.calm()
        return is_undone

    def begin_again(self, tick: Tick) -> None:
        """Go on with the first tick after the only one known was withdrawn; what was told of it stays told."""
        self.newest, self.lows = tick, deque([tick])
        self.instant, self.prices = tick.timestamp, {tick.price}
        self.slide()

    def number(self, low: Tick) -> int:
        """Count an alert that rises from this low; return which one it is."""
        newest = self.newest.timestamp
        while self.alerted and newest - next(iter(self.alerted))[0] > self.rule.window:
            del self.alerted[next(iter(self.alerted))]
        key = (low.timestamp, low.price)
        self.alerted[key] = self.alerted.get(key, 0) + 1
        return self.alerted[key]

    def fire(self) -> None:
        """Escalate from the newest price on."""
        newest, low = self.newest, self.oldest()
        self.escalates, self.alerted_at = EXACT.multiply(newest.price, self.up), newest.timestamp
        stage = Stage(newest.timestamp, newest.price, low.timestamp, low.price, self.escalates)
        self.stages = followed_by(self.stages, stage)
        self.rests_since, self.has_rested = None, False
        self._follow_up()

    def rest(self) -> None:
        """Begin to rest, go on, or be disturbed, as the newest price says; once it has rested, nothing disturbs it."""
        if self.has_rested:
            return
        if self.newest.price > self.arms:
            self.rests_since = None
        elif self.rests_since is None:
            self.rests_since = self.newest.timestamp

    def settle(self, instant: datetime) -> None:
        """While fired: be armed again if, up to `instant`, it rested for long enough and the cooldown has passed."""
        since, rule = self.rests_since, self.rule
        if since is not None and instant > since and instant - since >= rule.rearm:
            self.has_rested = True
        if self.has_rested and instant - self.alerted_at >= rule.cooldown:
            self.escalates, self.quiet = None, self.fires
            self.rests_since, self.has_rested, self.stages = None, False, ()

    def _follow_up(self) -> None:
        """While fired: up to which price a further alert is not due, and up to which the ticker rests."""
        assert self.escalates is not None
        self.quiet = max(self.fires, self.escalates)
        self.arms = EXACT.multiply(self.low, self.up_half)
