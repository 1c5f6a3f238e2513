"""Ticks in, alerts out: more is traded than usual.

Windows follow each other from 1970 on, each of the rule's length. The quantity of the current window is compared
with the mean of the `windows` before it; a window without ticks counts as 0, and so does a tick without a quantity.
A window is judged once that many complete ones are behind since the ticker's first tick, and tells once that it has
strictly more than `threshold` times the mean, unless that is 0. All is decided in exact arithmetic.

A late tick counts where its time belongs: in the current window, or in one of those of the mean. Without sequence
numbers, one that comes after a reconnection and is older than the newest before it is taken for a duplicate: it
would count twice.

Of a tick that was withdrawn the quantity is known if it is the newest, or raised the window's alert: it is subtracted,
and in the second case the window may tell again. Of another it is not, so the ticker is in doubt as long as it counts.

Pure: no sockets, no clock.
"""

from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from functools import reduce

from msgspec.structs import replace

from tick import LAST_INSTANT, Tick, is_same
from watch.alert import Alert
from watch.exact import EXACT, INFINITE, ROUNDED
from watch.newest import Newest
from watch.remembered import KeptVolume, keep
from watch.rule import Rule
from watch.tickers import Detector, id_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NONE = Decimal(0)
DOWN = Context(prec=28, rounding=ROUND_FLOOR)  # for what is at most the exact number


