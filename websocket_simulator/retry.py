"""When to try again: delays that grow, and those that a service asks for. Pure: time and chance arrive as arguments."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SECONDS = re.compile(r"\d+", re.ASCII)


def growing(first: float, longest: float, spread: Callable[[float, float], float]) -> Iterator[float]:
    """Seconds before each attempt after the first: doubling, and spread so that clients do not return as one.

    `spread(a, b)` is a number between the two, by chance.
    """
    delay = first
    while True:
        yield delay * spread(0.5, 1)
        delay = min(2 * delay, longest)


def retry_after(header: str | None, now: datetime, longest: float) -> float:
    """The seconds that a Retry-After, which has seconds or a date (RFC 9110, 10.2.3), asks for, `longest` at most.

    0 for no such.
    """
    if header is None:
        return 0.0
    if SECONDS.fullmatch(header.strip()):
        return min(float(header), longest)
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return 0.0
    wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(max(wait.total_seconds(), 0.0), longest)
