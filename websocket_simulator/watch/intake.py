"""Frames in, events out: ticks in their order, and between them what else the feed says. Pure: no sockets, no clock."""

from collections.abc import Iterator

from notices import Complaint, Heartbeat, Withdrawal, notice_of
from tick import Gap, Tick, decode
from together import decode_together
from watch.health import Health

TOGETHER = 300  # frames that are decoded together; what many more leave behind is not in the processor's cache any more

Event = list[Tick] | Heartbeat | Gap | Withdrawal


class Intake:
    """Counts what comes; `health` is told what is neither ticks nor an event."""

    def __init__(self, health: Health) -> None:
        self.health = health
        self.frames = self.bad = 0  # bad are items of frames of which nothing is known

    def read(self, frames: list[bytes]) -> Iterator[Event]:
        """What is in frames that came together: each event is to be taken before the next one is asked for."""
        for begin in range(0, len(frames), TOGETHER):
            some = frames[begin : begin + TOGETHER]
            ticks = decode_together(some) if len(some) > 1 else None
            if ticks is None:
                yield from self._read_each(some)
            else:
                self.frames += len(some)
                yield ticks

    def _read_each(self, frames: list[bytes]) -> Iterator[Event]:
        ticks: list[Tick] = []
        for frame in frames:
            self.frames += 1
            more, bad = decode(frame)
            if bad:
                yield ticks  # which came before what this frame says
                ticks = []
                yield from self._read_other(frame, bad)
            ticks += more
        yield ticks

    def _read_other(self, frame: bytes, bad: int) -> Iterator[Event]:
        """A frame with items that are no ticks: they are bad, unless it says something that we know."""
        notice = notice_of(frame)
        if isinstance(notice, Complaint):
            self.health.complained(notice.texts)
            bad -= len(notice.texts)
        elif notice:
            bad = 0
            self.health.beat()
        if isinstance(notice, Heartbeat | Gap | Withdrawal):
            yield notice
        if bad:
            self.bad += bad
            self.health.spoilt(frame)
