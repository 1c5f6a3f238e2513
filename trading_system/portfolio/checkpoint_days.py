"""At the ends of which days checkpoints are kept: few of what is long ago. Pure.

Ages in days are in classes: 0, up to 31, up to 1023, and so on. Of each the oldest is kept, which is the
next one's before long. So a change so many days ago costs a walk through some times as many, and seldom through all.
"""

from collections.abc import Iterable
from datetime import date, timedelta

CLASS_BITS = 5  # of an age, which one class has more than the last


def class_of(age: int) -> int:
    return -(-age.bit_length() // CLASS_BITS)


def due(first: date, last: date) -> list[date]:
    """The days from `first` to `last` that a walk through all of them stops at: the oldest of each class."""
    classes = range(class_of((last - first).days) + 1)
    ages = [(1 << number * CLASS_BITS) - 1 for number in classes]
    return sorted(last - timedelta(days=age) for age in ages if age <= (last - first).days)


def kept(days: Iterable[date], last: date) -> set[date]:
    """Which of the checkpoints' days are worth their place, if `last` is the newest."""
    oldest: dict[int, date] = {}
    for day in sorted(days, reverse=True):
        oldest[class_of((last - day).days)] = day
    return set(oldest.values())
