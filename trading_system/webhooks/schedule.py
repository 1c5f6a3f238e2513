"""When a message that was not taken is tried again. Pure: time and chance are arguments.

The delays are those that Standard Webhooks recommends: ten attempts within 76 hours, each a little later by chance, so
that messages of many hooks do not come back to a receiver in the same second.
"""

from datetime import datetime, timedelta

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DELAYS = (
    timedelta(seconds=5), 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
MAX_ATTEMPTS = 10
JITTER = 0.1  # of a delay
MAX_RETRY_AFTER = timedelta(days=1)  # a receiver that asks for more is asked earlier


def next_attempt(attempts: int, now: datetime, chance: float, asked: timedelta = timedelta()) -> datetime | None:
    """When to try again what has failed so many times; None if that was the last time.

    `chance` is from 0 to 1; `asked` is how long the receiver wants to be left alone.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    delay = DELAYS[attempts - 1] * (1 + JITTER * chance)
    return now + max(delay, min(asked, MAX_RETRY_AFTER))
