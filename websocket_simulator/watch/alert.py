"""An alert: what a rule found. Pure: no sockets, no clock."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tick import FIRST_INSTANT, Tick
from watch.rule import Rule


@dataclass(frozen=True, slots=True)
class Alert:
    """`tick` is what raised it; the same event of the same feed has the same `id` in every run.

    | kind         | `base`                          | `percent`                  | `volume`, `mean`              |
    | rise, fall   | the low, or high, of the window | from `base` to `tick`      |                               |
    | above, below | the tick before it              |                            |                               |
    | volume       |                                 |                            | of this window, and of those  |
    |              |                                 |                            | before it                     |

    `percent` and `mean` are rounded to 28 digits; the percentage of a fall is below 0.
    `confirmed` is False where time alone spoke for the price, and no second tick. `after_gap` says that ticks of the
    window were lost: the move is true, but it may have been larger. `received` is when the tick came, by the client's
    clock. The detectors know neither of the last two.
    """

    id: str
    tick: Tick
    rule: Rule
    base: Tick | None = None
    percent: Decimal | None = None
    volume: Decimal | None = None
    mean: Decimal | None = None
    confirmed: bool = True
    after_gap: bool = False
    received: datetime | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Begin and end of what it follows from: a window, and those of its mean, or the ticks about a level."""
        end, rule = self.tick.timestamp, self.rule
        if rule.kind in ("above", "below") and self.base:
            return self.base.timestamp, end
        length = rule.window * (rule.windows + 1) if rule.kind == "volume" else rule.window
        return end - min(length, end - FIRST_INSTANT), end
