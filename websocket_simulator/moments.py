"""A text becomes an instant: ISO 8601 in any form, in UTC. One without an offset is UTC already.

Instants are whole microseconds. One that is finer is rounded up to the next microsecond, whatever its form, and is said
to be: a low that was up to a microsecond older has to leave its window so much earlier. Pure: no sockets, no clock.
"""

import re
from datetime import UTC, datetime, timedelta

import msgspec

PLAIN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})(\d*)Z", re.ASCII)  # as venues write them: read faster
FINER = re.compile(r"[.,]\d{6}(\d+)", re.ASCII)


def instant_of(text: str) -> datetime:
    """An ISO 8601 date and time, in UTC; one without an offset is UTC already. ValueError if it is none.

    What is finer than a microsecond is rounded up; OverflowError beyond the last instant.
    """
    return moment_of(text)[0]


def moment_of(text: str) -> tuple[datetime, bool]:
    """The same, and whether it was rounded up."""
    if type(text) is not str or len(text) < len("2025-06-06T20:00:00"):
        raise ValueError(f"{text!r} is no date and time")
    if plain := PLAIN.fullmatch(text):
        return _ceiling(datetime.fromisoformat(f"{plain[1]}+00:00"), plain[2])
    finer = FINER.search(text)
    if not finer:
        return _instant_of(text), False
    coarse, rest = text[: finer.start(1)], text[finer.end() :]
    if FINER.search(rest) or datetime.fromisoformat(coarse).tzinfo:
        raise ValueError(f"{text!r} has an offset that is finer than a microsecond")
    return _ceiling(_instant_of(coarse + rest), finer[1])


def _ceiling(instant: datetime, rest: str) -> tuple[datetime, bool]:
    """An instant and the digits after its microseconds."""
    is_rounded = bool(rest.strip("0"))
    return instant + timedelta.resolution * is_rounded, is_rounded


def _instant_of(text: str) -> datetime:
    try:
        instant = msgspec.convert(text, datetime)
    except ValueError:
        instant = datetime.fromisoformat(text)  # which knows more forms
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
