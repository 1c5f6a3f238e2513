"""What an answer to a message means. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

ASKS_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: the status of the answer, if one came, and what is wrong, if anything is."""

    status: int | None = None
    problem: str = ""
    asked: timedelta = timedelta()  # for which the receiver wants to be left alone

    @property
    def is_taken(self) -> bool:
        return not self.problem

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == HTTPStatus.GONE


def outcome_of(status: int, retry_after: str | None, now: datetime) -> Outcome:
    """What an answer means."""
    if 200 <= status < 300:
        return Outcome(status)
    asked = wait_of(retry_after, now) if status in ASKS_TO_WAIT else timedelta()
    redirects = ": redirections are not followed" if 300 <= status < 400 else ""
    return Outcome(status, f"answered {status}{redirects}", asked)


def wait_of(retry_after: str | None, now: datetime) -> timedelta:
    """What the header asks for, as seconds or as a date; nothing if it is neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
        return max(timedelta(), until.replace(tzinfo=until.tzinfo or UTC) - now)
    except (ValueError, TypeError):
        return timedelta()
