"""At the ends of which days checkpoints are kept: few of what is long ago. Pure.

Ages in days are in classes: 0, up to 7, up to 63, up to 511, and so on. Of each the oldest is kept, which is the next
one's before long. So a change so many days ago costs a walk through a few times as many, and never all of them.
"""

from collections.abc import Iterable
from datetime import date, timedelta

BASE_BITS = 3


def class_of(age: int) -> int:
    return -(-age.bit_length() // BASE_BITS)


def due(first: date, last: date) -> list[date]:
    """The days from `first` to `last` that a walk through all of them stops at: the oldest of each class."""
    classes = range(class_of((last - first).days) + 1)
    ages = [(1 << number * BASE_BITS) - 1 for number in classes]
    return sorted(last - timedelta(days=age) for age in ages if age <= (last - first).days)


def kept(days: Iterable[date], last: date) -> set[date]:
    """Which of the checkpoints' days are worth their place, if `last` is the newest."""
    oldest: dict[int, date] = {}
    for day in sorted(days, reverse=True):
        oldest[class_of((last - day).days)] = day
    return set(oldest.values())
