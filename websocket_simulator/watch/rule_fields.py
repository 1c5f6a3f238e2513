"""The values of a rule's fields: each reader takes what TOML or JSON gave, and says in a ValueError what it is not.

Numbers are exact: integers, decimals, or texts of them, never floats. `targets` may be secret, and are never quoted.

Pure: no sockets, no clock.
"""

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tick import PRICE, TICKER
from watch.exact import EXACT
from watch.hours import check_hours

MAX_SECONDS = 24 * 60 * 60  # of each duration
MAX_WINDOWS = 1000
MAX_GLOBS = 100
MAX_TARGETS = 10
TARGET_LENGTH = 2048
SHOWN = 80

NAME = re.compile(r"[a-z0-9-]{1,32}")
HOURS = re.compile(r"[A-Z0-9]{2,12}")

Reader = Callable[[object], Any]  # ValueError says what is wrong


def text(form: re.Pattern[str], description: str) -> Callable[[object], str]:
    """Texts of a form."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError(f"is not {description}: {shown(value)}")
        return value

    return read


def one_of(choices: Collection[str]) -> Callable[[object], str]:
    """One of some texts."""
    return text(re.compile("|".join(choices)), f"one of {', '.join(choices)}")


def decimal(
    low: Decimal | int, high: Decimal | int, *, above: bool = False, below: bool = False
) -> Callable[[object], Decimal]:
    """Exact numbers, or texts of such, from `low`, or above it, to `high`, or below it. Floats are not exact."""
    span = f"{'above' if above else 'from'} {low} {'and below' if below else 'to'} {high}"

    def read(value: object) -> Decimal:
        if isinstance(value, str) and PRICE.fullmatch(value):
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(f"is not a number: {shown(value)}")
        number = Decimal(value)
        is_within = number.is_finite() and low <= number <= high
        if not is_within or (above and number == low) or (below and number == high):
            raise ValueError(f"is not {span}: {shown(value)}")
        return number

    return read


def seconds(*, above: bool = False) -> Callable[[object], timedelta]:
    """Durations in seconds, exact to the microsecond."""
    number_of = decimal(0, MAX_SECONDS, above=above)

    def read(value: object) -> timedelta:
        microseconds = EXACT.scaleb(number_of(value), 6)
        if microseconds != int(microseconds):
            raise ValueError(f"is finer than a microsecond: {shown(value)}")
        return timedelta(microseconds=int(microseconds))

    return read


def windows(value: object) -> int:
    """How many windows a mean is of."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_WINDOWS:
        raise ValueError(f"is not a whole number from 1 to {MAX_WINDOWS}: {shown(value)}")
    return value


def globs(value: object) -> tuple[str, ...]:
    """Globs of tickers, in upper case, from a list; ValueError says what it is not."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_GLOBS:
        raise ValueError(f"is not a list of 1 to {MAX_GLOBS} tickers or patterns such as 'BTC-*'")
    for glob in value:
        if not isinstance(glob, str) or not TICKER.fullmatch(glob):
            raise ValueError(f"has what is neither a ticker nor a pattern such as 'BTC-*': {shown(glob)}")
    return tuple(glob.upper() for glob in value)


def hours(value: object) -> str | None:
    """The code of an exchange whose hours are known; None, as the ledger writes it, for none."""
    if value is None:
        return None
    code = text(HOURS, "the code of an exchange such as XNYS")(value)
    check_hours(code)
    return code


def targets(value: object) -> tuple[str, ...]:
    """Where alerts are sent, from a list."""
    if not isinstance(value, list) or len(value) > MAX_TARGETS:
        raise ValueError(f"is not a list of at most {MAX_TARGETS} targets")
    for target in value:
        if not isinstance(target, str) or not 1 <= len(target) <= TARGET_LENGTH or not target.isprintable():
            raise ValueError(f"has what is no target: a text of 1 to {TARGET_LENGTH} visible characters")
    return tuple(value)


def shown(value: object) -> str:
    """The value as ASCII, cut to SHOWN characters; an integer may have more digits than Python makes a text of."""
    if isinstance(value, int) and value.bit_length() > 3 * SHOWN:
        return "a longer number"
    words = str(value) if isinstance(value, Decimal) else ascii(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}..."


name = text(NAME, "1 to 32 lower-case letters, digits and hyphens")
