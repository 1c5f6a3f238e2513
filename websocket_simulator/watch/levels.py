"""Ticks in, alerts out: levels that are crossed.

A ticker crosses the level of a rule of the kind `above` when its price, which was at the level or below it, is
strictly above it; `below` is the mirror image. It crosses it once: it is armed again when the price is `margin`
percent back, at the edge or beyond. The first tick of a ticker crosses nothing. All is decided in exact arithmetic.

    |        | armed                    | not armed                                                          |
    | edge   | the level                | the level less the margin; the level, if the first tick was beyond |
    | a turn | beyond the edge: crosses | at the edge, or back: armed again                                  |

A tick that turns waits, where the rule has `confirm`; in either direction, or one bad tick would arm it again:

    | the next tick of the ticker     | what waits                                            |
    | turns, too                      | is taken, and then the next one                       |
    | does not turn, and is not older | is an outlier: it changes nothing                     |
    | does not turn, but is older     | waits on                                              |
    | has the same time and price     | waits on                                              |
    | does not come for `confirm`     | is taken; its alert is unconfirmed                    |

A tick that was withdrawn is taken out:

    | it was                        | what follows                                                                  |
    | what waits                    | nothing waits                                                                 |
    | the latest that turned        | its turn is undone; if the newest price turns without it, that one has turned |
    | the newest                    | the latest that turned takes its place, or the first of all                   |
    | the only one that is known    | the next tick is the first                                                    |
    | none of these                 | nothing                                                                       |

Within `cooldown` after an alert, and within its instant, a ticker that crosses again is not told.

Pure: no sockets, no clock.
"""

from datetime import datetime
from decimal import Decimal

from tick import Tick, is_same
from watch.alert import Alert
from watch.exact import EXACT, INFINITE, ROUNDED
from watch.newest import Newest
from watch.remembered import KeptLevel, keep
from watch.tickers import Detector, id_of
from watch.window import Window


class Level(Newest):
    """One ticker and its level: whether it is armed, the edge at which it turns, and when its last alert was.

    Calm ticks may come to a window alone, its `host`; see `watch.together`.
    """

    __slots__ = ("edge", "host", "is_armed", "previous", "seen", "told", "turned")

    def __init__(self, tick: Tick, level: Decimal, *, is_armed: bool) -> None:
        super().__init__(tick)
        self.edge, self.is_armed = level, is_armed
        self.told: datetime | None = None  # the time of the tick that crossed
        self.turned = tick  # the latest that turned, or the first of all: it is on this side of the edge
        self.previous: Tick | None = None  # the one before that
        self.host: Window | None = None
        self.seen = tick  # the host's newest when both looked at a tick last

    def ride(self, host: Window) -> None:
        """From here on let calm ticks come to the host alone."""
        self.host, self.seen = host, host.newest

    def catch_up(self) -> None:
        """Follow the calm ticks that came to the host alone."""
        if self.host is not None and self.host.newest is not self.seen:
            self.newest = self.seen = self.host.newest


