"""What a ticker fired on since it was armed: its first alert, and each escalation. Pure: no sockets, no clock."""

from datetime import datetime
from decimal import Decimal

import msgspec

from tick import Tick

MAX_STAGES = 100  # the oldest are forgotten first: they no longer say what the next escalation starts from


class Stage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """It fired at an instant and a price, from a low; `escalates` is the price above which the next alert is due."""

    instant: datetime
    price: Decimal
    low_instant: datetime
    low: Decimal
    escalates: Decimal

    def rests_on(self, tick: Tick) -> bool:
        """Whether it is due to this tick, as the price or as the low."""
        return (tick.timestamp, tick.price) in ((self.instant, self.price), (self.low_instant, self.low))


Stages = tuple[Stage, ...]


def followed_by(stages: Stages, stage: Stage) -> Stages:
    """The latest MAX_STAGES of them."""
    return (*stages[1 - MAX_STAGES :], stage)


def without(stages: Stages, tick: Tick) -> Stages:
    """Those that do not rest on a tick which was withdrawn."""
    return tuple(stage for stage in stages if not stage.rests_on(tick))
