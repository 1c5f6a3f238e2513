"""Ticks in, alerts out: rises and falls.

The rise at a tick is measured from the lowest price of its ticker in the window that ends with it, both
ends included: any rise within a minute counts, also one that began after an older, higher price. It is a
spike when it is strictly above the threshold, decided in exact arithmetic, by the ticks' own time.

A ticker is armed, fires once, and escalates when the price exceeds the last alerted one by a further threshold.
It is armed again once the rise has stayed at half the threshold or less for `rearm`, and `cooldown` has passed
since the alert. A fall is a rise of the negated price.

What `Window` holds in each state:

    |             | armed                             | fired                                               |
    | quiet       | low + threshold; above it, fires  | that or `escalates`, if higher; above it, escalates |
    | escalates   | None                              | the price last alerted + threshold                  |
    | arms        | without meaning                   | low + half the threshold; up to it, it rests        |
    | rests_since | None                              | since when no price was above `arms`; None: one was |
    | leaves      | the instant after which the low has left the window, in both states                     |

A tick that is further than the threshold from its ticker's newest price waits, where the rule has `confirm`:

    | next tick of the ticker                | what waits                                                     |
    | not older, makes half of the move      | is taken, and then the next one                                |
    | not older, does not                    | is an outlier: neither low nor high; the next one is looked at |
    | older, makes half of the move          | is taken, and then the next one                                |
    | older, does not                        | waits on; the older one is an outlier if it is far, too        |
    | the same time and price                | waits on                                                       |
    | none for `confirm` of the feed's time  | raises what it would raise, unconfirmed, and waits on          |

The feed's time is that of the newest tick of any ticker. What waits and has raised an alert is contradicted as any
other; then no price raises an unconfirmed alert until `rearm` has passed, so that a bounce is told once.

A tick that was withdrawn is taken out:

    | it was                              | what follows                                                           |
    | what waits                          | nothing waits                                                          |
    | a low of the window                 | the lows that it had hidden are not known: the ticker is in doubt      |
    | the newest                          | the latest low takes its place; without any, the next tick begins anew |
    | the price, or the low, of an alert  | as before that alert: armed, or fired on the one before it             |
    | none of these                       | nothing                                                                |

If it is armed again, and the newest price is above `quiet`, it fires at once.

A late tick is placed where its time belongs, up to LATENESS; an older one is counted, and has no effect.

Pure: no sockets, no clock.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from operator import length_hint

from msgspec.structs import replace

from tick import Tick, is_same
from watch.alert import Alert
from watch.exact import EXACT, ROUNDED
from watch.remembered import KeptWindow
from watch.tickers import Detector, id_of
from watch.window import Window

PACK_EVERY = 8  # ticks


class SpikeDetector(Detector[Window]):
    """Finds rises, or falls, in any number of tickers."""

    Kept = KeptWindow
    _turn: Iterator[Window] = iter(())

    @property
    def is_of_falls(self) -> bool:
        """Whether prices are negated."""
        return self.rule.kind == "fall"

    def kept(self, ticker: str) -> KeptWindow:
        return self.windows[ticker].kept()

    def _begin(self, tick: Tick) -> Window:
        return Window(self.rule_of(tick.ticker), -1 if self.is_of_falls else 1, tick)

    def _restored(self, kept: KeptWindow) -> Window:
        return Window.restored(self.rule_of(kept.ticker), -1 if self.is_of_falls else 1, kept)

    def _feed(self, ticks: Iterable[Tick], latest: datetime) -> list[Alert]:
        alerts: list[Alert] = []
        for tick in self.pass_calm(ticks, alerts, lambda: self.horizon(latest)):
            self.take(tick, latest, alerts)
        return alerts

    def pass_calm(
        self, ticks: Iterable[Tick], alerts: list[Alert], horizon_now: Callable[[], datetime]
    ) -> Iterator[Tick]:
        """Take the calm ticks that are not after the horizon, and yield each other one, which is to be taken then."""
        window_of, feed_time, horizon = self.windows.get, self.feed_time, horizon_now()
        for tick in map(_negated, ticks) if self.is_of_falls else ticks:
            timestamp, window = tick.timestamp, window_of(tick.ticker)
            if is_latest := timestamp > feed_time:
                if timestamp > horizon:
                    window = None
                else:
                    feed_time = timestamp
            if window is not None and (is_latest or timestamp > window.newest.timestamp):
                price = tick.price
                if window.rising < price <= window.calm_high:
                    window.newest, lows = tick, window.lows  # written out, as nearly all ticks pass here
                    while lows[-1].price >= price:
                        lows.pop()
                    lows.append(tick)
                    if timestamp > window.calm_until:
                        window.slide()
                        self._stay_calm(window, alerts)
                    continue
                if window.calm_low < price <= window.calm_high:
                    window.newest, lows = tick, window.lows
                    lows.clear()
                    lows.append(tick)
                    window.slide()
                    self._stay_calm(window, alerts)
                    continue
            self.feed_time = feed_time
            yield tick
            feed_time, horizon = self.feed_time, horizon_now()
        self.feed_time = feed_time
        self._pack(length_hint(ticks) // PACK_EVERY + 1)

    def _stay_calm(self, window: Window, alerts: list[Alert]) -> None:
        """Do what follows from a calm tick that let the window slide."""
        if window.escalates is None:
            window.stay_calm()
        else:
            self._follow(window, alerts)

    def _pack(self, count: int) -> None:
        """Look at some windows in turn, whether their lows should be packed."""
        for window in islice(self._turn, count):
            window.pack()
            count -= 1
        if count:
            self._turn = iter(list(self.windows.values()))

    def _withdraw(self, window: Window, tick: Tick, alerts: list[Alert]) -> None:
        tick = _negated(tick) if self.is_of_falls else tick
        waiting = window.waiting
        if waiting is not None and is_same(waiting, tick):
            window.waiting, window.is_told = None, False
            window.calm()
            return
        is_undone = window.withdraw(tick)
        if waiting is not None and not (window.lows and window.is_far(waiting.price)):
            window.waiting = None  # it is no longer far from what is known
            self._judge(window, waiting, alerts)
        elif is_undone and window.lows:
            self._follow(window, alerts)

    def _judge(self, window: Window, tick: Tick, alerts: list[Alert]) -> None:
        if window.waiting is None or self._decides(window, window.waiting, tick, alerts):
            if window.lows and window.is_far(tick.price):
                self.let_wait(window, tick)
                window.is_told = False
                window.calm()
            else:
                self._take(window, tick, alerts)

    def _decides(self, window: Window, waiting: Tick, tick: Tick, alerts: list[Alert]) -> bool:
        """Do to what waits what the next tick says; return whether that one is still to be looked at."""
        agrees = window.agrees(tick.price)
        if tick.timestamp >= waiting.timestamp:
            if (tick.timestamp, tick.price) == (waiting.timestamp, waiting.price):
                return False
            self._end_wait(window, waiting, agrees, tick, alerts)
            return True
        if agrees:
            self._end_wait(window, waiting, True, tick, alerts)
        elif window.is_far(tick.price):
            self._count_outlier(tick)
            return False
        self._take(window, tick, alerts)
        return False

    def _end_wait(self, window: Window, waiting: Tick, agrees: bool, tick: Tick, alerts: list[Alert]) -> None:
        """Take what waits, or drop it, as `tick` agrees or not."""
        window.waiting = None
        if agrees:
            self._take(window, waiting, alerts, is_told=window.is_told)
            return
        self._count_outlier(waiting)
        if window.is_told or window.contradicted_at is not None:
            window.contradicted_at = tick.timestamp
        window.calm()

    def _count_outlier(self, tick: Tick) -> None:
        self.outliers += 1
        self.latest_outliers.append(_negated(tick) if self.is_of_falls else tick)

    def _take(self, window: Window, tick: Tick, alerts: list[Alert], *, is_told: bool = False) -> None:
        """Place a tick that is believed; what it raises is not told if it was told unconfirmed."""
        if window.lows:
            window.take(tick)
        else:
            window.begin_again(tick)
        self._follow(window, alerts, is_told=is_told)

    def _follow(self, window: Window, alerts: list[Alert], *, is_told: bool = False) -> None:
        """Do what follows from the newest price."""
        newest = window.newest
        if window.escalates is not None:
            window.settle(newest.timestamp)
        if newest.price > window.quiet:
            if not is_told:
                alerts.append(self._alert(window, newest, window.oldest()))
            window.fire()
        elif window.escalates is not None:
            window.rest()
        window.calm()

    def _confirm(self, window: Window, tick: Tick, alerts: list[Alert]) -> None:
        """Raise what it would raise if it were believed, unless such a one was contradicted lately."""
        since = window.contradicted_at
        if tick.timestamp < window.newest.timestamp:
            return
        if since is not None and tick.timestamp - since < window.rule.rearm:
            return
        if window.escalates is not None:
            window.settle(tick.timestamp)
            window.calm()
        low, escalates = window.low_at(tick.timestamp), window.escalates
        if low is None or (escalates is not None and tick.price <= escalates):
            return
        if tick.price > EXACT.multiply(low.price, window.up):
            alerts.append(self._alert(window, tick, low, confirmed=False))
            window.is_told = True

    def _alert(self, window: Window, tick: Tick, low: Tick, *, confirmed: bool = True) -> Alert:
        """The alert that a tick raises from a low."""
        rule = self.rule_of(tick.ticker)
        percent = ROUNDED.divide(EXACT.multiply(EXACT.subtract(tick.price, low.price), 100), low.price)
        identity = id_of(rule, low.ticker, low.timestamp, low.price.normalize(EXACT), window.number(low))
        if self.is_of_falls:
            tick, low = _negated(tick), _negated(low)
        return Alert(identity, tick, rule, low, percent, confirmed=confirmed)


def _negated(tick: Tick) -> Tick:
    return replace(tick, price=EXACT.minus(tick.price))