class LevelDetector(Detector[Level]):
    """Finds the ticks that cross the level of one rule, in any number of tickers."""

    Kept = KeptLevel

    def _begin(self, tick: Tick) -> Level:
        level = Level(tick, self.rule.threshold, is_armed=not self._is_beyond(tick.price, self.rule.threshold))
        self._calm(level)
        return level

    def look_at(self, window: Level, tick: Tick, alerts: list[Alert]) -> None:
        window.catch_up()
        super().look_at(window, tick, alerts)

    def catch_up(self) -> None:
        for level in self.windows.values():
            level.catch_up()

    def kept(self, ticker: str) -> KeptLevel:
        level = self.windows[ticker]
        level.catch_up()
        return KeptLevel(
            ticker, keep(level.newest), list(level.prices_at_newest()), level.edge, level.is_armed, level.told,
            keep(level.waiting) if level.waiting else None, level.until, keep(level.turned),
            keep(level.previous) if level.previous else None, level.doubt,
        )  # fmt: skip

    def _restored(self, kept: KeptLevel) -> Level:
        level = Level(kept.newest.of(kept.ticker), kept.edge, is_armed=kept.is_armed)
        level.prices, level.told, level.until = set(kept.prices), kept.told, kept.until
        level.turned = kept.turned.of(kept.ticker) if kept.turned else level.newest
        level.previous, level.doubt = kept.previous.of(kept.ticker) if kept.previous else None, kept.doubt
        level.waiting = kept.waiting.of(kept.ticker) if kept.waiting else None
        self._calm(level)
        return level

    def _judge(self, window: Level, tick: Tick, alerts: list[Alert]) -> None:
        waiting = window.waiting
        if waiting is not None and not self._decides(window, waiting, tick, alerts):
            return
        if tick.timestamp < window.newest.timestamp:
            return  # the newest price matters alone
        if not self._turns(window, tick.price):
            window.follow(tick)
        elif self.rule.confirm:
            self.let_wait(window, tick)
            self._calm(window)
        else:
            self._turn(window, tick, alerts)

    def _decides(self, window: Level, waiting: Tick, tick: Tick, alerts: list[Alert]) -> bool:
        """Do to what waits what the next tick says; return whether that one is still to be looked at."""
        if self._turns(window, tick.price):
            if (tick.timestamp, tick.price) == (waiting.timestamp, waiting.price):
                return False
            self._turn(window, waiting, alerts)
        elif tick.timestamp >= waiting.timestamp:
            self.outliers += 1
            window.waiting = None
            self._calm(window)
        return True

    def _withdraw(self, window: Level, tick: Tick, alerts: list[Alert]) -> None:
        window.catch_up()
        window.host = None  # the next tick has to come to it
        was_newest, had_turned = is_same(window.newest, tick), is_same(window.turned, tick)
        if window.waiting is not None and is_same(window.waiting, tick):
            window.waiting = None
        elif had_turned and window.previous is None and was_newest:
            del self.windows[tick.ticker]
            return
        elif had_turned:
            self._undo_turn(window, None if was_newest else window.newest, alerts)
        elif was_newest:
            window.newest = window.turned
        if was_newest or had_turned:
            window.doubt = max(window.doubt, tick.timestamp)
        self._calm(window)

    def _undo_turn(self, window: Level, newest: Tick | None, alerts: list[Alert]) -> None:
        """Go back to before the latest turn, and on from there with the newest tick, if there is one after it."""
        before = window.previous
        if before is None:  # it was the first of all; that the others are on its side is known
            window.turned = newest or window.newest
            return
        if window.told == window.turned.timestamp:
            window.told = None
        window.is_armed = not window.is_armed
        window.edge = self.rule.threshold if window.is_armed else self._back()
        window.newest = window.turned = before
        window.previous = None
        if newest is None:
            return
        if self._turns(window, newest.price):
            self._turn(window, newest, alerts)
        else:
            window.newest = newest

    def _confirm(self, window: Level, tick: Tick, alerts: list[Alert]) -> None:
        self._turn(window, tick, alerts, confirmed=False)

    def _turn(self, window: Level, tick: Tick, alerts: list[Alert], *, confirmed: bool = True) -> None:
        """Take a tick that turns."""
        previous, crosses = window.newest, window.is_armed
        window.follow(tick)
        window.waiting, window.is_armed = None, not crosses
        window.edge = self._back() if crosses else self.rule.threshold
        window.turned, window.previous = tick, previous
        self._calm(window)
        if crosses and self._is_due(window, tick.timestamp):
            window.told = tick.timestamp
            identity = id_of(self.rule, tick.ticker, tick.timestamp, tick.price.normalize(EXACT))
            alerts.append(Alert(identity, tick, self.rule, previous, confirmed=confirmed))

    def _is_due(self, window: Level, instant: datetime) -> bool:
        told = window.told
        return told is None or (instant > told and instant - told >= self.rule.cooldown)

    def _turns(self, window: Level, price: Decimal) -> bool:
        return self._is_beyond(price, window.edge) is window.is_armed

    def _is_beyond(self, price: Decimal, edge: Decimal) -> bool:
        return price > edge if self.rule.kind == "above" else price < edge

    def _back(self) -> Decimal:
        """The price at which a ticker that crossed is armed again."""
        margin = EXACT.scaleb(self.rule.margin, -2)
        share = EXACT.subtract(1, margin) if self.rule.kind == "above" else EXACT.add(1, margin)
        return EXACT.multiply(self.rule.threshold, share)

    def _calm(self, window: Level) -> None:
        """Do what follows for prices that do not turn; one next to the edge may be none of them."""
        edge = window.edge
        if window.waiting is not None:
            window.calm_low = window.calm_high = INFINITE  # each tick is looked at
        elif (self.rule.kind == "above") is window.is_armed:  # up to the edge; not all that is below it is far enough
            window.calm_low = -INFINITE
            window.calm_high = edge if window.is_armed else edge.next_minus(ROUNDED)
        else:
            window.calm_low, window.calm_high = edge, INFINITE
