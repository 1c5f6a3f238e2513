"""What networks and feeds do wrong, on request: each fault comes at its own rate, from a seeded source.

Pure: randomness arrives as an argument, and time is the ticks' own.
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
    """Spoils a stream of numbered ticks; `rates` are chances by the kind of fault, for each tick or each frame.

    A seed repeats each kind, whatever other kinds there are and whoever is connected.
    """

    def __init__(self, rates: Mapping[str, float], seed: object = None) -> None:
        self.rates = rates
        self.randoms = {kind: Random() if seed is None else Random(f"{seed} {kind}") for kind in KINDS}
        self._delayed: list[tuple[datetime, Tick]] = []
        self._stalled: list[Tick] = []
        self._stalled_until: datetime | None = None

    def happens(self, kind: str) -> bool:
        return self.randoms[kind].random() < self.rates.get(kind, 0)

    def flush(self) -> list[Tick]:
        """Return all that is still held, and begin anew."""
        held = [*self._stalled, *(tick for _, tick in self._delayed)]
        self._delayed, self._stalled, self._stalled_until = [], [], None
        return held

    def spoil(self, ticks: list[Tick]) -> list[Tick]:
        """Return what is delivered at the moment of `ticks`: less, more, or in another order."""
        now = ticks[-1].timestamp
        due = [tick for instant, tick in self._delayed if instant <= now]
        self._delayed = [(instant, tick) for instant, tick in self._delayed if instant > now][-MAX_HELD:]
        passed = [tick for tick in ticks if not self.happens("drop") and not self._is_held(tick, now)]
        return self._stall([*passed, *due], now)

    def garble(self, frame: str) -> str | bytes:
        """Return what is left of a frame: a part, a part that was changed, or noise."""
        random = self.randoms["corrupt"]
        at = random.randrange(len(frame))
        spoilt: list[str | bytes] = [
            frame[:at],
            f"{frame[:at]}{chr(random.randrange(32, 127))}{frame[at + 1 :]}",
            random.randbytes(len(frame)),
        ]
        return random.choice(spoilt)

    def _is_held(self, tick: Tick, now: datetime) -> bool:
        """Hold a tick, or a copy of it, for later."""
        if self.happens("duplicate"):
            self._delayed.append((self._later("duplicate", now, LONGEST_DELAY), tick))
        if self.happens("reorder"):
            self._delayed.append((now, tick))  # it comes after those of the next frame
        elif self.happens("delay"):
            self._delayed.append((self._later("delay", now, LONGEST_DELAY), tick))
        else:
            return False
        return True

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
