"""What a snapshot keeps of a sequence. Pure: no sockets, no clock."""

from datetime import datetime

import msgspec

from watch.gaps import GapsState


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
    begins_anew: bool
