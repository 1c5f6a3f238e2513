"""What the watch has to find where trades are withdrawn: an oracle that knows all ticks but those, and what they hid."""

from datetime import datetime
from fractions import Fraction

from tick import Tick, is_same
from watch.rule import Rule

from .oracle import Oracle, Seen

Trade = tuple[datetime, Fraction]


class WithdrawingOracle(Oracle):
    """For rules without `confirm`; `stages` has what each ticker fired on, and from which low."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.stages: dict[int, list[tuple[Trade, Trade]]] = {}

    def hear(self, tick: Tick) -> None:
        seen = self.tickers.get(tick.ticker)
        if seen is None or seen.ticks:
            super().hear(tick)
        else:
            self.believe(seen, tick, self.sign * Fraction(tick.price))

    def believe(self, seen: Seen, tick: Tick, price: Fraction, *, is_told: bool = False) -> None:
        before = seen.alerted
        super().believe(seen, tick, price, is_told=is_told)
        self.note(seen, before)

    def note(self, seen: Seen, before: Trade | None) -> None:
        """Remember what it fired on."""
        stages = self.stages.setdefault(id(seen), [])
        if before and not seen.alerted:
            stages.clear()
        if seen.alerted and seen.alerted != before:
            low = self.low_tick(seen)
            stages.append((seen.alerted, (low.timestamp, self.sign * Fraction(low.price))))

    def low_tick(self, seen: Seen) -> Tick:
        """The latest of the lowest of the window."""
        end = seen.newest[0].timestamp
        inside = [one for one in seen.ticks if end - one[0].timestamp <= self.rule.window]
        return min(sorted(inside, key=lambda one: one[0].timestamp, reverse=True), key=lambda one: one[1])[0]

    def hides(self, tick: Tick) -> bool:
        """Whether the tick hides another from who keeps the lows of a window alone."""
        seen, price = self.tickers[tick.ticker], self.sign * Fraction(tick.price)
        others = [one for one in seen.ticks if not is_same(one[0], tick) and one[0].timestamp <= tick.timestamp]
        return any(other >= price for one, other in others if tick.timestamp - one.timestamp <= 2 * self.rule.window)

    def withdraw(self, tick: Tick) -> None:
        """Know it no more, and what was told on it neither."""
        seen = self.tickers[tick.ticker]
        seen.ticks = [one for one in seen.ticks if not is_same(one[0], tick)]
        stages, trade = self.stages.get(id(seen), []), (tick.timestamp, self.sign * Fraction(tick.price))
        left = [stage for stage in stages if trade not in stage]
        is_undone = stages[-1:] != left[-1:]
        self.stages[id(seen)] = left
        if is_undone:
            seen.alerted, seen.rests_since, seen.has_rested = (left[-1][0] if left else None), None, False
            if seen.ticks:
                newest = seen.newest
                seen.ticks.remove(newest)
                self.believe(seen, *newest)
