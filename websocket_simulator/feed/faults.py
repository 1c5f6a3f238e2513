"""What networks and feeds do wrong, on request: each fault comes at its own rate, from a seeded source.

Pure: the seed arrives as an argument, and time is the ticks' own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from tick import Tick

KINDS = ("drop", "duplicate", "reorder", "delay", "corrupt", "stall", "disconnect")  # four of ticks, three of frames
USUAL_RATE = 0.01
LONGEST_DELAY = 4.0  # seconds; some of it is within what the watch places in order, some beyond
LONGEST_STALL = 5.0  # seconds
MAX_HELD = 100_000  # ticks that are delayed or stalled; beyond, the oldest are dropped


class Faults:
    """Faults in a stream of numbered ticks; `rates` are chances by their kind, for each tick or each frame.

    A seed repeats each kind, whatever other kinds there are and whoever is connected.
    """

    def __init__(self, rates: Mapping[str, float], seed: int) -> None:
        self.rates = rates
        self.randoms = {kind: Random(f"{seed} {kind}") for kind in KINDS}
        self._delayed: list[tuple[datetime, Tick]] = []
        self._stalled: list[Tick] = []
        self._stalled_until: datetime | None = None

    def happens(self, kind: str) -> bool:
        """Draw whether a fault of this kind comes now."""
        return self.randoms[kind].random() < self.rates.get(kind, 0)

    def flush(self) -> list[Tick]:
        """Return all that is still held, and begin anew."""
        held = [*self._stalled, *(tick for _, tick in self._delayed)]
        self._delayed, self._stalled, self._stalled_until = [], [], None
        return held

    def delivered(self, ticks: list[Tick]) -> list[Tick]:
        """Return what arrives at the moment of `ticks` (at least one): less, more, or in another order."""
        if not self.rates:
            return ticks
        now = ticks[-1].timestamp
        due = [tick for instant, tick in self._delayed if instant <= now]
        self._delayed = [(instant, tick) for instant, tick in self._delayed if instant > now][-MAX_HELD:]
        passed = [tick for tick in ticks if self._passes(tick, now)]
        return self._stall([*passed, *due], now)

    def corrupted(self, frame: str) -> str | bytes:
        """Return what is left of a frame: a part, a part that was changed, or noise."""
        random = self.randoms["corrupt"]
        at = random.randrange(len(frame))
        remains: list[str | bytes] = [
            frame[:at],
            f"{frame[:at]}{chr(random.randrange(32, 127))}{frame[at + 1 :]}",
            random.randbytes(len(frame)),
        ]
        return random.choice(remains)

    def _passes(self, tick: Tick, now: datetime) -> bool:
        """Whether a tick goes on at once; hold what comes later. Every kind is drawn for, so that each has its own."""
        is_dropped, is_reordered = self.happens("drop"), self.happens("reorder")
        copied = self._later("duplicate", now, LONGEST_DELAY) if self.happens("duplicate") else None
        delayed = self._later("delay", now, LONGEST_DELAY) if self.happens("delay") else None
        if is_dropped:
            return False
        later = now if is_reordered else delayed  # reordered, it comes after the ticks of the next frame
        self._delayed += [(instant, tick) for instant in (copied, later) if instant]
        return later is None

    def _stall(self, ticks: list[Tick], now: datetime) -> list[Tick]:
        """Hold everything while a stall lasts, and give it out together afterwards."""
        if self._stalled_until is None and self.happens("stall"):
            self._stalled_until = self._later("stall", now, LONGEST_STALL)
        held = (self._stalled + ticks)[-MAX_HELD:]
        if self._stalled_until is not None and now < self._stalled_until:
            self._stalled = held
            return []
        self._stalled, self._stalled_until = [], None
        return held

    def _later(self, kind: str, now: datetime, longest: float) -> datetime:
        return now + timedelta(seconds=self.randoms[kind].uniform(0, longest))
