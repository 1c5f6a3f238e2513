"""Symbols that trade often and have fallen silent, although the venue is there. Pure: time arrives as data."""

from collections.abc import Mapping

OFTEN = 3.0  # seconds between two trades, at most, of a symbol that trades often
SILENT = 30.0  # seconds without a trade, at least, of one that has fallen silent
TIMES = 20  # how much longer than usual its silence lasts
WEIGHT = 0.1  # of the newest interval in the mean


class Rhythm:
    """How often one symbol trades."""

    __slots__ = ("at", "count", "interval", "patience")

    def __init__(self, at: float, count: int) -> None:
        self.at, self.count, self.interval, self.patience = at, count, 0.0, SILENT


class Pace:
    """Looks at the counts of trades, once a second or so."""

    def __init__(self) -> None:
        self._rhythms: dict[str, Rhythm] = {}

    def look(self, counts: Mapping[str, int], now: float) -> list[str]:
        """The symbols that are to be asked for again: each once it is silent, then after twice as long, and so on."""
        return [symbol for symbol, count in counts.items() if self._is_silent(symbol, count, now)]

    def _is_silent(self, symbol: str, count: int, now: float) -> bool:
        rhythm = self._rhythms.get(symbol)
        if rhythm is None:
            self._rhythms[symbol] = Rhythm(now, count)
            return False
        silence, more = now - rhythm.at, count - rhythm.count
        if more:
            interval = silence / more
            rhythm.interval += WEIGHT * (interval - rhythm.interval) if rhythm.interval else interval
            rhythm.at, rhythm.count = now, count
            rhythm.patience = max(SILENT, TIMES * rhythm.interval)
            return False
        if not 0 < rhythm.interval <= OFTEN or silence < rhythm.patience:
            return False
        rhythm.patience *= 2
        return True