class Volume(Newest):
    """One ticker: the quantity of the current window, and those of the windows before it that have any.

    Up to `quiet` the quantity raises no alert, and a newer tick before `ends` is of the current window.
    """

    __slots__ = (
        "again", "before", "ends", "first", "index", "is_told", "quiet", "raised_by", "told", "total", "volume",
    )  # fmt: skip

    def __init__(self, tick: Tick, rule: Rule) -> None:
        super().__init__(tick)
        self.before: deque[tuple[int, Decimal]] = deque()  # indexes, from 1970 on, and quantities; oldest first
        self.total = NONE  # of those
        self.told: datetime | None = None  # the time of the tick that raised the last alert
        self.raised_by: Tick | None = None  # that tick, with its quantity
        self.again = 0  # how many alerts of the current window were withdrawn
        # The first window that begins with the first tick, or after it.
        self.first = -((EPOCH - tick.timestamp) // rule.window)
        self.index, self.volume = index_of(tick, rule), NONE
        self.move_to(self.index, rule)
        self.volume = tick.quantity or NONE

    def move_to(self, index: int, rule: Rule) -> None:
        """Let a later window be the current one."""
        if self.volume:
            self.before.append((self.index, self.volume))
            self.total = EXACT.add(self.total, self.volume)
        while self.before and self.before[0][0] < index - rule.windows:
            self.total = EXACT.subtract(self.total, self.before.popleft()[1])
        self.index, self.volume, self.is_told, self.again = index, NONE, False, 0
        try:
            self.ends = EPOCH + (index + 1) * rule.window
        except OverflowError:
            self.ends = LAST_INSTANT
        self.calm_down(rule)

    def add_before(self, index: int, quantity: Decimal, rule: Rule) -> None:
        """Add a late tick's quantity to the window where it belongs."""
        place = len(self.before)
        while place and self.before[place - 1][0] > index:
            place -= 1
        if place and self.before[place - 1][0] == index:
            self.before[place - 1] = (index, EXACT.add(self.before[place - 1][1], quantity))
        else:
            self.before.insert(place, (index, quantity))
        self.total = EXACT.add(self.total, quantity)
        self.calm_down(rule)

    def subtract(self, tick: Tick, rule: Rule) -> None:
        """Take the quantity of a tick, which is known, out of its window."""
        if index_of(tick, rule) == self.index:
            self.volume = EXACT.subtract(self.volume, tick.quantity or NONE)
        elif any(index == index_of(tick, rule) for index, _ in self.before):
            self.add_before(index_of(tick, rule), EXACT.minus(tick.quantity or NONE), rule)

    def calm_down(self, rule: Rule) -> None:
        """Do what follows for quantities that raise no alert."""
        is_judged = self.index - self.first >= rule.windows and self.total and not self.is_told
        self.quiet = DOWN.divide(EXACT.multiply(self.total, rule.threshold), rule.windows) if is_judged else INFINITE


class VolumeDetector(Detector[Volume]):
    """Finds the windows of one rule with more than the usual quantity, in any number of tickers."""

    Kept = KeptVolume

    def _begin(self, tick: Tick) -> Volume:
        return Volume(tick, self.rule)

    def look_at(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        if tick.quantity and window.newest.timestamp < tick.timestamp < window.ends:  # as nearly all ticks
            window.newest = tick
            self._add(window, tick, tick.quantity, alerts)
        else:
            super().look_at(window, tick, alerts)

    def kept(self, ticker: str) -> KeptVolume:
        volume = self.windows[ticker]
        return KeptVolume(
            ticker, keep(volume.newest, quantity=volume.newest.quantity), list(volume.prices_at_newest()),
            volume.first, volume.index, volume.volume,
            list(volume.before), volume.is_told, volume.told,
            keep(volume.raised_by, quantity=volume.raised_by.quantity) if volume.raised_by else None,
            volume.again, volume.doubt,
        )  # fmt: skip

    def _restored(self, kept: KeptVolume) -> Volume:
        volume = Volume(kept.newest.of(kept.ticker), self.rule)
        volume.prices, volume.first, volume.told = set(kept.prices), kept.first, kept.told
        volume.volume = NONE  # the newest tick's, which is among what was kept
        volume.before.extend(kept.before)
        volume.total = reduce(EXACT.add, (quantity for _, quantity in kept.before), NONE)
        volume.move_to(kept.index, self.rule)
        volume.volume, volume.is_told = kept.volume, kept.is_told
        volume.raised_by = kept.raised_by.of(kept.ticker) if kept.raised_by else None
        volume.again, volume.doubt = kept.again, kept.doubt
        volume.calm_down(self.rule)
        return volume

    def _judge(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        if tick.timestamp >= window.newest.timestamp:
            window.follow(tick)
        index = index_of(tick, self.rule)
        if index > window.index:
            window.move_to(index, self.rule)
        if not tick.quantity:
            return
        if index == window.index:
            self._add(window, tick, tick.quantity, alerts)
        elif index >= window.index - self.rule.windows:
            window.add_before(index, tick.quantity, self.rule)

    def _add(self, window: Volume, tick: Tick, quantity: Decimal, alerts: list[Alert]) -> None:
        """Add to the current window, and raise the alert that is due."""
        window.volume = EXACT.add(window.volume, quantity)
        if window.volume > window.quiet and self._is_due(window, tick.timestamp):
            window.is_told, window.told, window.raised_by = True, tick.timestamp, tick
            window.calm_down(self.rule)
            again = [window.again] if window.again else []  # so that it is another alert
            identity = id_of(self.rule, tick.ticker, window.index * self.rule.window, *again)
            mean = ROUNDED.divide(window.total, self.rule.windows)
            alerts.append(Alert(identity, tick, self.rule, volume=window.volume, mean=mean))

    def _withdraw(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        """No alert is due: less was traded."""
        known = next((one for one in (window.raised_by, window.newest) if one and is_same(one, tick)), None)
        if known is None:
            window.doubt = max(window.doubt, tick.timestamp)
            return
        window.subtract(known, self.rule)
        if known is window.raised_by:
            window.raised_by, window.told = None, None
            if index_of(known, self.rule) == window.index:
                window.is_told, window.again = False, window.again + 1
        if is_same(window.newest, tick):
            window.newest = replace(window.newest, quantity=None)  # its time was seen, and it is not subtracted twice
        window.calm_down(self.rule)

    def _confirm(self, window: Volume, tick: Tick, alerts: list[Alert]) -> None:
        """Nothing waits: a quantity is what was traded, however unusual."""

    def _is_due(self, window: Volume, instant: datetime) -> bool:
        rule = self.rule
        if window.told is not None and instant - window.told < rule.cooldown:
            return False
        return EXACT.multiply(window.volume, rule.windows) > EXACT.multiply(window.total, rule.threshold)

    def came_before(self, tick: Tick) -> bool:
        instant, _ = self.delivered.get(tick.ticker, (None, None))
        is_older = instant is not None and tick.seq is None and tick.timestamp < instant
        return is_older or super().came_before(tick)


def index_of(tick: Tick, rule: Rule) -> int:
    """The index of its window; a time that was rounded up may have been before the window's begin."""
    return (tick.timestamp - EPOCH - timedelta.resolution * tick.finer) // rule.window
