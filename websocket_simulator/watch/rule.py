"""What is an alert: the rules, as data. Durations are event time, numbers are exact.

Pure: no sockets, no clock.
"""

from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Literal

Kind = Literal["rise", "fall", "above", "below", "volume"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule over the tickers that match one of its globs.

    | kind         | `threshold` is                           | an alert is due when                                   |
    | rise, fall   | percent                                  | the price moved by more than it within `window`        |
    | above, below | a price                                  | the price crosses it; due again once the price is      |
    |              |                                          | `margin` percent back on the other side                |
    | volume       | times the mean of the `windows` windows  | the quantity of the current window is more than that   |
    |              | of length `window` before the current    |                                                        |

    A price that is more than the threshold away waits for `confirm`: 0 believes every tick. After an alert, a rise or
    a fall is due again once it stayed at half the threshold or less for `rearm`, and `cooldown` has passed.
    `hours` is the code of an exchange: outside its hours, ticks do not count for the rule.
    """

    threshold: Decimal = Decimal(2)
    window: timedelta = timedelta(minutes=1)
    _: KW_ONLY
    name: str = "rise"
    kind: Kind = "rise"
    tickers: tuple[str, ...] = ("*",)
    confirm: timedelta = timedelta(seconds=2)
    cooldown: timedelta = timedelta(0)
    rearm: timedelta = timedelta(seconds=5)
    margin: Decimal = Decimal(1)
    windows: int = 10
    hours: str | None = None
    severity: str = "warning"
    notify: tuple[str, ...] = ()

    def takes(self, ticker: str) -> bool:
        """Whether the ticker, in upper case, matches a glob of the rule."""
        return any(fnmatchcase(ticker, glob) for glob in self.tickers)
