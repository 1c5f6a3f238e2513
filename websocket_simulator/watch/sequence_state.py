"""What a snapshot keeps of a sequence. Pure: no sockets, no clock."""

from datetime import datetime

import msgspec

from watch.gaps import GapsState


class Came(msgspec.Struct, frozen=True, array_like=True):
    """Which numbers had come by some moment: all below `next`, besides those in `holes`, each from first to last."""

    next: int
    holes: tuple[tuple[int, int], ...]

    def has(self, seq: int | None) -> bool:
        """Whether this number had come."""
        return seq is not None and seq < self.next and not any(first <= seq <= last for first, last in self.holes)


class SequenceState(msgspec.Struct, frozen=True):
    """All that a sequence knows, but for the contents of the latest ticks, and how often numbers began anew."""

    start: int
    next: int
    before: tuple[int, ...]
    newest: datetime
    gaps: GapsState
    duplicates: int
    contradictions: int
    is_partial: bool
    is_declared: bool
    is_ignored: bool
    is_interrupted: bool
    open_from: int | None = None
    lost_up_to: int = -1
